-- The stretches of work that lie on the agent-days in hand, as long as they count.
-- One without an end lasts until the agent signs out (or, begun while signed out, signs in), and {open_ms} milliseconds at most; none
-- counts for longer than {most_ms}. On a channel where nobody waits on the line, work begun while signed in counts only while signed in:
-- `rest` is how long it would go on after this session.
-- `work` is the table with FINAL, or what sql/agent_time.py puts in its place where few agent-days are in hand; `stint` is '' where nobody
-- asks for it.
INSERT INTO live_agent_piece
SELECT
    agent_hash, agent, 1 AS layer, subject_hash, stint, channel, phase, begins,
    if(kept, least(stops, closes), stops) AS ends,
    if(kept AND stops > closes, stops, 0) AS rest,
    given IS NULL AS unended,
    begins AS began
FROM
(
    SELECT
        work.agent_hash, agent, subject_hash, stint, channel, phase, begins, given,
        ifNull(session.closes, 0) AS closes,
        begins < closes AS inside,
        multiIf(inside, closes, session.next_opens > 0, session.next_opens, begins + {open_ms:Int64}) AS limit,
        least(ifNull(given, least(limit, begins + {open_ms:Int64})), begins + {most_ms:Int64}) AS stops,
        inside AND channel IN {written:Array(String)} AS kept
    FROM
    (
        SELECT
            sipHash64(concat('agent/', agent)) AS agent_hash, agent, subject_hash, {stint} AS stint, channel, phase,
            toUnixTimestamp64Milli(started_at) AS begins, toUnixTimestamp64Milli(ended_at) AS given
        FROM {work}
        WHERE day IN (SELECT day FROM live_agent_from WHERE near) AND agent != '' AND phase IN ('talk', 'hold', 'wrap')
            AND (agent_hash, day) IN (SELECT agent_hash, day FROM live_agent_from WHERE near)
    ) AS work
    ASOF LEFT JOIN
    (
        SELECT agent_hash, opens, closes, next_opens
        FROM live_agent_session
        WHERE layer = 2
    ) AS session ON session.agent_hash = work.agent_hash AND session.opens <= work.begins
)
WHERE stops > begins
