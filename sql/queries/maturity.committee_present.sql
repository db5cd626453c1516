-- Directions invited to the committee: present?
SELECT at, key AS what, acted_at AS stated_at, seat.1 AS ok, seat.2 AS weight
FROM
(
    SELECT key, acted_at, {number invited} AS invited, least({number present}, invited) AS present
    FROM {rows act}
    WHERE kind = 'meeting.held' AND {text category} = 'committee' AND invited > 0
)
{within acted_at, [(1, present), (0, invited - present)] AS seat}
