-- Web orders: to be collected in a store?
SELECT at, `order` AS what, placed_at AS stated_at, site != '' AS ok, 1 AS weight
FROM (SELECT * FROM {rows order} WHERE channel = 'web') {within placed_at}
