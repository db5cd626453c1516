-- Of the pairs read for subjects whose days stand for themselves, facts are written of those alone that may change: the touched ones (1), and
-- those from which something lasts into a touched day, or lasted (2). What begins on another day and ends before is ended by what no batch
-- changed; and what begins later does not depend on what was before it. (So it is too when this is done again after a crash: whatever
-- lasts into a touched day begins as it began, wherever it ends.)
INSERT INTO live_span
WITH
    untouched AS (SELECT day, subject_hash FROM live_held WHERE (day, subject_hash) NOT IN (SELECT day, subject_hash FROM live_touched)),
    lasting AS
    (
        SELECT day, subject_hash, ended_at FROM presence FINAL WHERE (day, subject_hash) IN (SELECT day, subject_hash FROM untouched)
        UNION ALL
        SELECT day, subject_hash, ended_at FROM focus FINAL WHERE (day, subject_hash) IN (SELECT day, subject_hash FROM untouched)
    )
SELECT
    day, subject_hash, corrected,
    multiIf((day, subject_hash) IN (SELECT day, subject_hash FROM live_touched), 1, (day, subject_hash) IN
    (
        SELECT lasting.day, lasting.subject_hash
        FROM lasting
        ASOF INNER JOIN live_touched AS touched ON touched.subject_hash = lasting.subject_hash AND touched.day > lasting.day
        WHERE ended_at IS NULL OR toDate(ended_at) >= touched.day
    ), 2, 0) AS written
FROM live_held
