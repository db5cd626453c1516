-- Directions invited to the committee: present?
SELECT at, key AS what, told_at AS stated_at, seat.1 AS ok, seat.2 AS weight
FROM
(
    SELECT
        at, key, max(acted_at) AS told_at, argMax({number invited}, {stamp acted_at act}) AS invited,
        least(argMax({number present}, {stamp acted_at act}), invited) AS present
    FROM (SELECT act, key, acted_at, data FROM {rows act} WHERE kind = 'meeting.held' AND {text category} = 'committee') {within acted_at}
    GROUP BY at, key
    HAVING invited > 0
)
ARRAY JOIN [(1, present), (0, invited - present)] AS seat
