-- Live triggers: with a hold-out?
SELECT at, key AS what, since AS stated_at, {flag holdout} AS ok, 1 AS weight
FROM {register trigger} AS known
WHERE (at, key) IN (SELECT at, toString(rule) FROM (SELECT * FROM {rows act} WHERE kind = 'solicitation.sent' AND rule != '') {within acted_at})
