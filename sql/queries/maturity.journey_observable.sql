-- Contacts and orders that can be followed: a customer, and for contacts a motive or a case.
SELECT at, {name interaction} AS what, started_at AS stated_at, who != 0 AND (motive != '' OR thing != 0) AS ok, 1 AS weight
FROM {rows interaction} {within started_at}
UNION ALL
SELECT at, {name `order`} AS what, placed_at AS stated_at, who != 0 AS ok, 1 AS weight
FROM {rows order} {within placed_at}
