-- Assisted orders: every helper named?
SELECT at, `order` AS what, min(acted_at) AS stated_at, countIf(agent = '') = 0 AS ok, 1 AS weight
FROM (SELECT `order`, acted_at, agent FROM {rows act} WHERE kind = 'order.assisted') {within acted_at}
GROUP BY at, `order`
