-- Orders that ran late or that nobody came for: was the customer told before asking? A delay begins when it is known or the promise passes,
-- whichever is first; waiting in a store becomes a problem after a week.
SELECT
    at, called AS what, problem_at AS stated_at,
    ifNull(warned_at < at, 0) AND (ifNull(asked_at < problem_at, 1) OR ifNull(warned_at <= asked_at, 0)) AS ok, 1 AS weight
FROM
(
    SELECT ran.called AS called, ran.placed_at AS placed_at, ran.problem_at AS problem_at, ran.warned_at AS warned_at, asked.started_at AS asked_at
    FROM {problems} AS ran
    ASOF LEFT JOIN
    (
        SELECT told.thing AS thing, told.started_at AS started_at
        FROM (SELECT thing, started_at FROM {rows interaction} WHERE direction = 'inbound' AND thing != 0) AS told
        LEFT SEMI JOIN (SELECT thing FROM {problems}) AS about USING thing
    ) AS asked
        ON asked.thing = ran.thing AND ran.problem_at <= asked.started_at
)
{within problem_at}
WHERE placed_at < at
