-- Why was a contact put on hold?
-- Grain: one row for each live interaction.held of a stint; the stretch of hold it began is in `work`, under the same stint and instant.
-- Touched by: that event and nothing else.
SELECT
    day, subject_hash, substring(subject, position(subject, '/') + 1) AS interaction, stint, mark AS hold,
    source, agent, reason, time AS held_at
FROM live_event
WHERE type = 'interaction.held' AND stint != ''
