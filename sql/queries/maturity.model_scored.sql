-- Models: did a run of the last week score four fifths of the eligible customers?
SELECT at, key AS what, since AS stated_at, ifNull(share >= 0.8, 0) AS ok, 1 AS weight
FROM {register model} AS known
LEFT JOIN
(
    SELECT at, key, maxOrNull(if(eligible > 0, scored / eligible, 0)) AS share
    FROM (SELECT key, acted_at, {number eligible} AS eligible, {number scored} AS scored FROM {rows act} WHERE kind = 'model.scored') {within acted_at}
    WHERE acted_at >= at - toIntervalDay(7)
    GROUP BY at, key
) AS run USING (at, key)
