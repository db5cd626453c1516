-- Cut the touched subjects into slices of about so many events, in the order of their first days so that a slice reads few days.
INSERT INTO live_slice
SELECT subject_hash, intDiv(sum(events) OVER (ORDER BY first_day, subject_hash ROWS UNBOUNDED PRECEDING) - events, {size:UInt64}) AS slice
FROM
(
    SELECT subject_hash, min(day) AS first_day, count() AS events
    FROM event
    WHERE (day, subject_hash) IN (SELECT day, subject_hash FROM live_span) AND batch <= {upto:UInt64}
    GROUP BY subject_hash
)
