-- The pairs to be read for touched agents: from the last day with a sign-out before to the first one after, as a sign-out ends all
-- that began before it. The three days on either side are searched; if none has a sign-out, all days are read.
INSERT INTO live_held
WITH agent AS
(
    SELECT
        subject_hash, first_day, last_day, days,
        arraySlice(days, greatest(1, indexOf(days, first_day) - 3),
            indexOf(days, last_day) + 4 - greatest(1, indexOf(days, first_day) - 3)) AS near
    FROM
    (
        SELECT subject_hash, max(kind) AS kind, min(day) AS first_day, max(day) AS last_day
        FROM live_touched
        GROUP BY subject_hash
    ) AS touched
    INNER JOIN
    (
        SELECT key AS subject_hash, arraySort(groupUniqArray(day)) AS days
        FROM reach
        WHERE key IN (SELECT subject_hash FROM live_touched WHERE kind = 1) AND key = subject_hash
        GROUP BY key
    ) AS reached USING subject_hash
    WHERE kind = 1 AND days[-1] != toDate('2149-06-06')
)
SELECT
    arrayJoin(arrayFilter(d -> d >= begin AND d <= finish, days)) AS day,
    agent.subject_hash AS subject_hash,
    0 AS corrected
FROM
(
    SELECT
        agent.subject_hash, days,
        arrayFilter(d -> d < first_day, ifNull(outs, [])) AS before,
        arrayFilter(d -> d > last_day, ifNull(outs, [])) AS after,
        if(empty(before), days[1], arrayMax(before)) AS begin,
        if(empty(after), days[-1], arrayMin(after)) AS finish
    FROM agent
    LEFT JOIN
    (
        SELECT subject_hash, groupUniqArray(day) AS outs
        FROM event
        WHERE type = 'agent.signed_out' AND NOT retracted AND record = '' AND batch <= {upto:UInt64}
            AND (day, subject_hash) IN (SELECT arrayJoin(near), subject_hash FROM agent)
        GROUP BY subject_hash
    ) AS ended ON ended.subject_hash = agent.subject_hash
) AS agent
