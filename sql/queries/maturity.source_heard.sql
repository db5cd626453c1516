-- Sources of contacts: heard in the last day?
SELECT at, toString(source) AS what, max(started_at) AS stated_at, max(started_at) >= at - toIntervalDay(1) AS ok, 1 AS weight
FROM (SELECT source, started_at FROM {rows interaction}) {within started_at}
GROUP BY at, source
