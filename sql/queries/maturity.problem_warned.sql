-- Orders that ran late: was the customer told before asking?
SELECT
    at, `order` AS what, problem_at AS stated_at,
    ifNull(warned_at < at, 0) AND (ifNull(asked_at < problem_at, 1) OR ifNull(warned_at <= asked_at, 0)) AS ok, 1 AS weight
FROM
(
    SELECT late.`order` AS `order`, late.problem_at AS problem_at, late.warned_at AS warned_at, asked.started_at AS asked_at
    FROM
    (
        SELECT placed.`order` AS `order`, assumeNotNull(ifNull(delayed_at, promised_at)) AS problem_at, warned_at
        FROM (SELECT *, arrayMin(arrayFilter(t -> t IS NOT NULL, [ready_at, delivered_at, collected_at])) AS done_at FROM {rows order}) AS placed
        LEFT JOIN
        (
            SELECT
                `order`, minOrNullIf(acted_at, kind = 'order.delayed') AS delayed_at, minOrNullIf(acted_at, kind = 'order.warned') AS warned_at
            FROM {rows act}
            WHERE kind IN ('order.delayed', 'order.warned')
            GROUP BY `order`
        ) AS known ON known.`order` = placed.`order`
        WHERE delayed_at IS NOT NULL
            OR (promised_at IS NOT NULL AND promised_at < {until:DateTime64(3, 'UTC')}
                AND ifNull(done_at > promised_at, 1) AND ifNull(cancelled_at > promised_at, 1))
    ) AS late
    ASOF LEFT JOIN (SELECT `case`, started_at FROM {rows interaction} WHERE direction = 'inbound' AND `case` != '') AS asked
        ON asked.`case` = late.`order` AND late.problem_at <= asked.started_at
)
{within problem_at}
