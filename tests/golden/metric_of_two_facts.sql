SELECT
    toDateTime(toStartOfMonth(started_at, {zone:String}), {zone:String}) AS at,
    countIf(direction NOT IN ('outbound', 'internal')) AS contacts_per_order_top
FROM interaction FINAL
WHERE
    day >= toDate({since:DateTime64(3, 'UTC')}) AND
    day <= toDate({until:DateTime64(3, 'UTC')}) AND
    started_at >= {since:DateTime64(3, 'UTC')} AND
    started_at < {until:DateTime64(3, 'UTC')}
GROUP BY at
ORDER BY at

SELECT
    toDateTime(toStartOfMonth(placed_at, {zone:String}), {zone:String}) AS at,
    count() AS contacts_per_order_bottom
FROM `order` FINAL
WHERE
    day >= toDate({since:DateTime64(3, 'UTC')}) AND
    day <= toDate({until:DateTime64(3, 'UTC')}) AND
    placed_at >= {since:DateTime64(3, 'UTC')} AND
    placed_at < {until:DateTime64(3, 'UTC')}
GROUP BY at
ORDER BY at
