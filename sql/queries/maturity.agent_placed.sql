-- Advisers with work: in a team?
SELECT at, agent AS what, max(started_at) AS stated_at, (at, agent) IN (SELECT at, key FROM {register agent} WHERE in_team != '') AS ok, 1 AS weight
FROM (SELECT agent, started_at FROM {rows work} WHERE agent != '') {within started_at}
GROUP BY at, agent
