-- Of each source, the events about contacts and presence in a period, and those of them stamped more than a second after they were received:
-- how many, by how much in the middle and at most. Whatever was received counts, replaced revisions too. What is told in advance (schedules,
-- capacities, registers) is not among them.
SELECT
    source, count() AS events, countIf(ahead_ms > 1000) AS ahead,
    quantileExactIf(0.5)(ahead_ms, ahead_ms > 1000) AS usual_ms, maxIf(ahead_ms, ahead_ms > 1000) AS most_ms
FROM
(
    SELECT source, dateDiff('millisecond', known_at, time) AS ahead_ms
    FROM event
    WHERE day >= toDate({since:DateTime64(3, 'UTC')}) AND day <= toDate({until:DateTime64(3, 'UTC')})
        AND time >= {since:DateTime64(3, 'UTC')} AND time < {until:DateTime64(3, 'UTC')}
        AND (startsWith(type, 'interaction.') OR type IN ('agent.signed_in', 'agent.signed_out', 'agent.state', 'agent.focus'))
        AND batch <= (SELECT max(batch) FROM batch)
)
GROUP BY source
HAVING ahead > 0
ORDER BY source
