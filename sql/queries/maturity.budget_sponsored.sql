-- Budgets of initiatives: with a sponsor on the board?
SELECT at, key AS what, since AS stated_at, {text sponsor} != '' AS ok, {number budget} AS weight
FROM {register initiative}
WHERE weight > 0
