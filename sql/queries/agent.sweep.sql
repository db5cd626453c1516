-- The gaps of the rows that a reading cuts out of an agent's day, and what holds in each of them: a row for each gap between two boundaries.
-- Reads rows of agent_day: channels, weights (`whole` ÷ capacity of each channel, 0 unknown), bound (sorted boundaries, coded as below);
-- and lo and hi, the milliseconds of the day from which and to which they are read.
-- A boundary is instant × 2^20 + layer × 2^16 + place in `channels` × 2 + 1 where something begins. Layers: 1 work, 2 signed in, 3 ready,
-- 4 focus, 5 hold because another contact interrupted, 6 hold for no stated reason, 7 work whose end is not known.
-- Slots are the quarter hours of the UTC day. Shares are milliseconds × `unit`: whole numbers, so that sums are exact in any order. Among
-- n contacts channel k gets intDiv(T × N(k), n) − intDiv(T × N(k−1), n) of T, N(k) being the contacts on the first k channels: it is
-- exact for n up to 40, adds up to T for any n, and is never off by more than 1 / unit of a millisecond.
-- Columns are named, and what can be worked out at once is: the engine plans each level, and each column of it, for every question.
-- Gives beside whose row it is: ms, the length of the gap; kinds, what there is in the row (layer × 2^15 + place, in order), and held,
-- how many of each there are in the gap; work, the first of these: contacts by channel; how many contacts on how many channels (n on m), of
-- voice, of unknown capacity; the weight of all; sessions and readiness.
SELECT
    day, agent, subject_hash, from_at, channels, weights, whole_covered, ms, kinds,
    arrayMap(c -> c[gap], counts) AS held,
    arraySlice(held, 1, length(channels)) AS work,
    arraySum(work) AS n,
    arrayCount(c -> c > 0, work) AS m,
    work[indexOf(channels, 'voice')] AS spoken,
    arrayCount((c, w) -> c > 0 AND w = 0, work, weights) AS unknown,
    arraySum((c, w) -> c * w, work, weights) AS weight_of_all,
    held[indexOf(kinds, 65536)] AS signed,
    held[indexOf(kinds, 98304)] AS ready
FROM
(
    SELECT
        day, agent, subject_hash, from_at, channels, weights, whole_covered,
        arrayMap(x -> bitShiftRight(bitAnd(x, 1048575), 1), bound) AS codes,
        arraySort(arrayDistinct(codes)) AS kinds,
        arrayPopFront(arrayPushBack(arrayDifference(arrayMap(x -> least(greatest(bitShiftRight(x, 20), lo), hi), bound)), 0)) AS long,
        arrayFilter(d -> d > 0, long) AS lengths,
        arrayMap(k -> arrayFilter((c, d) -> d > 0, arrayCumSum((code, x) -> if(code = k, bitAnd(x, 1) * 2 - 1, 0), codes, bound), long), kinds)
            AS counts
    FROM {rows}
)
ARRAY JOIN lengths AS ms, arrayEnumerate(lengths) AS gap
