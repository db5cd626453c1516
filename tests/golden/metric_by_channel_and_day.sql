WITH
    dateDiff('millisecond', entered_at, left_at) AS span_ms
SELECT
    channel,
    toStartOfDay(entered_at, {zone:String}) AS at,
    count() AS offered_top,
    countIf(reason = 'answered') AS answered_top,
    countIf(reason = 'answered' AND span_ms <= 1000 * {service_level_threshold_s:Float64}) AS service_level_top,
    countIf(reason IN ('answered', 'abandoned')) AS service_level_bottom
FROM stay FINAL
WHERE
    day >= toDate({since:DateTime64(3, 'UTC')}) AND
    day <= toDate({until:DateTime64(3, 'UTC')}) AND
    entered_at >= {since:DateTime64(3, 'UTC')} AND
    entered_at < {until:DateTime64(3, 'UTC')}
GROUP BY channel, at
ORDER BY channel, at
