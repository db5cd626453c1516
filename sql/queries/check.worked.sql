-- Agent-days on which work began, and those of them that were computed.
SELECT toInt64(count()) AS worked, toInt64(countIf((day, agent) IN (SELECT day, agent FROM agent_day FINAL))) AS computed
FROM
(
    SELECT DISTINCT day, agent
    FROM work FINAL
    WHERE agent != '' AND phase IN ('talk', 'hold', 'wrap') AND (ended_at IS NULL OR ended_at > started_at)
)
