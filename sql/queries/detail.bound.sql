-- The boundaries the measures of an agent's time are computed from, in the order of time (sql/queries/agent.sweep.sql).
SELECT day, from_at, to_at, channels, bound
FROM agent_day FINAL
WHERE day >= toDate({since:DateTime64(3, 'UTC')}) AND day <= toDate({until:DateTime64(3, 'UTC')})
    AND subject_hash = sipHash64(concat('agent/', {agent:String}))
    AND from_at < {until:DateTime64(3, 'UTC')} AND to_at > {since:DateTime64(3, 'UTC')} {seen}
ORDER BY from_at
