-- What the agents in hand looked at, and from when to when: without an end, {open_ms} milliseconds.
SELECT
    subject_hash AS agent_hash, stint, toUnixTimestamp64Milli(started_at) AS looked_at,
    ifNull(toUnixTimestamp64Milli(ended_at), looked_at + {open_ms:Int64}) AS left_at
FROM focus FINAL
WHERE day IN (SELECT day FROM live_agent_from) AND (subject_hash, day) IN (SELECT agent_hash, day FROM live_agent_from)
