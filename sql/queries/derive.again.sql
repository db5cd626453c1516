-- The pairs to be read for touched subjects whose days stand for themselves (agents, teams, touches…; no contact, no order) and that were
-- corrected (but by a vendor's record, which makes of them one whole): all their days, as a revision may be outdated by one of another day. Facts are written of those alone that may change: the days
-- that hold a revision of what the batches brought, and those from which something lasts into one of these, or lasted. What begins on
-- another day and ends before is ended by what no batch changed; and what begins later does not depend on what was before it. (So it is too
-- when this is done again after a crash: whatever lasts into a changed day begins as it began, wherever it ends.)
INSERT INTO live_span
WITH corrected AS
(
    SELECT key AS subject_hash, arrayFilter(d -> d != toDate('2149-06-06'), groupUniqArray(day)) AS days
    FROM reach
    WHERE key IN (SELECT subject_hash FROM live_touched GROUP BY subject_hash HAVING max(kind) < 2) AND key = subject_hash
    GROUP BY key
    HAVING max(day) = toDate('2149-06-06')
),
held AS (SELECT arrayJoin(days) AS day, subject_hash FROM corrected),
changed AS
(
    SELECT day, subject_hash
    FROM live_touched
    WHERE subject_hash IN (SELECT subject_hash FROM corrected)
    UNION DISTINCT
    SELECT DISTINCT day, subject_hash
    FROM event
    WHERE (day, subject_hash) IN (SELECT day, subject_hash FROM held)
        AND batch <= {upto:UInt64}
        AND sipHash128(source, id) IN
        (
            SELECT sipHash128(source, id)
            FROM event
            WHERE batch IN {batches:Array(UInt64)} AND subject_hash IN (SELECT subject_hash FROM corrected)
        )
),
lasting AS
(
    SELECT day, subject_hash, ended_at FROM presence FINAL WHERE (day, subject_hash) IN (SELECT day, subject_hash FROM held)
    UNION ALL
    SELECT day, subject_hash, ended_at FROM focus FINAL WHERE (day, subject_hash) IN (SELECT day, subject_hash FROM held)
)
SELECT
    day, subject_hash, 1 AS corrected,
    (day, subject_hash) IN (SELECT day, subject_hash FROM changed) OR (day, subject_hash) IN
    (
        SELECT lasting.day, subject_hash
        FROM lasting
        INNER JOIN changed USING subject_hash
        WHERE changed.day > lasting.day AND (ended_at IS NULL OR toDate(ended_at) >= changed.day)
    ) AS written
FROM held
