-- What holds in a gap (agent.sweep), as expressions: held, how many of each kind there are in it; work, the first of these: contacts by channel;
-- how many contacts on how many channels (n on m), of voice, of unknown capacity; the weight of all; sessions and readiness.
    arrayMap(c -> c[gap], counts) AS held,
    arraySlice(held, 1, length(channels)) AS work,
    arraySum(work) AS n,
    arrayCount(c -> c > 0, work) AS m,
    work[indexOf(channels, 'voice')] AS spoken,
    arrayCount((c, w) -> c > 0 AND w = 0, work, weights) AS unknown,
    arraySum((c, w) -> c * w, work, weights) AS weight_of_all,
    held[indexOf(kinds, 65536)] AS signed,
    held[indexOf(kinds, 98304)] AS ready
