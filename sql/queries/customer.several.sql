-- The stretches in which a customer used more than one channel.
SELECT
    who,
    fromUnixTimestamp64Milli(stretch.1, 'UTC') AS began_at,
    fromUnixTimestamp64Milli(stretch.2, 'UTC') AS ended_at
FROM
(
    SELECT
        who,
        arrayJoin(arrayFilter(s -> s.3 > 1 AND s.1 < s.2, arrayZip(instants, arrayPushBack(arrayPopFront(instants), 0),
            arrayReduce('sumForEach', open)))) AS stretch
    FROM
    (
        {use}
    )
)
