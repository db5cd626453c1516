-- Whole weeks of the last 90 days: contacts about prices per 1 000 orders beyond the natural limit, or the eighth above the mean in a row?
SELECT
    at, toString(week.1) AS what, toDateTime64(week.1, 3, 'UTC') AS stated_at,
    week.2 > mean + 2.66 * ranges OR (place >= 8 AND arrayAll(w -> w.2 > mean, arraySlice(weeks, place - 7, 8))) AS ok, 1 AS weight
FROM
(
    SELECT
        at, arraySort(groupArray((monday, 1000 * about / bought))) AS weeks, arrayAvg(w -> w.2, weeks) AS mean,
        arrayAvg(arrayMap((a, b) -> abs(a.2 - b.2), arrayPopFront(weeks), arrayPopBack(weeks))) AS ranges
    FROM
    (
        SELECT at, toMonday(happened_at, {zone:String}) AS monday, countIf(what = 1) AS bought, countIf(what = 2) AS about
        FROM
        (
            SELECT placed_at AS happened_at, 1 AS what FROM {rows order}
            UNION ALL
            SELECT started_at AS happened_at, 2 AS what FROM {rows interaction} WHERE match(motive, '(?i)prix|price')
        )
        {within happened_at}
        GROUP BY at, monday
        HAVING bought > 0 AND toDateTime(monday, {zone:String}) >= at - toIntervalDay({days}) AND toDateTime(monday + 7, {zone:String}) <= at
    )
    GROUP BY at
    HAVING length(weeks) >= 20
)
ARRAY JOIN weeks AS week, arrayEnumerate(weeks) AS place
WHERE toDateTime(week.1, {zone:String}) >= at - toIntervalDay(90)
