-- The boundaries the measures of an agent's time are computed from, and what was odd, in the order of time (sql/queries/agent.sweep.sql).
SELECT day, from_at, to_at, channels, bound, `odd.kind` AS odd_kind, `odd.from_ms` AS odd_from_ms, `odd.to_ms` AS odd_to_ms
FROM agent_day FINAL
WHERE day >= toDate({since:DateTime64(3, 'UTC')}) AND day <= toDate({until:DateTime64(3, 'UTC')})
    AND subject_hash = sipHash64(concat('agent/', {agent:String}))
    AND from_at < {until:DateTime64(3, 'UTC')} AND to_at > {since:DateTime64(3, 'UTC')} {seen}
ORDER BY from_at
