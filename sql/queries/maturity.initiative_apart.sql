-- Initiatives: free of another department's on the same journey, or for the same KPI, outside a common committee?
SELECT
    at, each.1 AS what, at AS stated_at,
    NOT arrayExists(
        o -> ((o.2 != '' AND o.2 = each.2) OR (o.3 != '' AND o.3 = each.3)) AND o.4 != each.4 AND (o.5 = '' OR o.5 != each.5), everyone
    ) AS ok,
    1 AS weight
FROM
(
    SELECT at, groupArray((key, {text journey}, {text kpi}, {text department}, {text committee})) AS everyone
    FROM {register initiative}
    GROUP BY at
)
ARRAY JOIN everyone AS each
