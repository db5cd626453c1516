-- Messages to customers who stated a channel: on that channel?
SELECT at, called AS what, acted_at AS stated_at, channel = preferred AS ok, 1 AS weight
FROM
(
    SELECT sent.called AS called, sent.acted_at AS acted_at, sent.channel AS channel, told.wish AS preferred
    FROM (SELECT {name customer} AS called, who, acted_at, channel FROM {rows act} WHERE kind = 'solicitation.sent') AS sent
    ASOF JOIN
    (
        SELECT who, acted_at, max(value) AS wish FROM {ever act} WHERE kind = 'customer.profile' AND value != '' GROUP BY who, acted_at
    ) AS told
        ON told.who = sent.who AND told.acted_at <= sent.acted_at
)
{within acted_at}
