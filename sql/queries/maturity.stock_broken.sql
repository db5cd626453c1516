-- Web orders to collect: cancelled because the store had none?
SELECT at, `order` AS what, placed_at AS stated_at, ifNull(broken_at < at, 0) AS ok, 1 AS weight
FROM
(
    SELECT placed.`order` AS `order`, placed_at, broken_at
    FROM (SELECT * FROM {rows order} WHERE channel = 'web' AND site != '') AS placed
    LEFT JOIN
    (
        SELECT `order`, minOrNull(acted_at) AS broken_at FROM {rows act} WHERE kind = 'order.cancelled' AND reason = 'stock' GROUP BY `order`
    ) AS gone USING `order`
)
{within placed_at}
