-- Very dissatisfied answers: working days (no weekend, no holiday of any calendar) until an outbound contact with that customer.
SELECT
    at, interaction AS what, given_at AS stated_at, ifNull(called_at > given_at AND called_at < at, 0) AS ok,
    arrayCount(
        d -> toDayOfWeek(toDate(given_at, {zone:String}) + d) <= 5 AND NOT has(holidays, toString(toDate(given_at, {zone:String}) + d)),
        range(1, toUInt32(dateDiff('day', given_at, if(ok, assumeNotNull(called_at), at), {zone:String})) + 1)
    ) AS weight
FROM
(
    SELECT said.interaction AS interaction, said.given_at AS given_at, called.started_at AS called_at
    FROM
    (
        SELECT interaction, customer, given_at
        FROM {rows rating}
        WHERE customer != '' AND ((instrument = 'nps' AND scale = 10 AND score <= 6) OR (instrument = 'csat' AND scale = 5 AND score <= 2))
    ) AS said
    ASOF LEFT JOIN (SELECT customer, started_at FROM {rows interaction} WHERE direction = 'outbound' AND customer != '') AS called
        ON called.customer = said.customer AND said.given_at < called.started_at
) AS answered
CROSS JOIN (SELECT groupUniqArrayArray({texts holidays}) AS holidays FROM {db}reference FINAL WHERE kind = 'calendar') AS closed
{within given_at}
