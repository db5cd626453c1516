-- Models: is the last test on later data good enough, by the lower bound of its AUC and by calibration?
SELECT at, key AS what, since AS stated_at, ifNull(a - 1.959963984540054 * sqrt((a * (1 - a) + (p - 1) * (a / (2 - a) - a * a)
    + (n - 1) * (2 * a * a / (1 + a) - a * a)) / (p * n)) >= 0.65 AND error <= 0.05, 0) AS ok, 1 AS weight
FROM {register model} AS known
LEFT JOIN
(
    SELECT
        at, key, argMaxOrNull({number auc}, acted_at) AS a, argMaxOrNull({number positives}, acted_at) AS p,
        argMaxOrNull({number negatives}, acted_at) AS n, argMaxOrNull(if(JSONHas(data, 'calibration_error'), {number calibration_error}, 1), acted_at) AS error
    FROM (SELECT key, acted_at, data FROM {rows act} WHERE kind = 'model.tested') {within acted_at}
    GROUP BY at, key
) AS proof USING (at, key)
