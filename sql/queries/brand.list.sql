-- The brands that contacts or orders name.
SELECT DISTINCT toString(brand) AS brand
FROM (SELECT DISTINCT brand FROM interaction WHERE brand != '' UNION ALL SELECT DISTINCT brand FROM `order` WHERE brand != '')
ORDER BY brand
LIMIT 30
