-- The stretches in which a customer used both channels of a pair. A pair is named in alphabetical order.
SELECT
    who,
    concat(channels[places.1], ' + ', channels[places.2]) AS pair,
    fromUnixTimestamp64Milli(stretch.1, 'UTC') AS began_at,
    fromUnixTimestamp64Milli(stretch.2, 'UTC') AS ended_at
FROM
(
    SELECT
        who, channels, places,
        arrayJoin(arrayFilter(s -> s.3 AND s.1 < s.2, arrayZip(instants, arrayPushBack(arrayPopFront(instants), 0),
            arrayMap((a, b) -> a AND b, open[places.1], open[places.2])))) AS stretch
    FROM
    (
        SELECT
            *,
            arrayJoin(arrayFilter(p -> p.1 < p.2, arrayFlatten(arrayMap(i -> arrayMap(j -> (i, j), arrayEnumerate(channels)),
                arrayEnumerate(channels))))) AS places
        FROM
        (
            {use}
        )
    )
)
