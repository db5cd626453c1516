-- The contacts in a queue at a moment, the oldest first: each stay that has begun and not ended by then.
-- Rows outside what the viewer may see do not come back.
SELECT interaction, channel, queue, entered_at
FROM stay FINAL
WHERE (day, subject_hash) IN
(
    SELECT day, subject_hash
    FROM stay
    WHERE entered_at <= {now:DateTime64(3, 'UTC')} AND (left_at IS NULL OR left_at > {now:DateTime64(3, 'UTC')})
) AND entered_at <= {now:DateTime64(3, 'UTC')} AND (left_at IS NULL OR left_at > {now:DateTime64(3, 'UTC')}) {seen}
ORDER BY entered_at, interaction, queue, n
LIMIT {most:UInt32}
