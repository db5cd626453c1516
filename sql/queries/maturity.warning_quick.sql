-- Announcements of a delay: within five minutes of its being known?
SELECT at, `order` AS what, delayed_at AS stated_at, dateDiff('millisecond', delayed_at, warned_at) <= 300000 AS ok, 1 AS weight
FROM
(
    SELECT
        `order`, assumeNotNull(minOrNullIf(acted_at, kind = 'order.delayed')) AS delayed_at,
        assumeNotNull(minOrNullIf(acted_at, kind = 'order.warned')) AS warned_at
    FROM {rows act}
    WHERE kind IN ('order.delayed', 'order.warned')
    GROUP BY `order`
    HAVING uniqExact(kind) = 2
)
{within warned_at}
WHERE delayed_at < at
