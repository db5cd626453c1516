-- The contacts in a queue at a moment, the oldest first, or first those beyond what their channel promises: each stay that has begun and not
-- ended by then. `many` and `many_late` count all of them, whatever number of rows is wanted.
-- Rows outside what the viewer may see do not come back.
SELECT interaction, channel, queue, entered_at,
    ifNull(dateDiff('millisecond', entered_at, {now:DateTime64(3, 'UTC')}) >
        1000 * transform(channel, {channels:Array(String)}, {seconds:Array(Float64)}, NULL), 0) AS late,
    count() OVER () AS many, sum(late) OVER () AS many_late
FROM stay FINAL
WHERE (day, subject_hash) IN
(
    SELECT day, subject_hash
    FROM stay
    WHERE entered_at <= {now:DateTime64(3, 'UTC')} AND (left_at IS NULL OR left_at > {now:DateTime64(3, 'UTC')})
) AND entered_at <= {now:DateTime64(3, 'UTC')} AND (left_at IS NULL OR left_at > {now:DateTime64(3, 'UTC')}) {seen}
ORDER BY late < {late_first:UInt8}, entered_at, interaction, queue, n
LIMIT {most:UInt32}
