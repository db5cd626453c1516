-- Orders a day old at least, and what was credited for orders that never were: is what was given what is due?
SELECT at, called AS what, stated_at, given_cents = due_cents AS ok, 1 AS weight
FROM {credited}
