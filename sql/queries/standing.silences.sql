-- How many seconds each source had been silent at some instants of the past (whole quarters of an hour), where anything of it is known from
-- the first day on: by what was known at that instant, or else (a history that was loaded later) by when it happened.
SELECT
    source, instant,
    dateDiff('second', if(countIf(known) > 0, maxIf(last, known), maxIf(last, NOT known)), instant) AS silent_s
FROM
(
    SELECT source, toStartOfFifteenMinutes(time) AS quarter, false AS known, max(time) AS last
    FROM event
    WHERE day BETWEEN {first:Date} AND {last:Date} AND batch <= (SELECT max(batch) FROM batch)
    GROUP BY source, quarter
    UNION ALL
    SELECT source, toStartOfFifteenMinutes(known_at) AS quarter, true AS known, max(least(time, known_at)) AS last
    FROM event
    WHERE day BETWEEN {first:Date} AND {last:Date} AND batch <= (SELECT max(batch) FROM batch)
    GROUP BY source, quarter
) AS heard
CROSS JOIN (SELECT arrayJoin({instants:Array(DateTime64(3, 'UTC'))}) AS instant) AS asked
WHERE quarter < instant
GROUP BY source, instant
ORDER BY source, instant
