-- Web orders to collect: cancelled because the store had none?
SELECT at, `order` AS what, placed_at AS stated_at, `order` IN (SELECT `order` FROM {rows act} WHERE kind = 'order.cancelled' AND reason = 'stock') AS ok, 1 AS weight
FROM (SELECT * FROM {rows order} WHERE channel = 'web' AND site != '') {within placed_at}
