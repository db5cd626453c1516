-- Announcements of a delay, before the order was ready: within five minutes of its being known?
SELECT at, called AS what, assumeNotNull(delayed_at) AS stated_at, dateDiff('millisecond', stated_at, warned_at) <= 300000 AS ok, 1 AS weight
FROM
(
    SELECT called, delayed_at, arrayFilter(t -> ifNull(t < ready_at, 1), warned) AS told, arrayMin(told) AS warned_at
    FROM
    (
        SELECT
            any({name `order`}) AS called, thing, minOrNullIf(acted_at, kind = 'order.delayed') AS delayed_at,
            groupArrayIf(acted_at, kind = 'order.warned') AS warned
        FROM {rows act}
        WHERE kind IN ('order.delayed', 'order.warned')
        GROUP BY thing
    ) AS known
    LEFT JOIN (SELECT thing, ready_at FROM {rows order} WHERE thing IN (SELECT thing FROM {rows act} WHERE kind = 'order.delayed')) AS placed USING thing
    WHERE delayed_at IS NOT NULL AND notEmpty(told)
)
{within warned_at}
WHERE stated_at < at
