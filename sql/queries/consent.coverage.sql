-- Of the customers who were in contact since an instant: how many said whether they may be solicited, by their latest word for each purpose.
SELECT
    purpose,
    uniqExact(customer) AS known,
    uniqExactIf(customer, said = 'granted') AS granted,
    (SELECT uniqExact(customer) FROM interaction FINAL WHERE customer != '' AND started_at >= {since:DateTime64(3, 'UTC')}) AS customers
FROM
(
    SELECT customer, JSONExtractString(data, 'purpose') AS purpose, argMax(value, (acted_at, act)) AS said
    FROM act FINAL
    WHERE kind = 'customer.consent' AND customer != ''
    GROUP BY customer, purpose
)
WHERE customer IN (SELECT customer FROM interaction FINAL WHERE customer != '' AND started_at >= {since:DateTime64(3, 'UTC')})
GROUP BY purpose
ORDER BY purpose
