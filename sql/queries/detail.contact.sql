-- The parts of one contact that a viewer may see: the contact itself (stint '') and each agent's share of it.
SELECT '' AS stint, '' AS seen_agent, channel, queue, started_at
FROM interaction FINAL
WHERE (day, subject_hash) IN (SELECT day, subject_hash FROM reach WHERE key = sipHash64(concat('interaction/', {interaction:String}))) {contact_seen}
UNION ALL
SELECT stint, agent AS seen_agent, channel, queue, started_at
FROM stint FINAL
WHERE (day, subject_hash) IN (SELECT day, subject_hash FROM reach WHERE key = sipHash64(concat('interaction/', {interaction:String}))) {stint_seen}
