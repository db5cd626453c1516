-- Web orders: collected in a store?
SELECT at, {name `order`} AS what, placed_at AS stated_at, site != '' AND ifNull(collected_at < at, 0) AS ok, 1 AS weight
FROM (SELECT * FROM {rows order} WHERE channel = 'web') {within placed_at}
