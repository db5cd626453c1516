-- What each agent did on each channel, quarter hour by quarter hour: milliseconds in full (gross), with the channel open, with no other
-- open (alone), shared out (equal, even by channel, weighted by capacity; × 5342931457063200), open beside voice (voiced) or beside a
-- channel whose capacity is not known (unsplit); in focus, on hold because another contact interrupted or for no stated reason, with an
-- end not known (unended), all in full.
{with}
SELECT
    day, agent, subject_hash AS agent_hash, from_at AS began_at, channel, weights[indexOf(channels, channel)] AS weight, gross AS gross_ms, open AS open_ms, alone AS alone_ms,
    toInt128(alone) * unit + equal AS equal_units, toInt128(alone) * unit + even AS even_units, toInt128(alone) * unit + weighted AS weighted_units,
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
    toInt128(alone) * unit + equal AS equal_units, toInt128(alone) * unit + even AS even_units, toInt128(alone) * unit + weighted AS weighted_units,
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
    toInt128(0) AS equal_units, toInt128(0) AS even_units, toInt128(0) AS weighted_units, 0 AS voiced_ms, 0 AS unsplit_ms,
    if(kind = 4, ms, 0) AS focus_ms, if(kind = 5, ms, 0) AS interrupted_ms, if(kind = 6, ms, 0) AS unexplained_ms,
    if(kind = 7, ms, 0) AS unended_ms
FROM agent_day FINAL
ARRAY JOIN `layer_total.kind` AS kind, `layer_total.channel` AS channel, `layer_total.ms` AS ms
WHERE {whole}
UNION ALL
SELECT
    day, agent, subject_hash AS agent_hash, {at}, channel, 0 AS weight, 0 AS gross_ms, 0 AS open_ms, 0 AS alone_ms,
    toInt128(0) AS equal_units, toInt128(0) AS even_units, toInt128(0) AS weighted_units, 0 AS voiced_ms, 0 AS unsplit_ms,
    if(kind = 4, ms, 0) AS focus_ms, if(kind = 5, ms, 0) AS interrupted_ms, if(kind = 6, ms, 0) AS unexplained_ms,
    if(kind = 7, ms, 0) AS unended_ms
FROM agent_day FINAL
ARRAY JOIN `layer.slot` AS slot, `layer.kind` AS kind, `layer.channel` AS channel, `layer.ms` AS ms
WHERE {cell}
UNION ALL
SELECT
    day, agent, subject_hash AS agent_hash, from_at AS began_at, found.1 AS channel, found.2 AS weight, found.3 AS gross_ms, found.4 AS open_ms, found.5 AS alone_ms,
    toInt128(alone_ms) * unit + found.6 AS equal_units, toInt128(alone_ms) * unit + found.7 AS even_units,
    toInt128(alone_ms) * unit + found.8 AS weighted_units,
    found.9 AS voiced_ms, found.10 AS unsplit_ms, found.11 AS focus_ms, found.12 AS interrupted_ms, found.13 AS unexplained_ms,
    found.14 AS unended_ms
FROM {sweep}
ARRAY JOIN arrayConcat(
    arrayMap((c, w, g, o, a, e, v, k, b, u) -> (c, w, arraySum(g), arraySum(o), arraySum(a), arraySum(e), arraySum(v), arraySum(k),
        arraySum(b), arraySum(u), toInt64(0), toInt64(0), toInt64(0), toInt64(0)),
        channels, weights, gross, open, alone, equal, even, weighted, beside_voice, unknown),
    arrayMap((k, m) -> (channels[bitAnd(k, 32767)], toInt64(0), toInt64(0), toInt64(0), toInt64(0), toInt128(0), toInt128(0), toInt128(0),
        toInt64(0), toInt64(0),
        if(bitShiftRight(k, 15) = 4, arraySum(m), 0), if(bitShiftRight(k, 15) = 5, arraySum(m), 0),
        if(bitShiftRight(k, 15) = 6, arraySum(m), 0), if(bitShiftRight(k, 15) = 7, arraySum(m), 0)), extras, extra)) AS found
WHERE gross_ms + focus_ms + interrupted_ms + unexplained_ms + unended_ms > 0
