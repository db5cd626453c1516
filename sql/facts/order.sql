-- What was ordered, for how much, and what became of it?
-- Grain: one row for each order that has been placed.
-- Touched by: the events of the order and nothing else.
-- The amount is the last one stated when placing or amending, refunds add up; each is rounded to a cent, halves away from zero, in decimals.
SELECT
    toDate(placed_at) AS day, subject_hash, substring(named, position(named, '/') + 1) AS `order`,
    source, channel, customer, site, brand, segment, customer_type, device, language,
    amount AS amount_cents, currency, refunded AS refunded_cents,
    assumeNotNull(placed) AS placed_at, promised_at, cancelled_at, ready_at, collected_at, delivered_at, returned_at, refunded_at
FROM
(
    SELECT
        subject_hash,
        any(subject) AS named,
        argMin(e.source, ord) AS source,
        argMinIf(e.channel, ord, e.channel != '') AS channel,
        argMaxIf(e.customer, ord, e.customer != '') AS customer,
        argMinIf(e.site, ord, e.site != '') AS site,
        argMinIf(e.brand, ord, e.brand != '') AS brand,
        argMaxIf(e.segment, ord, e.segment != '') AS segment,
        argMaxIf(e.customer_type, ord, e.customer_type != '') AS customer_type,
        argMinIf(e.device, ord, e.device != '') AS device,
        argMaxIf(e.language, ord, e.language != '') AS language,
        argMaxIf(cents, ord, type IN ('order.placed', 'order.amended') AND stated) AS amount,
        argMinIf(e.currency, ord, e.currency != '') AS currency,
        sumIf(cents, type = 'order.refunded') AS refunded,
        minOrNullIf(time, type = 'order.placed') AS placed,
        argMaxOrNullIf(assumeNotNull(promised), ord, promised IS NOT NULL) AS promised_at,
        minOrNullIf(time, type = 'order.cancelled') AS cancelled_at,
        minOrNullIf(time, type = 'order.ready') AS ready_at,
        minOrNullIf(time, type = 'order.collected') AS collected_at,
        minOrNullIf(time, type = 'order.delivered') AS delivered_at,
        minOrNullIf(time, type = 'order.returned') AS returned_at,
        minOrNullIf(time, type = 'order.refunded') AS refunded_at
    FROM
    (
        SELECT
            *,
            toDecimal128OrNull(JSONExtractString(data, 'amount'), 12) AS given,
            given IS NOT NULL AS stated,
            ifNull(toInt64(round(given, 2) * 100), 0) AS cents,
            JSONExtractString(data, 'currency') AS currency,
            parseDateTime64BestEffortOrNull(JSONExtractString(data, 'promised_at'), 3, 'UTC') AS promised
        FROM live_event
        WHERE startsWith(type, 'order.')
    ) AS e
    GROUP BY subject_hash
)
WHERE placed IS NOT NULL
