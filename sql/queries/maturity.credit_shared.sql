-- Orders helped by two roles: credited to two roles, in balance?
SELECT at, assisted.`order` AS what, assisted.placed_at AS stated_at, ifNull(parties >= 2 AND given_cents = amount_cents, 0) AS ok, 1 AS weight
FROM {credited} AS assisted
WHERE (at, `order`) IN
(
    SELECT at, `order`
    FROM (SELECT `order`, party, acted_at FROM {rows act} WHERE kind = 'order.assisted' AND party != '') {before acted_at}
    GROUP BY at, `order`
    HAVING uniqExact(party) >= 2
)
