-- Revenue of known customers, of orders not cancelled: was the person met on two channels in the thirty days before?
-- A meeting is one number: its instant, then the channel's number by name in the last twenty bits. Numbers are gathered in half the time.
WITH (SELECT names FROM {channels}) AS channels
SELECT
    at, called AS what, placed_at AS stated_at,
    arrayMap(m -> bitAnd(m, 1048575), arrayFilter(m -> m >= bitShiftLeft(until_ms - 2592000000, 20) AND m < bitShiftLeft(until_ms, 20), met)) AS places,
    arrayMin(places) != arrayMax(places) AS ok,
    toDecimal128(cents, 2) / 100 AS weight
FROM
(
    SELECT
        bought.called AS called, bought.placed_at AS placed_at, toUnixTimestamp64Milli(placed_at) AS until_ms,
        bought.cancelled_at AS cancelled_at, bought.cents AS cents, seen.met AS met
    FROM
    (
        SELECT {name `order`} AS called, placed_at, cancelled_at, amount_cents AS cents, who
        FROM {rows order}
        WHERE who != 0 AND placed_at >= arrayMin({ats}) - toIntervalDay({days})
    ) AS bought
    LEFT JOIN
    (
        SELECT
            who,
            groupArray(bitShiftLeft(toUnixTimestamp64Milli(met_at), 20) + transform(toString(channel), channels, arrayEnumerate(channels), 0)) AS met
        FROM (
            SELECT who, started_at AS met_at, channel FROM {rows interaction}
            UNION ALL
            SELECT who, seen_at AS met_at, channel FROM {rows touch} WHERE kind != 'solicitation.withheld'
        )
        WHERE who != 0 AND channel != '' AND met_at >= arrayMin({ats}) - toIntervalDay({days} + 30)
        GROUP BY who
        HAVING length(met) > 1
    ) AS seen USING who
)
{within placed_at}
WHERE ifNull(cancelled_at >= at, 1)
