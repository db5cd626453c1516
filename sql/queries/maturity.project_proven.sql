-- Projects that ended: a hypothesis frozen before the start, and evaluated after the end?
SELECT
    at, key AS what, ended_at AS stated_at,
    ifNull(planned_at <= started_at AND started_at < at, 0) AND arrayExists(e -> e >= ended_at AND e < at, evaluated) AS ok, 1 AS weight
FROM
(
    SELECT
        key, assumeNotNull(minOrNullIf(acted_at, kind = 'project.ended')) AS ended_at,
        minOrNullIf(acted_at, kind = 'project.planned') AS planned_at, minOrNullIf(acted_at, kind = 'project.started') AS started_at,
        groupArrayIf(acted_at, kind = 'project.evaluated') AS evaluated
    FROM {ever act}
    WHERE startsWith(kind, 'project.')
    GROUP BY key
    HAVING countIf(kind = 'project.ended') > 0
)
{within ended_at}
