-- What has been staged, with the hashes the verdict needs. One row an event, in arrival order.
INSERT INTO arriving
SELECT
    position,
    part,
    source,
    reinterpretAsUInt128(sipHash128(source, id)) AS identity,
    sipHash64(subject) AS subject_hash,
    sipHash64(type, time, sequence, retracted, record, subject,
        channel, mode, direction, queue, agent, stint, role, customer, case, reason, author, message, in_reply_to, automatic, relation, to,
        state, domain, team, site, brand, segment, customer_type, device, language, motive, journey_type, outcome, data) AS content,
    bitShiftLeft(toUInt128(revision), 64) + bitNot(content) AS rank
FROM staging
