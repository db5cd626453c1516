SELECT
    channel,
    transform(placed_by, {by_team_places:Array(String)}, {by_team_places_team:Array(String)}, '') AS team,
    toStartOfDay(opened_at, {zone:String}) AS at,
    count() AS journeys_top,
    countIf(channels > 1) AS channel_switch_rate_top
FROM
(
    SELECT
        fromUnixTimestamp64Milli(run[1].1, 'UTC') AS opened_at,
        fromUnixTimestamp64Milli(run[1].3, 'UTC') AS quiet_at,
        arrayCount(step -> step.1 <= run[1].1 + 86400000 * {longest_d:UInt32}, run) AS contacts,
        arrayUniq(arrayFilter(used -> used != '', arraySlice(used_channels, 1, contacts))) AS channels,
        channel,
        placed_by
    FROM
    (
        SELECT
            arraySort(steps) AS ordered,
            arrayMap((began, quiet, n) -> n = 1 OR began > quiet + 86400000 * {gap_days:Float64},
                ordered.1, arrayPushFront(arrayPopBack(arraySort(steps.3)), 0), arrayEnumerate(ordered)) AS opens,
            ordered.4 AS channel_in,
            ordered.5 AS placed_by_in
        FROM
        (
            SELECT
                groupArray((
                    toUnixTimestamp64Milli(started_at),
                    subject_hash,
                    toUnixTimestamp64Milli(last_at),
                    channel,
                    placed_by
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
                (day >= toDate({first:DateTime64(3, 'UTC')}) OR (day, subject_hash) IN
                (
                    SELECT day, subject_hash
                    FROM interaction
                    WHERE day < toDate({first:DateTime64(3, 'UTC')}) AND last_at >= {first:DateTime64(3, 'UTC')}
                )) AND
                day <= toDate({last:DateTime64(3, 'UTC')})
            GROUP BY if({tied_by:String} = 'case' AND case != '', sipHash64('case', case),
                if({tied_by:String} = 'motive', sipHash64(ifNull(person, sipHash64(customer)), motive), ifNull(person, sipHash64(customer))))
        )
    )
    ARRAY JOIN
        arraySplit((step, open) -> open, ordered, opens) AS run,
        arraySplit((used, open) -> open, channel_in, opens) AS used_channels,
        arrayFilter((value, open) -> open, channel_in, opens) AS channel,
        arrayFilter((value, open) -> open, placed_by_in, opens) AS placed_by
) AS journey
WHERE
    opened_at >= {since:DateTime64(3, 'UTC')} AND
    opened_at < {until:DateTime64(3, 'UTC')}
GROUP BY channel, team, at
ORDER BY channel, team, at
