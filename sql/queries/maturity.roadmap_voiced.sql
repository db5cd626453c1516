-- Items of the marketing and communication plans: from an insight?
SELECT at, key AS what, since AS stated_at, {text insight} != '' AS ok, 1 AS weight
FROM {register roadmap}
