-- The events of people whose retention has ended before a day: of each identity its batch, and what it said of vendor records.
-- What a company says of itself (reference, decisions, offers, costs…) is nobody's and stays. A contact, an order or the like goes when all
-- of it is older; an agent's states day by day; what is known of a customer when nothing later is known of anybody who is the same person.
SELECT batch, identity, tupleElement(arrayJoin(said) AS each, 1) AS record_hash, tupleElement(each, 2) AS revision
FROM
(
    SELECT
        any(batch) AS batch,
        reinterpretAsUInt128(sipHash128(source, id)) AS identity,
        groupUniqArray((if(record = '', 0, sipHash64(source, record)), revision)) AS said
    FROM event
    WHERE {people}
        AND (day < {edge:Date} OR again)
        AND (NOT startsWith(subject, 'customer/') OR substring(subject, 10) NOT IN ({active}))
        AND (startsWith(subject, 'agent/') OR subject_hash NOT IN (SELECT subject_hash FROM event WHERE day >= {edge:Date}))
    GROUP BY identity
    HAVING max(day) < {edge:Date}
)
