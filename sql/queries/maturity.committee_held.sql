-- Sessions of the committee, by their last planning: held?
SELECT at, key AS what, assumeNotNull(due) AS stated_at, ifNull(held_at < at, 0) AS ok, 1 AS weight
FROM
(
    SELECT at, planned.key AS key, due, held_at
    FROM (SELECT at, key, {instant due_at} AS due FROM {latest meeting.planned} WHERE {text category} = 'committee') AS planned
    LEFT JOIN (SELECT key, minOrNull(acted_at) AS held_at FROM {ever act} WHERE kind = 'meeting.held' GROUP BY key) AS held USING key
)
WHERE due < at AND due >= at - toIntervalDay({days})
