-- Revenue of known customers, of orders not cancelled: was the person met on two channels in the thirty days before?
SELECT
    at, called AS what, placed_at AS stated_at,
    arrayUniq(arrayMap(m -> m.2, arrayFilter(m -> m.1 < placed_at AND m.1 >= placed_at - toIntervalDay(30), met))) >= 2 AS ok,
    toDecimal128(cents, 2) / 100 AS weight
FROM
(
    SELECT bought.called AS called, bought.placed_at AS placed_at, bought.cancelled_at AS cancelled_at, bought.cents AS cents, seen.met AS met
    FROM
    (
        SELECT {name `order`} AS called, placed_at, cancelled_at, amount_cents AS cents, who
        FROM {rows order}
        WHERE who != 0 AND placed_at >= arrayMin({ats}) - toIntervalDay({days})
    ) AS bought
    LEFT JOIN
    (
        SELECT who, groupArray((met_at, place)) AS met
        FROM (
            SELECT who, started_at AS met_at, sipHash64(channel) AS place FROM {rows interaction} WHERE who != 0 AND channel != ''
            UNION ALL
            SELECT who, seen_at AS met_at, sipHash64(channel) AS place FROM {rows touch}
            WHERE who != 0 AND channel != '' AND kind != 'solicitation.withheld'
        )
        WHERE met_at >= arrayMin({ats}) - toIntervalDay({days} + 30)
        GROUP BY who
        HAVING min(place) != max(place)
    ) AS seen USING who
)
{within placed_at}
WHERE ifNull(cancelled_at >= at, 1)
