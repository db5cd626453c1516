-- Of the people who were in contact from one instant to another: how many had said by the latter whether they may be solicited, by their
-- latest word for each purpose. Several ids of one customer are one person.
WITH
tied AS
(
    SELECT customer, person FROM person
),
met AS
(
    SELECT DISTINCT ifNull(person, customer) AS who
    FROM (SELECT DISTINCT customer FROM interaction FINAL
        WHERE customer != '' AND started_at >= {since:DateTime64(3, 'UTC')} AND started_at <= {until:DateTime64(3, 'UTC')}) AS contact
    LEFT JOIN tied USING customer
)
SELECT
    purpose, count() AS known, countIf(said = 'granted') AS granted, (SELECT count() FROM met) AS customers
FROM
(
    SELECT ifNull(person, customer) AS who, purpose, argMax(value, (acted_at, act)) AS said
    FROM
    (
        SELECT customer, purpose, value, acted_at, act
        FROM act FINAL
        WHERE kind = 'customer.consent' AND customer != '' AND acted_at <= {until:DateTime64(3, 'UTC')}
    ) AS word
    LEFT JOIN tied USING customer
    GROUP BY who, purpose
)
WHERE who IN (SELECT who FROM met)
GROUP BY purpose
ORDER BY purpose
