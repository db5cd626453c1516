-- Sessions of the committee that were held.
SELECT at, key AS what, max(acted_at) AS stated_at, 1 AS ok, 1 AS weight
FROM (SELECT key, acted_at FROM {rows act} WHERE kind = 'meeting.held' AND {text category} = 'committee') {within acted_at}
GROUP BY at, key
