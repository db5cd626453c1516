-- Weeks: contacts about prices per 1 000 orders beyond the natural limit?
SELECT at, toString(week.1) AS what, toDateTime64(week.1, 3, 'UTC') AS stated_at, week.2 > mean + 2.66 * ranges AS ok, 1 AS weight
FROM
(
    SELECT
        at, arraySort(groupArray((monday, 1000 * about / bought))) AS weeks, arrayAvg(w -> w.2, weeks) AS mean,
        if(length(weeks) < 2, 0, arrayAvg(arrayMap((a, b) -> abs(a.2 - b.2), arrayPopFront(weeks), arrayPopBack(weeks)))) AS ranges
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
        HAVING bought > 0
    )
    GROUP BY at
)
ARRAY JOIN weeks AS week
