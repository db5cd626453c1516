-- The contacts customers opened, gathered by who they are (or by case, or by motive too), in their order and cut into runs: a run begins
-- with a contact that comes more than the gap after everything before it had gone quiet.
-- A step is (began, subject_hash, went quiet, its place in the gathered columns), instants in milliseconds since 1970.
SELECT
    arraySort(arrayMap((step, place) -> (step.1, step.2, step.3, place), steps, arrayEnumerate(steps))) AS ordered,
    arrayReduceInRanges('max', arrayMap(n -> (1, n), arrayEnumerate(ordered)), ordered.3) AS quiet,
    arrayMap((step, before, n) -> n = 1 OR step.1 > before + 86400000 * {gap_days:Float64},
        ordered, arrayPushFront(arrayPopBack(quiet), 0), arrayEnumerate(ordered)) AS opens,
    {kept}
FROM
(
    SELECT
        groupArray((toUnixTimestamp64Milli(started_at), subject_hash, toUnixTimestamp64Milli(last_at))) AS steps,
        {gathered}
    FROM {db}interaction FINAL
    LEFT JOIN
    (
        SELECT customer AS person_customer, person
        FROM {db}person
    ) AS known ON person_customer = customer
    WHERE
        direction NOT IN ('outbound', 'internal') AND
        (customer != '' OR ({tied_by:String} = 'case' AND case != '')) AND
        {within}
    GROUP BY if({tied_by:String} = 'case' AND case != '', sipHash64('case', case),
        if({tied_by:String} = 'motive', sipHash64(ifNull(person, customer), motive), sipHash64(ifNull(person, customer))))
)
