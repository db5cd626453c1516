WITH
    dateDiff('millisecond', asked_at, ifNull(ifNull(replied_at, closed_at), {now:DateTime64(3, 'UTC')})) AS span_ms
SELECT
    channel,
    sumMapIf([toUInt64(ceil(span_ms / 1000))], [toUInt64(1)], replied_at IS NOT NULL AND span_ms >= 0) AS response_rate_top,
    sumMapIf([toUInt64(ceil(span_ms / 1000))], [toUInt64(1)], replied_at IS NULL AND span_ms >= 0) AS response_rate_bottom
FROM turn FINAL
WHERE
    day >= toDate({since:DateTime64(3, 'UTC')}) AND
    day <= toDate({until:DateTime64(3, 'UTC')}) AND
    asked_at >= {since:DateTime64(3, 'UTC')} AND
    asked_at < {until:DateTime64(3, 'UTC')}
GROUP BY channel
ORDER BY channel
