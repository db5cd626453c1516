-- What some customers said about being solicited, each word from its instant until the next about the same purpose and channel.
SELECT
    customer, purpose, channel, value AS said, source, acted_at AS since,
    leadInFrame(toNullable(acted_at)) OVER (PARTITION BY purpose, channel ORDER BY acted_at, act ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING)
        AS ends
FROM
(
    SELECT customer, toString(purpose) AS purpose, toString(channel) AS channel, toString(value) AS value,
        toString(source) AS source, acted_at, act
    FROM act FINAL
    WHERE kind = 'customer.consent' AND customer IN {names:Array(String)}
)
ORDER BY purpose, channel, since, act
