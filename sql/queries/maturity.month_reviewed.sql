-- Of the twelve calendar months up to now, those with a review by a direction of customers.
SELECT at, formatDateTime(acted_at, '%Y-%m', {zone:String}) AS what, min(acted_at) AS stated_at, 1 AS ok, 1 AS weight
FROM
(
    SELECT at, department, acted_at
    FROM (SELECT acted_at, {text department} AS department FROM {rows act} WHERE kind = 'meeting.held' AND {text category} = 'review')
    {before acted_at}
) AS held
LEFT SEMI JOIN (SELECT at, key AS department FROM {register department} WHERE {text category} = 'customer') AS part USING (at, department)
WHERE toStartOfMonth(acted_at, {zone:String}) >= addMonths(toStartOfMonth(at - toIntervalMillisecond(1), {zone:String}), -11)
GROUP BY at, what
