-- Who and what exists, and since when is that so?
-- Grain: one row for each live reference.* event; of several at one instant with one sequence, only the last in the order of events.
-- Touched by: that event, and others about the same subject at the same instant.
SELECT
    day, subject_hash, substring(type, 11) AS kind, substring(subject, position(subject, '/') + 1) AS key, mark AS statement,
    time AS valid_from, sequence,
    JSONExtractString(data, 'name') AS name, team, site, brand, channel,
    JSONExtractString(data, 'calendar') AS calendar, JSONExtractString(data, 'zone') AS zone,
    data
FROM live_event
WHERE startsWith(type, 'reference.')
ORDER BY ord DESC
LIMIT 1 BY subject_hash, kind, valid_from, sequence
