WITH
    greatest(started_at, {since:DateTime64(3, 'UTC')}) AS from_at,
    least(ifNull(ended_at, {now:DateTime64(3, 'UTC')}), {edge:DateTime64(3, 'UTC')}) AS to_at,
    arrayDistinct(arrayMap(
        t -> toDateTime64(toStartOfInterval(t, INTERVAL 15 MINUTE, {zone:String}), 3, 'UTC'),
        arrayPushBack(arrayMap(k -> from_at + toIntervalSecond(900 * k), range(toUInt32(dateDiff('second', from_at, to_at) / 900) + 1)), to_at)
    )) AS starts,
    arrayPushBack(arrayPopFront(starts), to_at) AS ends,
    arrayMap((b, e) -> (b, dateDiff('millisecond', greatest(b, from_at), e)), starts, ends) AS slices,
    arrayJoin(arrayFilter(s -> s.2 > 0, slices)) AS slice,
    slice.2 AS span_ms
SELECT
    agent,
    slice.1 AS at,
    sumIf(span_ms, phase = 'talk' AND role != 'monitor') / 1000 AS talk_time_top,
    countIf(phase = 'talk' AND role != 'monitor') AS talk_time_bottom
FROM work FINAL
WHERE
    day <= toDate({edge:DateTime64(3, 'UTC')}) AND
    day IN (SELECT day FROM work WHERE started_at < {edge:DateTime64(3, 'UTC')} AND ifNull(ended_at, {now:DateTime64(3, 'UTC')}) > started_at AND ifNull(ended_at, {now:DateTime64(3, 'UTC')}) > {since:DateTime64(3, 'UTC')}) AND
    started_at < {edge:DateTime64(3, 'UTC')} AND
    ifNull(ended_at, {now:DateTime64(3, 'UTC')}) > started_at AND
    ifNull(ended_at, {now:DateTime64(3, 'UTC')}) > {since:DateTime64(3, 'UTC')}
GROUP BY agent, at
ORDER BY agent, at

SELECT
    agent,
    toStartOfInterval(ended_at, INTERVAL 15 MINUTE, {zone:String}) AS at,
    sumIf(talk_ms, measured AND accepted_at IS NULL AND role != 'monitor' AND talk_ms > 0) / 1000 AS talk_time_top2,
    countIf(measured AND accepted_at IS NULL AND role != 'monitor' AND talk_ms > 0) AS talk_time_bottom2
FROM stint FINAL
WHERE
    day IN (SELECT day FROM stint WHERE ended_at >= {since:DateTime64(3, 'UTC')} AND ended_at < {until:DateTime64(3, 'UTC')}) AND
    ended_at >= {since:DateTime64(3, 'UTC')} AND
    ended_at < {until:DateTime64(3, 'UTC')}
GROUP BY agent, at
ORDER BY agent, at
