-- Revenue of orders in stores, not cancelled: of customers who are identified?
SELECT at, called AS what, placed_at AS stated_at, ifNull(known_at < at, 0) AS ok, toDecimal128(amount_cents, 2) / 100 AS weight
FROM (SELECT * FROM {identified} WHERE channel = 'store') {within placed_at}
WHERE ifNull(cancelled_at >= at, 1)
