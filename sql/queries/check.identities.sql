-- First sightings counted as they came, identities in the log or retired from it, identities indexed; first sightings and later rows as the
-- log holds them, beside the identities and the places of those.
SELECT
    (SELECT sum(toInt64(stored)) - sum(toInt64(corrected)) FROM batch) AS first_seen,
    identities + (SELECT toInt64(uniqExact(identity)) FROM retired) AS logged,
    (SELECT toInt64(count()) FROM identity FINAL) AS indexed,
    toInt64(uniqExact(reinterpretAsUInt128(sipHash128(source, id)))) AS identities,
    toInt64(countIf(NOT again)) AS sightings,
    toInt64(countIf(again)) AS later,
    toInt64(uniqExactIf((batch, position), again)) AS later_places
FROM event
