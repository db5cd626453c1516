-- People written to: a consent or a refusal that covers each message, on record before it?
SELECT at, min(called) AS what, max(acted_at) AS stated_at, min(notEmpty(said)) AS ok, 1 AS weight
FROM {written} {within acted_at}
GROUP BY at, who
