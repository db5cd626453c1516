-- Every brand, site, team and queue that the registers name or that contacts and orders bear: what a scope may be made of.
SELECT DISTINCT dimension, value
FROM
(
    SELECT kind AS dimension, key AS value FROM reference FINAL WHERE kind IN ('queue', 'team', 'site')
    UNION ALL SELECT 'team', toString(team) FROM reference FINAL
    UNION ALL SELECT 'site', toString(site) FROM reference FINAL
    UNION ALL SELECT 'brand', toString(brand) FROM reference FINAL
    UNION ALL SELECT 'brand', toString(brand) FROM (SELECT DISTINCT brand FROM interaction)
    UNION ALL SELECT 'brand', toString(brand) FROM (SELECT DISTINCT brand FROM `order`)
    UNION ALL SELECT 'queue', toString(queue) FROM (SELECT DISTINCT queue FROM stay)
)
WHERE value != ''
ORDER BY dimension, value
