-- Channels that sell: with a target for the present period?
SELECT at, channel AS what, min(placed_at) AS stated_at, (at, channel) IN
    (SELECT at, toString(in_channel) FROM {register target} WHERE {instant starts_at} < at AND {instant ends_at} >= at) AS ok, 1 AS weight
FROM (SELECT toString(channel) AS channel, placed_at FROM {rows order} WHERE channel != '') {within placed_at}
GROUP BY at, channel
