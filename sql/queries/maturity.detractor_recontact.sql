-- Very dissatisfied answers: working days (no weekend, no holiday of any calendar) until an outbound contact with that person.
-- The days from Monday to Friday up to each end, counted from a Monday (three days before 1970), less the holidays among them in between.
SELECT
    at, called AS what, given_at AS stated_at, ifNull(called_at > given_at AND called_at < at, 0) AS ok,
    arraySum(arrayMap(
        (day, sign) -> sign * (5 * intDiv(day + 3, 7) + least((day + 3) % 7 + 1, 5)),
        [toInt32(toDate(if(ok, assumeNotNull(called_at), at), {zone:String})) AS ended_on, said_on], [1, -1]
    )) - arrayCount(day -> day > said_on AND day <= ended_on, holidays) AS weight
FROM
(
    SELECT said.called AS called, said.given_at AS given_at, toInt32(toDate(said.given_at, {zone:String})) AS said_on, back.started_at AS called_at
    FROM
    (
        SELECT {name interaction} AS called, who, given_at
        FROM {rows rating}
        WHERE who != 0 AND ((instrument = 'nps' AND scale = 10 AND score <= 6) OR (instrument = 'csat' AND scale = 5 AND score <= 2))
    ) AS said
    ASOF LEFT JOIN (SELECT who, started_at FROM {rows interaction} WHERE direction = 'outbound' AND who != 0) AS back
        ON back.who = said.who AND said.given_at < back.started_at
) AS answered
CROSS JOIN
(
    SELECT groupUniqArrayIf(toInt32(day), toDayOfWeek(day) <= 5) AS holidays
    FROM (SELECT toDateOrNull(arrayJoin({texts holidays})) AS day FROM {db}reference FINAL WHERE kind = 'calendar')
) AS closed
{within given_at}
