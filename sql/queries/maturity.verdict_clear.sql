-- Evaluations of decisions and projects: with a verdict that concludes?
SELECT at, key AS what, acted_at AS stated_at, value IN {conclusive} AS ok, 1 AS weight
FROM (SELECT * FROM {rows act} WHERE kind IN ('decision.evaluated', 'project.evaluated')) {within acted_at}
