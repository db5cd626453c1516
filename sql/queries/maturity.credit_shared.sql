-- Orders helped by two roles: credited to two roles, in balance?
SELECT at, assisted.called AS what, assisted.stated_at AS stated_at, several AND given_cents = due_cents AS ok, 1 AS weight
FROM {credited} AS assisted
WHERE stands AND (at, thing) IN
(
    SELECT at, thing
    FROM (SELECT thing, party, acted_at FROM {rows act} WHERE kind = 'order.assisted' AND party != '') {before acted_at}
    GROUP BY at, thing
    HAVING uniqExact(party) >= 2
)
