-- Web orders to collect: cancelled because the store had none?
SELECT at, called AS what, placed_at AS stated_at, ifNull(broken_at < at, 0) AS ok, 1 AS weight
FROM
(
    SELECT placed.called AS called, placed_at, broken_at
    FROM (SELECT {name `order`} AS called, thing, placed_at FROM {rows order} WHERE channel = 'web' AND site != '') AS placed
    LEFT JOIN
    (
        SELECT thing, minOrNull(acted_at) AS broken_at FROM {rows act} WHERE kind = 'order.cancelled' AND reason = 'stock' GROUP BY thing
    ) AS gone USING thing
)
{within placed_at}
