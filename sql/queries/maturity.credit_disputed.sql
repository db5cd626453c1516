-- Credited orders: disputed?
SELECT at, any(called) AS what, min(acted_at) AS stated_at, countIf(kind = 'credit.disputed') > 0 AS ok, 1 AS weight
FROM (SELECT {name `order`} AS called, thing, acted_at, kind FROM {rows act} WHERE kind IN ('credit.given', 'credit.disputed')) {within acted_at}
GROUP BY at, thing
