-- The work of the contacts that may lie on the agent-days in hand, where these are few. First that of the contacts that were noted: it was just
-- written, under this version. Then that of the others that lay on an agent-day from which something reaches into these when it was last
-- written. A stretch that counts at all counts on the day it begins, whatever presence says of its end, so that none is left out.
-- A derivation writes all rows a contact has on a day, and cancels those that vanished, under one version: those of the highest version
-- are the ones that hold. FINAL would say the same, but reads the two names in the key for it, half of all that is read here.
SELECT day, agent, subject_hash, {stint} AS stint, channel, phase, started_at, ended_at
FROM work
WHERE version = {version:UInt64} AND NOT gone AND day IN (SELECT day FROM live_agent_from WHERE near)
UNION ALL
SELECT day, agent, subject_hash, stint, channel, phase, started_at, ended_at
FROM
(
    SELECT
        day, agent, subject_hash, {stint} AS stint, channel, phase, started_at, ended_at, version, gone,
        max(version) OVER (PARTITION BY day, subject_hash) AS newest
    FROM work
    PREWHERE subject_hash IN
        (
            SELECT DISTINCT arrayJoin(`contact.contact`) AS contact
            FROM agent_day
            WHERE (day, subject_hash) IN (SELECT day, agent_hash FROM live_agent_from WHERE near)
                AND contact NOT IN (SELECT subject_hash FROM live_agent_noted)
        )
    WHERE day IN (SELECT day FROM live_agent_from WHERE near)
)
WHERE version = newest AND NOT gone
