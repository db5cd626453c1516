-- Promotions begun a day ago at least: live in all their channels within a day?
SELECT
    at, key AS what, starts_at AS stated_at,
    notEmpty(wanted) AND hasAll(arrayMap(l -> l.1, arrayFilter(l -> l.2 <= starts_at + toIntervalDay(1), live)), wanted) AS ok, 1 AS weight
FROM {begun}
WHERE NOT local AND starts_at < at - toIntervalDay(1)
