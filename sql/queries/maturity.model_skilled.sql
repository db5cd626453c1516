-- Models: is the last test on later data good enough, by the lower bound of its AUC or by its Brier score, and calibrated?
SELECT
    at, key AS what, since AS stated_at,
    ifNull((a - 1.959963984540054 * sqrt((a * (1 - a) + (p - 1) * (a / (2 - a) - a * a) + (n - 1) * (2 * a * a / (1 + a) - a * a)) / (p * n)) >= 0.65
        OR missed < p * n / pow(p + n, 2)) AND error <= 0.05, 0) AS ok, 1 AS weight
FROM {register model} AS known
LEFT JOIN
(
    SELECT
        at, key, {number auc} AS a, {number positives} AS p, {number negatives} AS n, if(JSONHas(data, 'brier'), {number brier}, 1) AS missed,
        if(JSONHas(data, 'calibration_error'), {number calibration_error}, 1) AS error
    FROM
    (
        SELECT at, key, argMax(data, {stamp acted_at act}) AS data
        FROM (SELECT act, key, acted_at, data FROM {rows act} WHERE kind = 'model.tested') {within acted_at}
        GROUP BY at, key
    )
) AS proof USING (at, key)
