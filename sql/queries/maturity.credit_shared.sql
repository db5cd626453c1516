-- Orders helped by two roles: credited to two roles, in balance?
SELECT at, assisted.`order` AS what, assisted.stated_at AS stated_at, parties >= 2 AND given_cents = due_cents AS ok, 1 AS weight
FROM {credited} AS assisted
WHERE stands AND (at, `order`) IN
(
    SELECT at, `order`
    FROM (SELECT `order`, party, acted_at FROM {rows act} WHERE kind = 'order.assisted' AND party != '') {before acted_at}
    GROUP BY at, `order`
    HAVING uniqExact(party) >= 2
)
