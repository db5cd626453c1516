-- The (day, subject) pairs that some batches wrote to. What must be read again around them depends on the kind of subject:
-- 2: all its days (a contact or an order is one whole), 1: an agent's days from sign-out to sign-out, 0: that day alone.
INSERT INTO live_touched
SELECT
    day,
    subject_hash,
    max(multiIf(
        startsWith(type, 'interaction.') OR startsWith(type, 'feedback.') OR startsWith(type, 'order.'), 2,
        startsWith(type, 'agent.') OR type IN ('reference.agent', 'desktop.used'), 1,
        0)) AS kind,
    max(again) AS corrected,
    max(record != '') AS filed
FROM event
WHERE batch IN {batches:Array(UInt64)}
GROUP BY day, subject_hash
