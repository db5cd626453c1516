-- First sightings counted as they came, identities in the log or retired from it, identities indexed.
SELECT
    (SELECT sum(toInt64(stored)) - sum(toInt64(corrected)) FROM batch) AS first_seen,
    (SELECT toInt64(uniqExact(reinterpretAsUInt128(sipHash128(source, id)))) FROM event)
        + (SELECT toInt64(uniqExact(identity)) FROM retired) AS logged,
    (SELECT toInt64(count()) FROM identity FINAL) AS indexed
