-- Episodes that began in the window: did the customer change channel, though we had handed the contact before to nobody?
-- An episode is the contacts customers opened, on whatever channels, about one case, or else of one person about one motive (up to its first
-- slash), until nothing has happened for seven days; for one day where nobody says what about. journey.run.sql draws the same border, but
-- reads journeys as they ended: here each instant has only the contacts before it.
SELECT
    at, run[1].2 AS what, opened_at AS stated_at,
    arrayExists(
        (one, next) -> one.4 != '' AND next.4 != '' AND one.4 != next.4 AND NOT one.5,
        arrayPopBack(arrayFilter(step -> step.1 < at, run) AS known), arrayPopFront(known)
    ) AS ok,
    1 AS weight
FROM
(
    SELECT run, run[1].1 AS opened_at
    FROM
    (
        SELECT
            arraySort(groupArray((started_at, matter, last_at, channel, handed))) AS steps,
            if(any(`case` = '' AND splitByChar('/', motive)[1] = ''), 1, 7) AS quiet_days,
            arrayMap(
                (step, quiet_at) -> step.1 > quiet_at + toIntervalDay(quiet_days),
                steps, arrayPushFront(arrayPopBack(arraySort(steps.3)), steps[1].3)
            ) AS opens
        FROM
        (
            SELECT
                `case`, motive, started_at, if(`case` = '', interaction, `case`) AS matter, last_at, toString(channel) AS channel,
                transfers + escalations > 0 AS handed, who
            FROM {people {rows interaction}}
            WHERE direction NOT IN ('outbound', 'internal') AND (customer != '' OR `case` != '')
        )
        GROUP BY if(`case` = '', sipHash128(who, splitByChar('/', motive)[1]), sipHash128('case', `case`))
    )
    ARRAY JOIN arraySplit((step, open) -> open, steps, opens) AS run
)
{within opened_at}
