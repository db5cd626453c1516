-- The contacts customers opened, gathered by who they are (or by case, or by motive too), in their order; `opens` says which of them begin
-- a run: those that come more than the gap after everything before them had gone quiet. As a contact is not quiet before it begins, all
-- of the n before one had gone quiet by an instant when the n earliest to do so had: ends in their own order are enough to know.
-- A step is (began, subject_hash, went quiet), in milliseconds since 1970, and what else is asked of its contact: sorted once, together.
-- No lambda here looks into an array of the row it is in: that would copy the array for each of its elements, and some customers have many.
SELECT
    arraySort(steps) AS ordered,
    arrayMap((began, quiet, n) -> n = 1 OR began > quiet + 86400000 * {gap_days:Float64},
        ordered.1, arrayPushFront(arrayPopBack(arraySort(steps.3)), 0), arrayEnumerate(ordered)) AS opens,
    {kept}
FROM
(
    SELECT
        groupArray((
            toUnixTimestamp64Milli(started_at),
            subject_hash,
            toUnixTimestamp64Milli(last_at),
            {gathered}
        )) AS steps
    FROM {db}interaction FINAL
    LEFT JOIN
    (
        SELECT sipHash64(customer) AS person_customer, sipHash64(person) AS person
        FROM {db}person
    ) AS known ON person_customer = sipHash64(customer)
    WHERE
        direction NOT IN ('outbound', 'internal') AND
        (customer != '' OR ({tied_by:String} = 'case' AND case != '')) AND
        {within}
    GROUP BY if({tied_by:String} = 'case' AND case != '', sipHash64('case', case),
        if({tied_by:String} = 'motive', sipHash64(ifNull(person, sipHash64(customer)), motive), ifNull(person, sipHash64(customer))))
)
