-- Whether anything is known of one agent's presence up to the end of a period: longer than 31 days nothing lasts.
SELECT 1 AS known
FROM presence FINAL
WHERE day >= toDate({since:DateTime64(3, 'UTC')}) - 35 AND day <= toDate({until:DateTime64(3, 'UTC')})
    AND subject_hash = sipHash64(concat('agent/', {agent:String})) {seen}
LIMIT 1
