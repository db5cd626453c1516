-- Customers written to: a consent or refusal on record?
SELECT at, customer AS what, max(acted_at) AS stated_at, ifNull(min(told_at) < at, 0) AS ok, 1 AS weight
FROM
(
    SELECT sent.customer AS customer, sent.acted_at AS acted_at, told_at
    FROM (SELECT customer, acted_at FROM {rows act} WHERE kind = 'solicitation.sent') AS sent
    LEFT JOIN (SELECT customer, minOrNull(acted_at) AS told_at FROM {ever act} WHERE kind = 'customer.consent' AND value != '' GROUP BY customer) AS told
    USING customer
)
{within acted_at}
GROUP BY at, customer
