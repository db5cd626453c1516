-- Orders that ran late: was the customer told before asking? The problem begins when a delay is known or the promise passes, whichever is first.
SELECT
    at, `order` AS what, problem_at AS stated_at,
    ifNull(warned_at < at, 0) AND (ifNull(asked_at < problem_at, 1) OR ifNull(warned_at <= asked_at, 0)) AS ok, 1 AS weight
FROM
(
    SELECT late.`order` AS `order`, late.placed_at AS placed_at, late.problem_at AS problem_at, late.warned_at AS warned_at, asked.started_at AS asked_at
    FROM
    (
        SELECT
            placed.`order` AS `order`, placed.placed_at AS placed_at,
            assumeNotNull(least(ifNull(delayed_at, missed_at), ifNull(missed_at, delayed_at))) AS problem_at, warned_at
        FROM
        (
            SELECT
                `order`, placed_at, arrayMin(arrayFilter(t -> t IS NOT NULL, [ready_at, delivered_at, collected_at])) AS done_at,
                if(ifNull(done_at > promised_at, 1) AND ifNull(cancelled_at > promised_at, 1), promised_at, NULL) AS missed_at
            FROM {rows order}
        ) AS placed
        LEFT JOIN
        (
            SELECT
                `order`, minOrNullIf(acted_at, kind = 'order.delayed') AS delayed_at, minOrNullIf(acted_at, kind = 'order.warned') AS warned_at
            FROM {rows act}
            WHERE kind IN ('order.delayed', 'order.warned')
            GROUP BY `order`
        ) AS known ON known.`order` = placed.`order`
        WHERE delayed_at IS NOT NULL OR missed_at IS NOT NULL
    ) AS late
    ASOF LEFT JOIN (SELECT `case`, started_at FROM {rows interaction} WHERE direction = 'inbound' AND `case` != '') AS asked
        ON asked.`case` = late.`order` AND late.problem_at <= asked.started_at
)
{within problem_at}
WHERE placed_at < at
