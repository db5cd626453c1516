-- The staged events that win go to the log, in one statement.
INSERT INTO event
    (day, subject_hash, subject, time, sequence, type, type_rank, source, id, revision, retracted, record, content, again,
     channel, mode, direction, queue, agent, stint, role, customer, case, reason, author, message, in_reply_to, automatic, relation, to,
     state, domain, team, site, brand, segment, customer_type, device, language, motive, journey_type, outcome, data,
     batch, position, known_at)
SELECT
    day, verdict.subject_hash, subject, time, sequence, type, type_rank, staging.source, id, revision, retracted, record,
    verdict.content, verdict.again,
    channel, mode, direction, queue, agent, stint, role, customer, case, reason, author, message, in_reply_to, automatic, relation, to,
    state, domain, team, site, brand, segment, customer_type, device, language, motive, journey_type, outcome, data,
    {batch:UInt64}, position, {known_at:DateTime64(3, 'UTC')}
FROM staging
INNER JOIN verdict ON verdict.position = staging.position
WHERE verdict.written
