-- What did the service cost, where?
-- Grain: one row for each live cost.booked with an amount.
-- Touched by: that event and nothing else.
-- An amount is rounded to a cent, halves away from zero, in decimals.
SELECT
    day, subject_hash, mark AS cost, subject,
    source, channel, team, site, brand,
    JSONExtractString(data, 'category') AS category,
    assumeNotNull(toInt64(round(toDecimal128OrNull(JSONExtractString(data, 'amount'), 12) AS given, 2) * 100)) AS amount_cents,
    JSONExtractString(data, 'currency') AS currency,
    time AS booked_at
FROM live_event
WHERE type = 'cost.booked' AND given IS NOT NULL
