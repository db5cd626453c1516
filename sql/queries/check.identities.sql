-- First sightings counted as they came, identities in the log, identities indexed.
SELECT
    (SELECT sum(toInt64(stored)) - sum(toInt64(corrected)) FROM batch) AS first_seen,
    (SELECT toInt64(uniqExact(reinterpretAsUInt128(sipHash128(source, id)))) FROM event) AS logged,
    (SELECT toInt64(count()) FROM identity FINAL) AS indexed
