-- The events of one contact as they hold now, in their order: of each identity the revision that won, none that was taken back.
WITH sipHash64(concat('interaction/', {interaction:String})) AS contact
SELECT time, type, source, channel, queue, agent, stint, role, reason, author, automatic, relation, outcome, state, revision, known_at
FROM
(
    SELECT *
    FROM event
    WHERE (day, subject_hash) IN (SELECT day, subject_hash FROM reach WHERE key = contact) AND batch <= (SELECT max(batch) FROM batch)
    ORDER BY source, id, revision DESC, content
    LIMIT 1 BY source, id
)
WHERE NOT retracted AND
(
    record = '' OR (sipHash64(source, record), revision) IN (SELECT record_hash, max(revision) FROM record GROUP BY record_hash)
    OR (sipHash64(source, record), reinterpretAsUInt128(sipHash128(source, id)), revision) IN ({spared})
)
ORDER BY time, sequence, type_rank, source, id
LIMIT 2000
