-- Remember the subjects that have corrected events: they are always read whole, because a row may be outdated by one of another day.
-- The mark is a reach of the last day a Date holds, on which no event can lie (they end with 2099). It is written before any fact, so
-- that it is there for whatever comes later.
INSERT INTO reach
SELECT DISTINCT subject_hash, toDate('2149-06-06'), subject_hash
FROM live_touched
WHERE corrected
