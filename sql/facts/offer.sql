-- What was offered where: prices, promotions, stock as stated, shown and counted?
-- Grain: one row for each live offer.* event.
-- Touched by: that event and nothing else.
SELECT
    day, subject_hash, mark AS offer, type AS kind, source, channel, site, brand,
    JSONExtractString(data, 'product') AS product,
    JSONExtractString(data, 'promotion') AS promotion,
    toInt64(round(toDecimal128OrNull(JSONExtractString(data, 'price'), 12), 2) * 100) AS price_cents,
    JSONExtract(data, 'quantity', 'Nullable(Float64)') AS quantity,
    JSONExtractBool(data, 'available') AS available,
    JSONExtractBool(data, 'listed') AS listed,
    JSONExtractBool(data, 'central') AS central,
    JSONExtract(data, 'age_s', 'Nullable(Float64)') AS age_s,
    time AS stated_at
FROM live_event
WHERE startsWith(type, 'offer.')
