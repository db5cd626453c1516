-- Counts: in agreement with what was last shown as available or not?
SELECT at, what, counted_at AS stated_at, shown = (counted > 0) AS ok, 1 AS weight
FROM {counted} {within counted_at}
