-- What is known of some identities: the winning revision and content of each, and the subject it named first.
SELECT
    toUInt64(identity) AS low,
    toUInt64(bitShiftRight(identity, 64)) AS high,
    toUInt64(bitShiftRight(max(rank) AS winner, 64)) AS revision,
    bitNot(toUInt64(winner)) AS content,
    any(identity.subject_hash) AS subject_hash
FROM identity
WHERE identity IN {asked}
GROUP BY identity
