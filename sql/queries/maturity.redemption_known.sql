-- Redemptions: with promotion, channel and store?
SELECT at, {name `order`} AS what, acted_at AS stated_at, {text promotion} != '' AND channel != '' AND site != '' AS ok, 1 AS weight
FROM (SELECT * FROM {rows act} WHERE kind = 'order.redeemed') {within acted_at}
