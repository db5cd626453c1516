-- The customer ids that something since a day is known of, and every other id of the same people. A contact, an order that goes on since
-- then counts for everybody named in it, even where only its beginning names him.
WITH seen AS
(
    SELECT DISTINCT if(startsWith(subject, 'customer/'), substring(subject, 10), customer) AS name FROM event
    WHERE subject_hash IN (SELECT subject_hash FROM event WHERE day >= {edge:Date})
),
whole AS
(
    SELECT customer AS name, person FROM person UNION ALL SELECT DISTINCT person, person FROM person
)
SELECT name FROM seen WHERE name != ''
UNION DISTINCT
SELECT name FROM whole WHERE person IN (SELECT person FROM whole WHERE name IN (SELECT name FROM seen))
