-- Messages: was the receiver's last statement before a consent?
SELECT at, customer AS what, acted_at AS stated_at, ifNull(given, '') = 'granted' AS ok, 1 AS weight
FROM
(
    SELECT sent.customer AS customer, sent.acted_at AS acted_at, told.value AS given
    FROM (SELECT customer, acted_at FROM {rows act} WHERE kind = 'solicitation.sent') AS sent
    ASOF LEFT JOIN (SELECT customer, acted_at, value FROM {ever act} WHERE kind = 'customer.consent') AS told
        ON told.customer = sent.customer AND told.acted_at <= sent.acted_at
)
{within acted_at}
