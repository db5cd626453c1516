-- Answers to the satisfaction question on a known scale: satisfied?
SELECT
    at, {name interaction} AS what, given_at AS stated_at,
    (scale = 5 AND score >= 4) OR (scale = 7 AND score >= 6) OR (scale = 10 AND score >= 9) AS ok, 1 AS weight
FROM (SELECT * FROM {rows rating} WHERE instrument = 'csat' AND scale IN (5, 7, 10) AND score BETWEEN 0 AND scale) {within given_at}
