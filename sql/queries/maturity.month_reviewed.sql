-- Months with a review by the customer direction.
SELECT at, formatDateTime(acted_at, '%Y-%m', {zone:String}) AS what, min(acted_at) AS stated_at, 1 AS ok, 1 AS weight
FROM (SELECT acted_at FROM {rows act} WHERE kind = 'meeting.held' AND {text category} = 'review') {within acted_at}
GROUP BY at, what
