-- Assisted orders: every helper named?
SELECT at, any(called) AS what, min(acted_at) AS stated_at, countIf(agent = '') = 0 AS ok, 1 AS weight
FROM (SELECT {name `order`} AS called, thing, acted_at, agent FROM {rows act} WHERE kind = 'order.assisted') {within acted_at}
GROUP BY at, thing
