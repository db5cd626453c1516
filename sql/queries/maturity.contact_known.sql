-- Contacts: is the customer known?
SELECT at, {name interaction} AS what, started_at AS stated_at, who != 0 AS ok, 1 AS weight
FROM {rows interaction} {within started_at}
