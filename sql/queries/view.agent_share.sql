-- What each agent did on each channel, quarter hour by quarter hour: milliseconds in full (gross), with the channel open, with no other
-- open (alone), its part of the time beside others (equal, even by channel, weighted by capacity; × 5342931457063200; with alone, its whole
-- share), open beside voice (voiced) or beside a channel whose capacity is not known (unsplit); in focus, on hold because another contact
-- interrupted or for no stated reason, with an end not known (unended), all in full.
{with}
SELECT
    day, agent, subject_hash AS agent_hash, from_at AS began_at, channel, weights[indexOf(channels, channel)] AS weight, gross AS gross_ms, open AS open_ms, alone AS alone_ms,
    equal AS equal_part, even AS even_part, weighted AS weighted_part,
    voiced AS voiced_ms, unsplit AS unsplit_ms, 0 AS focus_ms, 0 AS interrupted_ms, 0 AS unexplained_ms, 0 AS unended_ms
FROM agent_day FINAL
ARRAY JOIN
    `share_total.channel` AS channel, `share_total.gross` AS gross, `share_total.open` AS open, `share_total.alone` AS alone,
    `share_total.equal` AS equal, `share_total.even` AS even, `share_total.weighted` AS weighted,
    `share_total.voiced` AS voiced, `share_total.unsplit` AS unsplit
WHERE {whole}
UNION ALL
SELECT
    day, agent, subject_hash AS agent_hash, {at}, channel, weights[indexOf(channels, channel)] AS weight, gross AS gross_ms, open AS open_ms, alone AS alone_ms,
    equal AS equal_part, even AS even_part, weighted AS weighted_part,
    voiced AS voiced_ms, unsplit AS unsplit_ms, 0 AS focus_ms, 0 AS interrupted_ms, 0 AS unexplained_ms, 0 AS unended_ms
FROM agent_day FINAL
ARRAY JOIN
    `share.slot` AS slot, `share.channel` AS channel, `share.gross` AS gross, `share.open` AS open, `share.alone` AS alone,
    `share.equal` AS equal, `share.even` AS even, `share.weighted` AS weighted,
    `share.voiced` AS voiced, `share.unsplit` AS unsplit
WHERE {cell}
UNION ALL
SELECT
    day, agent, subject_hash AS agent_hash, from_at AS began_at, channel, 0 AS weight, 0 AS gross_ms, 0 AS open_ms, 0 AS alone_ms,
    toInt128(0) AS equal_part, toInt128(0) AS even_part, toInt128(0) AS weighted_part, 0 AS voiced_ms, 0 AS unsplit_ms,
    if(kind = 4, ms, 0) AS focus_ms, if(kind = 5, ms, 0) AS interrupted_ms, if(kind = 6, ms, 0) AS unexplained_ms,
    if(kind = 7, ms, 0) AS unended_ms
FROM agent_day FINAL
ARRAY JOIN `layer_total.kind` AS kind, `layer_total.channel` AS channel, `layer_total.ms` AS ms
WHERE {whole}
UNION ALL
SELECT
    day, agent, subject_hash AS agent_hash, {at}, channel, 0 AS weight, 0 AS gross_ms, 0 AS open_ms, 0 AS alone_ms,
    toInt128(0) AS equal_part, toInt128(0) AS even_part, toInt128(0) AS weighted_part, 0 AS voiced_ms, 0 AS unsplit_ms,
    if(kind = 4, ms, 0) AS focus_ms, if(kind = 5, ms, 0) AS interrupted_ms, if(kind = 6, ms, 0) AS unexplained_ms,
    if(kind = 7, ms, 0) AS unended_ms
FROM agent_day FINAL
ARRAY JOIN `layer.slot` AS slot, `layer.kind` AS kind, `layer.channel` AS channel, `layer.ms` AS ms
WHERE {cell}
UNION ALL
SELECT
    day, agent, subject_hash AS agent_hash, from_at AS began_at, channels[bitAnd(kind, 32767)] AS channel,
    if(of_work, weights[bitAnd(kind, 32767)], 0) AS weight,
    if(of_work, gross, 0) AS gross_ms, if(of_work, ms, 0) AS open_ms, if(of_work AND m = 1, ms, 0) AS alone_ms,
    if(mixed, intDiv(units * n_to, n) - intDiv(units * (n_to - count), n), 0) AS equal_part,
    if(mixed, intDiv(units * m_to, m) - intDiv(units * (m_to - 1), m), 0) AS even_part,
    if(mixed AND unknown = 0, intDiv(units * by_to, by_all) - intDiv(units * (by_to - count * weights[bitAnd(kind, 32767)]), by_all), 0)
        AS weighted_part,
    if(mixed AND spoken > 0, ms, 0) AS voiced_ms, if(mixed AND unknown > 0, ms, 0) AS unsplit_ms,
    if(layer = 4, gross, 0) AS focus_ms, if(layer = 5, gross, 0) AS interrupted_ms,
    if(layer = 6, gross, 0) AS unexplained_ms, if(layer = 7, gross, 0) AS unended_ms
FROM
(
    SELECT
        day, agent, subject_hash, from_at, channels, weights, ms, spoken, unknown, kind, count, n_to, m_to, by_to,
        greatest(n, 1) AS n, greatest(m, 1) AS m, greatest(weight_of_all, 1) AS by_all,
        bitShiftRight(kind, 15) AS layer, kind < 65536 AS of_work, kind < 65536 AND m > 1 AS mixed,
        count * ms AS gross, toInt128(ms) * unit AS units
    FROM {sweep}
    -- what there is in hand on a channel and those before it: work comes first, in order of channels
    ARRAY JOIN
        kinds AS kind, held AS count, arrayCumSum(held) AS n_to, arrayCumSum(c -> c > 0, held) AS m_to,
        arrayCumSum((c, w) -> c * w, held, arrayResize(weights, length(held), 0)) AS by_to
    WHERE count > 0 AND (kind < 65536 OR kind > 131072)
)
