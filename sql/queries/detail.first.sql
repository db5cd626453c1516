-- From which day on work and presence reach the days of a period: nothing before it lasts that long.
SELECT ifNull(min(from_day), toDate({since:DateTime64(3, 'UTC')})) AS first
FROM day_reach
WHERE agent_hash = sipHash64(concat('agent/', {agent:String}))
    AND day >= toDate({since:DateTime64(3, 'UTC')}) AND day <= toDate({until:DateTime64(3, 'UTC')})
