-- Which customer ids were said to be one person, and which no longer?
-- Grain: one row for each live customer.merged or customer.unlinked; of several at one instant with one sequence, only the last.
-- Touched by: that event, and others about the same customer at the same instant.
SELECT
    day, subject_hash, substring(subject, position(subject, '/') + 1) AS customer, mark AS link,
    if(type = 'customer.merged', JSONExtractString(data, 'into'), '') AS into,
    time AS linked_at, sequence
FROM live_event
WHERE type IN ('customer.merged', 'customer.unlinked')
ORDER BY ord DESC
LIMIT 1 BY subject_hash, linked_at, sequence
