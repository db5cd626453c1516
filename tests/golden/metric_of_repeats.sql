SELECT
    countIf(again) AS repeat_contact_rate_top,
    count() AS repeat_contact_rate_bottom
FROM
(
    SELECT
        fromUnixTimestamp64Milli(step.1, 'UTC') AS started_at,
        NOT open AS again
    FROM
    (
        SELECT
            arraySort(steps) AS ordered,
            arrayMap((began, quiet, n) -> n = 1 OR began > quiet + 86400000 * {gap_days:Float64},
                ordered.1, arrayPushFront(arrayPopBack(arraySort(steps.3)), 0), arrayEnumerate(ordered)) AS opens
        FROM
        (
            SELECT
                groupArray((
                    toUnixTimestamp64Milli(started_at),
                    subject_hash,
                    toUnixTimestamp64Milli(last_at)
                )) AS steps
            FROM interaction FINAL
            LEFT JOIN
            (
                SELECT sipHash64(customer) AS person_customer, sipHash64(person) AS person
                FROM person
            ) AS known ON person_customer = sipHash64(customer)
            WHERE
                direction NOT IN ('outbound', 'internal') AND
                (customer != '' OR ({tied_by:String} = 'case' AND case != '')) AND
                day <= toDate({last:DateTime64(3, 'UTC')})
            GROUP BY if({tied_by:String} = 'case' AND case != '', sipHash64('case', case),
                if({tied_by:String} = 'motive', sipHash64(ifNull(person, sipHash64(customer)), motive), ifNull(person, sipHash64(customer))))
        )
    )
    ARRAY JOIN
        ordered AS step,
        opens AS open
) AS step
WHERE
    started_at < {until:DateTime64(3, 'UTC')}
