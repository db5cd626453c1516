-- What was said of agents, queues and teams, where it says something new: from when on each was where, in the order of time.
-- Of several statements at one instant the last in their order holds.
SELECT kind, key, since_ms, place.1 AS team, place.2 AS site, place.3 AS brand
FROM
(
    SELECT *, lagInFrame(place, 1, ('?', '?', '?')) OVER (PARTITION BY kind, key ORDER BY since_ms) AS before
    FROM
    (
        SELECT
            toString(said.kind) AS kind,
            key,
            toUnixTimestamp64Milli(valid_from) AS since_ms,
            argMax((toString(said.team), toString(said.site), toString(said.brand)), (sequence, statement)) AS place
        FROM {db}reference AS said FINAL
        WHERE said.kind IN ('agent', 'queue', 'team')
        GROUP BY kind, key, valid_from
    )
)
WHERE place != before
ORDER BY kind, key, since_ms
