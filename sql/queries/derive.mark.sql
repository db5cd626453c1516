-- Remember the subjects that have corrected events: they are always read whole, because a row may be outdated by one of another day.
-- The mark is a reach of day 0; it is written before any fact, so that it is there for whatever comes later.
INSERT INTO reach
SELECT DISTINCT subject_hash, toDate(0), subject_hash
FROM live_touched
WHERE corrected
