-- The states one agent was in during a period, in each channel domain.
SELECT domain, state, started_at, ended_at
FROM presence FINAL
WHERE day >= {first:Date} AND day <= toDate({until:DateTime64(3, 'UTC')}) AND subject_hash = sipHash64(concat('agent/', {agent:String}))
    AND started_at < {until:DateTime64(3, 'UTC')} AND (ended_at IS NULL OR ended_at > {since:DateTime64(3, 'UTC')}) {seen}
ORDER BY started_at, domain, n
