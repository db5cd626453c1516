-- What each agent was, quarter hour by quarter hour, in milliseconds: staffed (signed in or busy) = busy (wall) + ready + auxiliary; of
-- busy: in a pause, while signed out, on several channels, on several or at all with a channel whose capacity is not known, with something
-- in hand whose end is not known, with voice and another channel; voice in hand or another contact in focus (linear); and the load, the
-- part of the capacity that was taken while that of every contact in hand was known (× 26771144400). Staffed time of known capacity and its
-- load once more (covered): without what a contact of unknown capacity was in hand of, and only of rows of agent_day (days, or parts of them
-- between two statements about the agent) in which some capacity is known and the agent was signed in at any time.
{with}
SELECT
    day, agent, subject_hash AS agent_hash, from_at AS began_at,
    -- one element each: no join of arrays is needed to take it
    `state_total.staffed`[1] AS staffed_ms, `state_total.wall`[1] AS wall_ms, `state_total.free`[1] AS ready_ms, `state_total.away`[1] AS auxiliary_ms,
    `state_total.paused`[1] AS paused_ms, `state_total.outside`[1] AS outside_ms, `state_total.several`[1] AS several_ms,
    `state_total.unsplit`[1] AS unsplit_ms, `state_total.unweighed`[1] AS unweighed_ms, `state_total.unended`[1] AS unended_ms,
    `state_total.voiced`[1] AS voiced_ms, `state_total.linear`[1] AS linear_ms, `state_total.load`[1] AS load_units,
    if({covered}, staffed_ms - unweighed_ms, 0) AS covered_ms, if({covered}, load_units, 0) AS covered_units
FROM agent_day FINAL
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
    day, agent, subject_hash AS agent_hash, from_at AS began_at, ms AS staffed_ms, if(n > 0, ms, 0) AS wall_ms,
    if(n = 0 AND ready > 0, ms, 0) AS ready_ms, if(n = 0 AND ready = 0, ms, 0) AS auxiliary_ms,
    if(n > 0 AND signed > 0 AND ready = 0, ms, 0) AS paused_ms, if(n > 0 AND signed = 0, ms, 0) AS outside_ms,
    if(m > 1, ms, 0) AS several_ms, if(m > 1 AND unknown > 0, ms, 0) AS unsplit_ms, if(unknown > 0, ms, 0) AS unweighed_ms,
    if(arrayExists((k, c) -> k > 229376 AND c > 0, kinds, held), ms, 0) AS unended_ms, if(m > 1 AND spoken > 0, ms, 0) AS voiced_ms,
    -- NICE counts a voice contact in hand, and another one while it is in focus
    if(spoken > 0 OR arrayExists((k, c) -> c > 0 AND k > 131072 AND k < 163840 AND k != 131072 + indexOf(channels, 'voice'), kinds, held),
        ms, 0) AS linear_ms,
    if(unknown > 0, toInt128(0), toInt128(ms) * least(26771144400, weight_of_all)) AS load_units,
    if(whole_covered AND unknown = 0, ms, 0) AS covered_ms,
    if(whole_covered AND unknown = 0, toInt128(ms) * least(26771144400, weight_of_all), 0) AS covered_units
FROM {sweep}
WHERE n > 0 OR signed > 0
