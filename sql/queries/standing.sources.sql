-- How fresh each source is: the instant of its latest event.
SELECT source, max(at) AS at
FROM watermark
GROUP BY source
ORDER BY source
