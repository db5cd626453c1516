-- How long each agent had one, two, three… contacts in hand at once, quarter hour by quarter hour.
{with}
SELECT day, agent, subject_hash AS agent_hash, from_at AS began_at, n, toString(n) AS level, ms
FROM agent_day FINAL
ARRAY JOIN `level_total.level` AS n, `level_total.ms` AS ms
WHERE {whole}
UNION ALL
SELECT day, agent, subject_hash AS agent_hash, {at}, n, toString(n) AS level, ms
FROM agent_day FINAL
ARRAY JOIN `level.slot` AS slot, `level.level` AS n, `level.ms` AS ms
WHERE {cell}
UNION ALL
SELECT day, agent, subject_hash AS agent_hash, from_at AS began_at, n, toString(n) AS level, ms
FROM {sweep}
WHERE n > 0
