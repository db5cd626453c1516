-- Initiatives: with owner, department and KPI?
SELECT at, key AS what, since AS stated_at, {text owner} != '' AND {text department} != '' AND {text kpi} != '' AS ok, 1 AS weight
FROM {register initiative}
