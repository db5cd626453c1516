-- Present periods with targets: do the channels' make up the global one?
SELECT
    at, formatDateTime(assumeNotNull(starts_at), '%F', {zone:String}) AS what, assumeNotNull(starts_at) AS stated_at,
    countIf(in_channel = '') = 1 AND sumIf(cents, in_channel = '') = sumIf(cents, in_channel != '') AS ok, 1 AS weight
FROM
(
    SELECT at, in_channel, {instant starts_at} AS starts_at, {instant ends_at} AS ends_at, toInt64(round({number target} * 100)) AS cents
    FROM {register target}
)
WHERE starts_at < at AND ends_at >= at
GROUP BY at, starts_at, ends_at
