-- Contacts: is the customer known?
SELECT at, interaction AS what, started_at AS stated_at, customer != '' AS ok, 1 AS weight
FROM {rows interaction} {within started_at}
