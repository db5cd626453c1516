-- Revenue: of orders whose channel is known?
SELECT at, {name `order`} AS what, placed_at AS stated_at, channel != '' AS ok, toDecimal128(amount_cents, 2) / 100 AS weight
FROM {rows order} {within placed_at}
WHERE ifNull(cancelled_at >= at, 1)
