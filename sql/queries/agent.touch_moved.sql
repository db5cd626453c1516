-- The agent-days on which the place of an agent may change with that of his team, as something was said of either: of the team, the days of
-- whom it is the team at some time; of the agent, the days of any team's statement up to his own next one, whatever team he was said to be
-- of before. Few are said of teams, and fewer lie on a day in hand.
INSERT INTO live_agent_day
SELECT DISTINCT agent_hash, day_reach.day AS day
FROM day_reach
INNER JOIN
(
    SELECT agent.subject_hash AS subject_hash, team.day AS day
    FROM (SELECT DISTINCT key, day FROM reference WHERE kind = 'team' AND {changed}) AS team
    INNER JOIN (SELECT DISTINCT subject_hash, team FROM reference FINAL WHERE kind = 'agent' AND team != '') AS agent ON agent.team = team.key
    UNION ALL
    SELECT said.subject_hash, team.day
    FROM
    (
        SELECT written.subject_hash AS subject_hash, written.day AS since, ifNull(live.day, toDate('2149-06-06')) AS until
        FROM (SELECT DISTINCT subject_hash, day FROM reference WHERE kind = 'agent' AND {changed}) AS written
        ASOF LEFT JOIN (SELECT DISTINCT subject_hash, day FROM reference FINAL WHERE kind = 'agent') AS live
            ON live.subject_hash = written.subject_hash AND live.day > written.day
    ) AS said
    CROSS JOIN (SELECT DISTINCT day FROM reference FINAL WHERE kind = 'team') AS team
    WHERE team.day >= said.since AND team.day <= said.until
) AS moved ON moved.subject_hash = day_reach.agent_hash AND moved.day = day_reach.day
