WITH
    greatest(started_at, {since:DateTime64(3, 'UTC')}) AS from_at,
    least(ifNull(closed_at, {edge:DateTime64(3, 'UTC')}), {edge:DateTime64(3, 'UTC')}) AS to_at,
    arrayDistinct(arrayMap(
        t -> toDateTime64(toStartOfHour(t, {zone:String}), 3, 'UTC'),
        arrayPushBack(arrayMap(k -> from_at + toIntervalSecond(3600 * k), range(toUInt32(dateDiff('second', from_at, to_at) / 3600) + 1)), to_at)
    )) AS starts,
    arrayPushBack(arrayPopFront(starts), {edge:DateTime64(3, 'UTC')}) AS ends,
    arrayJoin(arrayFilter(s -> s.1 < {edge:DateTime64(3, 'UTC')} AND (closed_at IS NULL OR s.2 <= closed_at), arrayZip(starts, ends))) AS slice,
    dateDiff('millisecond', started_at, least(slice.2, {now:DateTime64(3, 'UTC')})) AS span_ms
SELECT
    channel,
    slice.1 AS at,
    count() AS backlog_top
FROM interaction FINAL
WHERE
    (day, subject_hash) IN (SELECT day, subject_hash FROM interaction WHERE started_at < {edge:DateTime64(3, 'UTC')} AND (closed_at IS NULL OR closed_at >= greatest(started_at, {since:DateTime64(3, 'UTC')}))) AND
    started_at < {edge:DateTime64(3, 'UTC')} AND
    (closed_at IS NULL OR closed_at >= greatest(started_at, {since:DateTime64(3, 'UTC')}))
GROUP BY channel, at
ORDER BY channel, at
