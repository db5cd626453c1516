WITH
    dateDiff('millisecond', greatest(asked_at, ifNull(handed_off_at, asked_at)), replied_at) AS span_ms
SELECT
    queue,
    toDateTime(toMonday(asked_at, {zone:String}), {zone:String}) AS at,
    quantileDDIf(0.01, {first_response_time_quantile:Float64})(span_ms, span_ms >= 0) / 1000 AS first_response_time_top,
    countIf(span_ms >= 0) AS first_response_time_bottom
FROM interaction FINAL
WHERE
    day IN (SELECT day FROM interaction WHERE asked_at >= {since:DateTime64(3, 'UTC')} AND asked_at < {until:DateTime64(3, 'UTC')}) AND
    asked_at >= {since:DateTime64(3, 'UTC')} AND
    asked_at < {until:DateTime64(3, 'UTC')}
GROUP BY queue, at
ORDER BY queue, at
