-- Revenue of known customers, of orders not cancelled: was the person met on two channels in the thirty days before?
SELECT
    at, `order` AS what, placed_at AS stated_at,
    arrayUniq(arrayMap(m -> m.2, arrayFilter(m -> m.1 < placed_at AND m.1 >= placed_at - toIntervalDay(30), met))) >= 2 AS ok,
    toDecimal128(cents, 2) / 100 AS weight
FROM
(
    SELECT bought.`order` AS `order`, bought.placed_at AS placed_at, bought.cancelled_at AS cancelled_at, bought.cents AS cents, seen.met AS met
    FROM
    (
        SELECT `order`, placed_at, cancelled_at, amount_cents AS cents, who
        FROM {people {rows order}}
        WHERE customer != '' AND placed_at >= arrayMin({ats}) - toIntervalDay({days})
    ) AS bought
    LEFT JOIN
    (
        SELECT who, groupArray((met_at, place)) AS met
        FROM {people (
            SELECT who, started_at AS met_at, sipHash64(channel) AS place FROM {rows interaction} WHERE customer != '' AND channel != ''
            UNION ALL
            SELECT who, seen_at AS met_at, sipHash64(channel) AS place FROM {rows touch}
            WHERE customer != '' AND channel != '' AND kind != 'solicitation.withheld'
        )}
        WHERE met_at >= arrayMin({ats}) - toIntervalDay({days} + 30)
        GROUP BY who
        HAVING min(place) != max(place)
    ) AS seen USING who
)
{within placed_at}
WHERE ifNull(cancelled_at >= at, 1)
