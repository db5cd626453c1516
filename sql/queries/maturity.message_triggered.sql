-- Messages of the CRM: sent by an event of that customer?
SELECT at, {name customer} AS what, acted_at AS stated_at, rule != '' AS ok, 1 AS weight
FROM (SELECT * FROM {rows act} WHERE kind = 'solicitation.sent') {within acted_at}
