-- Customers flagged by a model's run, those of them acted upon before its next run; from 30 flags on
SELECT at, concat(model, ' ', toString(run_at)) AS what, run_at AS stated_at, part.1 AS ok, part.2 AS weight
FROM
(
    SELECT at, model, run_at, flagged, least(toFloat64(ifNull(people, 0)), flagged) AS done, sum(flagged) OVER (PARTITION BY at) AS every
    FROM (SELECT at, model, run_at, flagged FROM {flagged} {within run_at}) AS run
    LEFT JOIN
    (
        SELECT at, model, run_at, uniqExact(who) AS people
        FROM
        (
            SELECT led.who AS who, led.model AS model, led.acted_at AS acted_at, run.run_at AS run_at
            FROM (
                SELECT who, toString(model) AS model, acted_at FROM {rows act}
                WHERE kind = 'personalisation.decided' AND model != '' AND arm != 'control'
            ) AS led
            ASOF JOIN {flagged} AS run ON run.model = led.model AND run.run_at <= led.acted_at
        )
        {within acted_at}
        GROUP BY at, model, run_at
    ) AS led USING (at, model, run_at)
)
ARRAY JOIN [(1, done), (0, flagged - done)] AS part
WHERE every >= 30
