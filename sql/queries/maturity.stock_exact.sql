-- Counts: equal to the quantity last shown?
SELECT at, what, counted_at AS stated_at, shown_quantity = counted AS ok, 1 AS weight
FROM {counted} {within counted_at}
WHERE shown_quantity IS NOT NULL
