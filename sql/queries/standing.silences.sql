-- How many seconds each source had been silent at some instants of the past (whole quarters of an hour), where anything of it is known from
-- the first day on. An event was heard when it was received; one of a history that was loaded later, when it happened.
SELECT source, instant, dateDiff('second', max(last), instant) AS silent_s
FROM
(
    SELECT
        source,
        toStartOfFifteenMinutes(if(known_at > time + INTERVAL 2 DAY, time, known_at)) AS quarter,
        max(least(time, known_at)) AS last
    FROM event
    WHERE day BETWEEN {first:Date} AND {last:Date} AND batch <= (SELECT max(batch) FROM batch)
    GROUP BY source, quarter
) AS heard
CROSS JOIN (SELECT arrayJoin({instants:Array(DateTime64(3, 'UTC'))}) AS instant) AS asked
WHERE quarter < instant
GROUP BY source, instant
ORDER BY source, instant
