-- Web orders: served by a store?
SELECT at, called AS what, placed_at AS stated_at, ifNull(shop.key != '', 0) AS ok, 1 AS weight
FROM
(
    SELECT at, {name `order`} AS called, placed_at, toString(site) AS key FROM (SELECT * FROM {rows order} WHERE channel = 'web') {within placed_at}
) AS bought
LEFT JOIN {stores} AS shop USING (at, key)
