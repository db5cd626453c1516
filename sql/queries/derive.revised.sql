-- The days that hold another revision of what the batches brought are touched as well, where they are not read for their own sake.
INSERT INTO live_touched
SELECT DISTINCT day, subject_hash, 0 AS kind, 0, 0
FROM event
WHERE (day, subject_hash) IN (SELECT day, subject_hash FROM live_held WHERE corrected)
    AND batch <= {upto:UInt64}
    AND sipHash128(source, id) IN
    (
        SELECT sipHash128(source, id)
        FROM event
        WHERE batch IN {batches:Array(UInt64)} AND subject_hash IN (SELECT subject_hash FROM live_held WHERE corrected)
    )
