-- Contacts and orders that can be followed: a customer, and for contacts a motive or a case.
SELECT at, interaction AS what, started_at AS stated_at, customer != '' AND (motive != '' OR `case` != '') AS ok, 1 AS weight
FROM {rows interaction} {within started_at}
UNION ALL
SELECT at, `order` AS what, placed_at AS stated_at, customer != '' AS ok, 1 AS weight
FROM {rows order} {within placed_at}
