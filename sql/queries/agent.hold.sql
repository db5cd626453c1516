-- What is said of the holds of the contacts in `live_agent_held`: their reasons.
SELECT subject_hash, stint, toUnixTimestamp64Milli(held_at) AS began, max(toString(hold.reason)) AS reason
FROM hold FINAL
WHERE day IN (SELECT day FROM live_agent_from WHERE near) AND subject_hash IN (SELECT subject_hash FROM live_agent_held)
GROUP BY subject_hash, stint, began
