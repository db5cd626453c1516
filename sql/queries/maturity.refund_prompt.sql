-- Returned orders: days until the money was back.
SELECT at, called AS what, back_at AS stated_at, ifNull(refunded_at < at, 0) AS ok, {waited back_at refunded_at} AS weight
FROM (SELECT {name `order`} AS called, assumeNotNull(returned_at) AS back_at, refunded_at FROM {rows order} WHERE returned_at IS NOT NULL) {within back_at}
