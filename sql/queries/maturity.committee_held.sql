-- Sessions of the committee that were planned: held?
SELECT at, key AS what, assumeNotNull(due) AS stated_at, ifNull(held_at < at, 0) AS ok, 1 AS weight
FROM
(
    SELECT key, due, told_at, held_at
    FROM (SELECT key, {instant due_at} AS due, acted_at AS told_at FROM {all act} WHERE kind = 'meeting.planned' AND {text category} = 'committee') AS planned
    LEFT JOIN (SELECT key, minOrNull(acted_at) AS held_at FROM {all act} WHERE kind = 'meeting.held' GROUP BY key) AS held USING key
    WHERE due IS NOT NULL
)
{within assumeNotNull(due)}
WHERE told_at < at
