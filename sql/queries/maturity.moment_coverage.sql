-- Declared key moments: at least thirty answers in the window?
SELECT at, key AS what, at AS stated_at, ifNull(answers, 0) >= 30 AS ok, 1 AS weight
FROM {register moment} AS declared
LEFT JOIN (SELECT at, toString(moment) AS key, count() AS answers FROM {rows rating} {within given_at} GROUP BY at, key) AS given USING (at, key)
