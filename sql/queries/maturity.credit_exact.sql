-- Orders a day old at least: do their credits make up their amount?
SELECT at, `order` AS what, placed_at AS stated_at, ifNull(given_cents, 0) = amount_cents AS ok, 1 AS weight
FROM {credited}
