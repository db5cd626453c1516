WITH
    dateDiff('millisecond', entered_at, left_at) AS span_ms,
    transform(channel, {promise_channels:Array(String)}, {promise_seconds:Array(Float64)}, NULL) AS promise_s
SELECT
    channel,
    countIf(reason = 'answered' AND span_ms <= 1000 * promise_s) AS promise_kept_top,
    countIf(reason IN ('answered', 'abandoned') AND promise_s IS NOT NULL) AS promise_kept_bottom
FROM stay FINAL
WHERE
    day IN (SELECT day FROM stay WHERE left_at >= {since:DateTime64(3, 'UTC')} AND left_at < {until:DateTime64(3, 'UTC')}) AND
    left_at >= {since:DateTime64(3, 'UTC')} AND
    left_at < {until:DateTime64(3, 'UTC')}
GROUP BY channel
ORDER BY channel
