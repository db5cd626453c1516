-- When the agents in hand were signed in, and whether they were ready: what decides how long something lasts that lies on their days. What
-- has no end lasts {open_ms} milliseconds, nothing lasts longer than {most_ms}.
SELECT
    subject_hash AS agent_hash, agent, state IN {ready:Array(String)} AS ready, toUnixTimestamp64Milli(started_at) AS begins,
    least(ifNull(toUnixTimestamp64Milli(ended_at), begins + {open_ms:Int64}), begins + {most_ms:Int64}) AS ends
FROM presence FINAL
WHERE day IN (SELECT day FROM live_agent_from) AND (subject_hash, day) IN (SELECT agent_hash, day FROM live_agent_from)
    AND state NOT IN {off:Array(String)} AND ends > begins
