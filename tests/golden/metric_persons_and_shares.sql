SELECT
    channel,
    uniqExactIf(ifNull(person, customer), customer != '') AS customers_top,
    count() AS channel_share_top,
    sum(count()) OVER () AS channel_share_bottom
FROM interaction FINAL
LEFT JOIN
(
    SELECT customer AS person_customer, person
    FROM person
) AS known ON person_customer = customer
WHERE
    day >= toDate({since:DateTime64(3, 'UTC')}) AND
    day <= toDate({until:DateTime64(3, 'UTC')}) AND
    started_at >= {since:DateTime64(3, 'UTC')} AND
    started_at < {until:DateTime64(3, 'UTC')}
GROUP BY channel
ORDER BY channel
