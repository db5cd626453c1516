-- Names in the catalogue of indicators: is there one definition (formula and source) of each?
SELECT at, called AS what, min(since) AS stated_at, uniqExact(formula, origin) = 1 AS ok, 1 AS weight
FROM
(
    SELECT at, since, {text formula} AS formula, {text origin} AS origin, lowerUTF8(if({text name} = '', key, {text name})) AS called
    FROM {register kpi}
)
WHERE formula != ''
GROUP BY at, called
