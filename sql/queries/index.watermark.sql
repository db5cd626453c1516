-- How far each source has come in each family of events, never beyond the instant it was known.
INSERT INTO watermark
SELECT source, splitByChar('.', toString(type))[1] AS family, max(least(time, known_at)) AS at
FROM arriving
GROUP BY source, family
