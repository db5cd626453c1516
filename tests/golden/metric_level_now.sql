WITH
    dateDiff('millisecond', entered_at, {instant:DateTime64(3, 'UTC')}) AS span_ms
SELECT
    channel,
    count() AS waiting_top,
    max(span_ms) / 1000 AS oldest_wait_top
FROM stay FINAL
WHERE
    (day, subject_hash) IN (SELECT day, subject_hash FROM stay WHERE entered_at < {edge:DateTime64(3, 'UTC')} AND (left_at IS NULL OR left_at >= {edge:DateTime64(3, 'UTC')})) AND
    entered_at < {edge:DateTime64(3, 'UTC')} AND
    (left_at IS NULL OR left_at >= {edge:DateTime64(3, 'UTC')})
GROUP BY channel
ORDER BY channel
