-- Matters (a case, or a contact without one): handed over, escalated or reopened?
SELECT at, any(matter) AS what, min(started_at) AS stated_at, max(transfers + escalations + reopens) > 0 AS ok, 1 AS weight
FROM (SELECT if(`case` = '', interaction, `case`) AS matter, started_at, transfers, escalations, reopens FROM {rows interaction})
{within started_at}
GROUP BY at, sipHash128(matter)
