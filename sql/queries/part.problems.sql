-- What goes wrong with orders foreseeably: one is late (announced, or not done when promised), one lies ready for a week and nobody comes
-- for it. Each with the first word of it to the customer: of a late order before it was done, of one that waits since it was ready.
SELECT
    called, thing, placed_at, assumeNotNull(problem.1) AS problem_at,
    arraySort(arrayFilter(t -> ifNull(t >= problem.2, 1) AND ifNull(t < problem.3, 1), warned)) AS told, if(empty(told), NULL, told[1]) AS warned_at
FROM
(
    SELECT
        placed.called AS called, placed.thing AS thing, placed_at, warned,
        [(least(ifNull(delayed_at, missed_at), ifNull(missed_at, delayed_at)), NULL, done_at), (left_at, ready_at, NULL)] AS problems
    FROM
    (
        SELECT
            {name `order`} AS called, thing, placed_at, ready_at, least(ready_at, delivered_at, collected_at) AS done_at,
            if(ifNull(done_at > promised_at, 1) AND ifNull(cancelled_at > promised_at, 1), promised_at, NULL) AS missed_at,
            least(collected_at, delivered_at, returned_at, cancelled_at) AS gone_at,
            if(site != '' AND ifNull(gone_at > ready_at + toIntervalDay(7), 1), ready_at + toIntervalDay(7), NULL) AS left_at
        FROM {rows order}
    ) AS placed
    LEFT JOIN
    (
        SELECT thing, minOrNullIf(acted_at, kind = 'order.delayed') AS delayed_at, groupArrayIf(acted_at, kind = 'order.warned') AS warned
        FROM {rows act}
        WHERE kind IN ('order.delayed', 'order.warned')
        GROUP BY thing
    ) AS known USING thing
    WHERE delayed_at IS NOT NULL OR missed_at IS NOT NULL OR left_at IS NOT NULL
)
ARRAY JOIN problems AS problem
WHERE problem.1 IS NOT NULL
