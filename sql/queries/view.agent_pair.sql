-- How long each agent had contacts on both channels of a pair in hand, quarter hour by quarter hour. A pair is named in alphabetical order.
{with}
SELECT day, agent, subject_hash AS agent_hash, from_at AS began_at, concat(one, ' + ', other) AS pair, ms
FROM agent_day FINAL
ARRAY JOIN `pair_total.one` AS one, `pair_total.other` AS other, `pair_total.ms` AS ms
WHERE {whole}
UNION ALL
SELECT day, agent, subject_hash AS agent_hash, {at}, concat(one, ' + ', other) AS pair, ms
FROM agent_day FINAL
ARRAY JOIN `pair.slot` AS slot, `pair.one` AS one, `pair.other` AS other, `pair.ms` AS ms
WHERE {cell}
UNION ALL
SELECT day, agent, subject_hash AS agent_hash, from_at AS began_at, concat(two.1, ' + ', two.2) AS pair, ms
FROM (SELECT day, agent, subject_hash, from_at, ms, arrayFilter((channel, c) -> c > 0, channels, work) AS here FROM {sweep} WHERE m > 1)
ARRAY JOIN arrayFlatten(arrayMap(one -> arrayMap(other -> (one, other), arrayFilter(other -> other > one, here)), here)) AS two
