-- Advisers with work: on two channels?
SELECT at, agent AS what, max(started_at) AS stated_at, uniqExactIf(channel, channel != '') >= 2 AS ok, 1 AS weight
FROM (SELECT agent, started_at, channel FROM {rows work} WHERE agent != '') {within started_at}
GROUP BY at, agent
