-- When customers of more than one channel had which channels in use. A contact counts from its start to its last known activity.
-- `open` says of each channel, for each instant at which something begins or ends, whether it is in use from there on.
SELECT
    who, channels, marks.1 AS instants,
    arrayMap(c -> arrayMap(n -> n > 0, arrayCumSum(arrayMap(mark -> if(mark.3 = c, mark.2, 0), marks))), channels) AS open
FROM
(
    SELECT
        ifNull(known.person, sipHash64(customer)) AS who,
        arraySort(groupUniqArray(toString(channel))) AS channels,
        arraySort(arrayConcat(
            groupArray((toUnixTimestamp64Milli(started_at), toInt8(1), toString(channel))),
            groupArray((toUnixTimestamp64Milli(last_at), toInt8(-1), toString(channel))))) AS marks
    FROM {db}interaction FINAL
    LEFT JOIN
    (
        SELECT sipHash64(customer) AS person_customer, toNullable(sipHash64(person)) AS person
        FROM {db}person
    ) AS known ON person_customer = sipHash64(customer)
    WHERE
        direction != 'internal' AND customer != '' AND channel != '' AND last_at > started_at AND
        {within}
    GROUP BY who
    HAVING length(channels) > 1
)
