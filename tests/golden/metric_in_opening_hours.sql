WITH
    if(
        ifNull(ifNull(replied_at, closed_at), {now:DateTime64(3, 'UTC')}) IS NULL OR known_until IS NULL OR ifNull(ifNull(replied_at, closed_at), {now:DateTime64(3, 'UTC')}) > known_until OR greatest(asked_at, ifNull(handed_off_at, asked_at)) < known_from,
        NULL,
        ifNull(toInt64(round(1000 * open_end_before_s)) + dateDiff('millisecond', open_end_opens_at, least(ifNull(ifNull(replied_at, closed_at), {now:DateTime64(3, 'UTC')}), open_end_closes_at)), 0)
        - ifNull(toInt64(round(1000 * open_start_before_s)) + dateDiff('millisecond', open_start_opens_at, least(greatest(asked_at, ifNull(handed_off_at, asked_at)), open_start_closes_at)), 0)
    ) AS span_ms
SELECT
    countIf(replied_at IS NOT NULL AND span_ms <= 1000 * {first_response_kept_threshold_s:Float64}) AS first_response_kept_top,
    countIf(span_ms IS NOT NULL AND (replied_at IS NOT NULL OR closed_at IS NOT NULL OR span_ms > 1000 * {first_response_kept_threshold_s:Float64})) AS first_response_kept_bottom
FROM interaction FINAL
ASOF LEFT JOIN
(
    SELECT
        key AS queue_key,
        valid_from AS queue_from,
        argMax(calendar, (sequence, statement)) AS queue_calendar
    FROM reference FINAL
    WHERE kind = 'queue'
    GROUP BY key, valid_from
) AS queue_stated ON queue_key = queue AND queue_from <= started_at
LEFT JOIN
(
    SELECT
        calendar AS known_calendar,
        max(closes_at) AS known_until,
        min(valid_from) AS known_from
    FROM opening
    LEFT JOIN
    (
        SELECT key, min(valid_from) AS valid_from
        FROM reference FINAL
        WHERE kind = 'calendar'
        GROUP BY key
    ) AS said ON key = calendar
    GROUP BY calendar
) AS open_known ON known_calendar = queue_calendar
ASOF LEFT JOIN
(
    SELECT
        calendar AS open_start_calendar,
        opens_at AS open_start_opens_at,
        closes_at AS open_start_closes_at,
        before_s AS open_start_before_s
    FROM opening
) AS open_start ON open_start_calendar = queue_calendar AND open_start_opens_at <= greatest(asked_at, ifNull(handed_off_at, asked_at))
ASOF LEFT JOIN
(
    SELECT
        calendar AS open_end_calendar,
        opens_at AS open_end_opens_at,
        closes_at AS open_end_closes_at,
        before_s AS open_end_before_s
    FROM opening
) AS open_end ON open_end_calendar = queue_calendar AND open_end_opens_at <= ifNull(ifNull(replied_at, closed_at), {now:DateTime64(3, 'UTC')})
WHERE
    day IN (SELECT day FROM interaction WHERE asked_at >= {since:DateTime64(3, 'UTC')} AND asked_at < {until:DateTime64(3, 'UTC')}) AND
    asked_at >= {since:DateTime64(3, 'UTC')} AND
    asked_at < {until:DateTime64(3, 'UTC')}
