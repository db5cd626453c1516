-- The agents whom contacts reached, from the first to behind the last of them.
SELECT agent, toUnixTimestamp64Milli(min(started_at)) AS since_ms, toUnixTimestamp64Milli(max(started_at)) + 1 AS until_ms
FROM stint FINAL
WHERE agent != '' {seen}
GROUP BY agent
