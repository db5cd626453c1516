-- Episodes that began in the window: did the customer change channel, though we had handed the contact before to nobody?
-- An episode is the contacts customers opened, on whatever channels, about one case, or else of one person about one motive (up to its first
-- slash), until nothing has happened for seven days; for one day where nobody says what about. journey.run.sql draws the same border, but
-- reads journeys as they ended: here each instant has only the contacts before it, and one that goes on for more than 53 days holds an episode
-- no longer, so that the sixty days before a window tell all of it. Of contacts that began at one instant that one is first which was quiet first,
-- of those the one whose channel comes first by name. A channel is its number by name here (0: none was said), as steps of numbers alone are
-- grouped four times as fast.
WITH (SELECT names FROM {channels}) AS channels
SELECT
    at, run[1].5 AS what, opened_at AS stated_at,
    arrayExists(
        (one, next) -> one.3 != 0 AND next.3 != 0 AND one.3 != next.3 AND NOT one.4 AND next.1 < at,
        arrayPopBack(run), arrayPopFront(run)
    ) AS ok,
    1 AS weight
FROM
(
    SELECT run, run[1].1 AS opened_at
    FROM
    (
        SELECT
            arraySort(groupArray((started_at, held_until, place, handed, called))) AS steps, if(any(unsaid), 1, 7) AS quiet_days,
            arrayMap(
                (step, held_until) -> step.1 > held_until + toIntervalDay(quiet_days),
                steps, arrayPushFront(arrayPopBack(arraySort(steps.2)), steps[1].2)
            ) AS opens
        FROM
        (
            SELECT
                {name if(`case` = '', interaction, `case`)} AS called, started_at,
                transform(toString(channel), channels, arrayEnumerate(channels), 0) AS place,
                least(last_at, started_at + toIntervalDay(53)) AS held_until,
                transfers + escalations > 0 AS handed, substringIndex(motive, '/', 1) AS root, thing = 0 AND root = '' AS unsaid,
                if(thing = 0, bitXor(who, sipHash64(root)), thing) AS about
            FROM {rows interaction}
            WHERE direction NOT IN ('outbound', 'internal') AND (who != 0 OR thing != 0)
                AND held_until >= arrayMin({ats}) - toIntervalDay({days} + 7)  -- what ended before cannot have gone on into the window
        )
        GROUP BY about
    )
    ARRAY JOIN arraySplit((step, open) -> open, steps, opens) AS run
)
{within opened_at}
