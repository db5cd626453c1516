-- Orders that ran late or that nobody came for: was the customer told before asking? A delay begins when it is known or the promise passes,
-- whichever is first; waiting in a store becomes a problem after a week.
SELECT
    at, `order` AS what, problem_at AS stated_at,
    ifNull(warned_at < at, 0) AND (ifNull(asked_at < problem_at, 1) OR ifNull(warned_at <= asked_at, 0)) AS ok, 1 AS weight
FROM
(
    SELECT ran.`order` AS `order`, ran.placed_at AS placed_at, ran.problem_at AS problem_at, ran.warned_at AS warned_at, asked.started_at AS asked_at
    FROM {problems} AS ran
    ASOF LEFT JOIN
    (
        SELECT told.`case` AS `case`, told.started_at AS started_at
        FROM (SELECT `case`, started_at FROM {rows interaction} WHERE direction = 'inbound' AND `case` != '') AS told
        LEFT SEMI JOIN (SELECT `order` FROM {problems}) AS about ON about.`order` = told.`case`
    ) AS asked
        ON asked.`case` = ran.`order` AND ran.problem_at <= asked.started_at
)
{within problem_at}
WHERE placed_at < at
