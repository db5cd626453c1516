-- What each agent was, quarter hour by quarter hour, in milliseconds: staffed (signed in or busy) = busy (wall) + ready + auxiliary; of
-- busy: in a pause, while signed out, on several channels, on several or at all with a channel whose capacity is not known, with something
-- in hand whose end is not known, with voice and another channel; voice in hand or another contact in focus (linear); and the load, the
-- part of the capacity that was taken while that of every contact in hand was known (× 26771144400). Staffed time of known capacity and its
-- load once more (covered): without what a contact of unknown capacity was in hand of, and only of rows of agent_day (days, or parts of them
-- between two statements about the agent) in which some capacity is known and the agent was signed in at any time.
{with}
SELECT
    day, agent, subject_hash AS agent_hash, from_at AS began_at, staffed AS staffed_ms, wall AS wall_ms, free AS ready_ms, away AS auxiliary_ms,
    paused AS paused_ms, outside AS outside_ms, several AS several_ms, unsplit AS unsplit_ms, unweighed AS unweighed_ms,
    unended AS unended_ms, voiced AS voiced_ms, linear AS linear_ms, load AS load_units,
    if({covered}, staffed - unweighed, 0) AS covered_ms, if({covered}, load, 0) AS covered_units
FROM agent_day FINAL
ARRAY JOIN
    `state_total.staffed` AS staffed, `state_total.wall` AS wall, `state_total.free` AS free, `state_total.away` AS away, `state_total.paused` AS paused,
    `state_total.outside` AS outside, `state_total.several` AS several, `state_total.unsplit` AS unsplit,
    `state_total.unweighed` AS unweighed, `state_total.unended` AS unended, `state_total.voiced` AS voiced,
    `state_total.linear` AS linear, `state_total.load` AS load
WHERE {whole}
UNION ALL
SELECT
    day, agent, subject_hash AS agent_hash, {at}, staffed AS staffed_ms, wall AS wall_ms, free AS ready_ms, away AS auxiliary_ms,
    paused AS paused_ms, outside AS outside_ms, several AS several_ms, unsplit AS unsplit_ms, unweighed AS unweighed_ms,
    unended AS unended_ms, voiced AS voiced_ms, linear AS linear_ms, load AS load_units,
    if({covered}, staffed - unweighed, 0) AS covered_ms, if({covered}, load, 0) AS covered_units
FROM agent_day FINAL
ARRAY JOIN
    `state.slot` AS slot, `state.staffed` AS staffed, `state.wall` AS wall, `state.free` AS free, `state.away` AS away, `state.paused` AS paused,
    `state.outside` AS outside, `state.several` AS several, `state.unsplit` AS unsplit, `state.unweighed` AS unweighed,
    `state.unended` AS unended, `state.voiced` AS voiced, `state.linear` AS linear, `state.load` AS load
WHERE {cell}
UNION ALL
SELECT
    day, agent, subject_hash AS agent_hash, from_at AS began_at, found.1 AS staffed_ms, found.2 AS wall_ms, found.3 AS ready_ms,
    found.4 AS auxiliary_ms, found.5 AS paused_ms, found.6 AS outside_ms, found.7 AS several_ms, found.8 AS unsplit_ms,
    found.9 AS unweighed_ms, found.10 AS unended_ms, found.11 AS voiced_ms, found.12 AS linear_ms, found.13 AS load_units,
    if(whole_covered, staffed_ms - unweighed_ms, 0) AS covered_ms, if(whole_covered, load_units, 0) AS covered_units
FROM {sweep}
ARRAY JOIN [(arraySum(staffed), arraySum(wall), arraySum(free), arraySum(away), arraySum(paused), arraySum(outside), arraySum(several), arraySum(unsplit),
    arraySum(unweighed), arraySum(unended), arraySum(voiced), arraySum(linear), arraySum(load))] AS found
WHERE staffed_ms > 0
