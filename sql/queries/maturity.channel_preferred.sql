-- Messages to customers who stated a channel: on that channel?
SELECT at, customer AS what, acted_at AS stated_at, channel = preferred AS ok, 1 AS weight
FROM
(
    SELECT sent.customer AS customer, sent.acted_at AS acted_at, sent.channel AS channel, told.value AS preferred
    FROM (SELECT customer, acted_at, channel FROM {rows act} WHERE kind = 'solicitation.sent') AS sent
    ASOF JOIN (SELECT customer, acted_at, value FROM {ever act} WHERE kind = 'customer.profile' AND value != '') AS told
        ON told.customer = sent.customer AND told.acted_at <= sent.acted_at
)
{within acted_at}
