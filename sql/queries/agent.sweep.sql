-- One pass over the boundaries of an agent's day (or of a window of it): everything about time under several contacts at once.
-- Reads rows of: day, subject_hash, agent, part, lo and hi (milliseconds of the UTC day the row covers), channels,
-- weights (`whole` ÷ capacity of each channel, 0 unknown), bound (sorted boundaries inside lo and hi, coded as below).
-- A boundary is instant × 2^20 + layer × 2^16 + place in `channels` × 2 + 1 where something begins. Layers: 1 work, 2 signed in, 3 ready,
-- 4 focus, 5 hold because another contact interrupted, 6 hold for no stated reason, 7 work whose end is not known.
-- Slots are the quarter hours of the UTC day. Shares are milliseconds × `unit`: whole numbers, so that sums are exact in any order. Among
-- n contacts channel k gets intDiv(T × N(k), n) − intDiv(T × N(k−1), n) of T, N(k) being the contacts on the first k channels: it is
-- exact for n up to 40, adds up to T for any n, and is never off by more than 1 / unit of a millisecond.
-- Gaps with one contact (single) and with several (more) are treated apart, as few gaps have several; `mixed` are those on two channels.
WITH
    5342931457063200 AS unit,                        -- the least common multiple of 1 to 40
    26771144400 AS whole,                            -- the least common multiple of 1 to 25
    (v, last) -> arrayPopFront(arrayDifference(arrayPushFront(arrayFilter((c, l) -> l, arrayCumSum(v), last), 0))) AS by_slot
SELECT
    *,
    arrayMap((z, c) -> arrayMap((a, b) -> a + b, z, c), single, gross_more) AS gross,
    arrayMap((z, c) -> arrayMap((a, b) -> a + b, z, c), single, open_more) AS open,
    arrayMap((z, c, s) -> arrayMap((a, b, m) -> a + b - m, z, c, s), single, open_more, shared) AS alone,
    arrayMap((a, b) -> a + b, unweighed_single, unweighed_more) AS unweighed,
    arrayMap((a, b) -> toInt128(a) + b, load_single, load_more) AS load,
    arrayPushFront(high_levels, 1) AS levels,
    arrayPushFront(high_level, level_one) AS level,
    arrayMap(p -> by_slot(arrayMap((a, b, d) -> if(a > 0 AND b > 0, d, 0), mixed[p.1], mixed[p.2], mixed_ms), mixed_last), pairs) AS pair
FROM
(
SELECT
    *,
    arrayMap(i -> by_slot(arrayMap((x, d) -> if(x = i, d, 0), single_place, single_ms), single_last), places) AS single,
    arrayMap(c -> by_slot(arrayMap((x, d) -> x * d, c, more_ms), more_last), more) AS gross_more,
    arrayMap(c -> by_slot(arrayMap((x, d) -> x * d, c, more_ms), more_last), more_in) AS open_more,
    arrayMap(c -> by_slot(arrayMap((x, d) -> x * d, c, mixed_ms), mixed_last), mixed_in) AS shared,
    arrayMap(c -> by_slot(arrayMap((x, v, d) -> if(v > 0, x * d, 0), c, mixed_voice, mixed_ms), mixed_last), mixed_in) AS beside_voice,
    arrayMap(c -> by_slot(arrayMap((x, u, d) -> if(u > 0, x * d, 0), c, mixed_unknown, mixed_ms), mixed_last), mixed_in) AS unknown,
    arrayMap((c, z) -> by_slot(arrayMap((a, b) -> a - b, c, z), mixed_last), equal_to, arrayPopBack(arrayPushFront(equal_to, zeros))) AS equal,
    arrayMap((c, z) -> by_slot(arrayMap((a, b) -> a - b, c, z), mixed_last), even_to, arrayPopBack(arrayPushFront(even_to, zeros))) AS even,
    arrayMap((c, z) -> by_slot(arrayMap((a, b) -> a - b, c, z), mixed_last), weighted_to, arrayPopBack(arrayPushFront(weighted_to, zeros)))
        AS weighted,
    by_slot(arrayMap((x, d) -> if(x > 0, d, 0), n, ms), last) AS wall,
    by_slot(mixed_ms, mixed_last) AS several,
    by_slot(arrayMap((x, d) -> if(x > 0, d, 0), mixed_unknown, mixed_ms), mixed_last) AS unsplit,
    by_slot(arrayMap((x, d) -> if(weights[x] = 0, d, 0), single_place, single_ms), single_last) AS unweighed_single,
    by_slot(arrayMap((x, d) -> if(x > 0, d, 0), more_unknown, more_ms), more_last) AS unweighed_more,
    by_slot(arrayMap((x, d) -> least(weights[x], whole) * d, single_place, single_ms), single_last) AS load_single,
    by_slot(arrayMap((x, u, d) -> if(u > 0, 0, least(x, whole) * d), more_weight, more_unknown, more_ms), more_last) AS load_more,
    by_slot(arrayMap((x, s, d) -> if(x > 0 OR s > 0, d, 0), n, signed, ms), last) AS staffed,
    by_slot(arrayMap((x, s, r, d) -> if(x = 0 AND s > 0 AND r > 0, d, 0), n, signed, ready, ms), last) AS free,
    by_slot(arrayMap((x, s, r, d) -> if(x = 0 AND s > 0 AND r = 0, d, 0), n, signed, ready, ms), last) AS away,
    by_slot(arrayMap((x, s, r, d) -> if(x > 0 AND s > 0 AND r = 0, d, 0), n, signed, ready, ms), last) AS paused,
    by_slot(arrayMap((x, s, d) -> if(x > 0 AND s = 0, d, 0), n, signed, ms), last) AS outside,
    by_slot(arrayMap((x, d) -> if(x > 0, d, 0), endless, ms), last) AS unended,
    by_slot(arrayMap((x, d) -> if(x > 0, d, 0), mixed_voice, mixed_ms), mixed_last) AS voiced,
    by_slot(arrayMap((x, d) -> if(x > 0, d, 0), engaged, ms), last) AS linear,
    by_slot(single_ms, single_last) AS level_one,
    arrayMap(j -> by_slot(arrayMap((x, d) -> if(x = j, d, 0), more_n, more_ms), more_last), high_levels) AS high_level,
    arrayFilter(p -> p.1 < p.2, arrayFlatten(arrayMap(i -> arrayMap(j -> (i, j), places), places))) AS pairs,
    arrayMap(c -> by_slot(arrayMap((x, d) -> x * d, arrayCumSum(arrayMap((k, d) -> if(k = c, d, 0), codes, steps)), ms), last), extras) AS extra
FROM
(
SELECT
    *,
    arrayMap(c -> arrayMap((x, d, k) -> intDiv(d * x, greatest(k, 1)), c, mixed_units, mixed_n), n_to) AS equal_to,
    arrayMap(c -> arrayMap((x, d, k) -> intDiv(d * x, greatest(k, 1)), c, mixed_units, mixed_m), m_to) AS even_to,
    arrayMap(c -> arrayMap((x, d, k, u) -> if(u > 0, toInt128(0), intDiv(d * x, greatest(k, 1))),
        c, mixed_units, mixed_weight, mixed_unknown), by_to) AS weighted_to
FROM
(
SELECT
    *,
    arrayMap(d -> toInt128(d) * unit, mixed_ms) AS mixed_units,
    arrayMap(d -> toInt128(0), mixed_ms) AS zeros,
    if(voice = 0, arrayMap(d -> toInt64(0), mixed_ms), mixed[voice]) AS mixed_voice,
    arrayMap(i -> arrayReduce('sumForEach', arraySlice(mixed, 1, i)), places) AS n_to,
    arrayMap(i -> arrayReduce('sumForEach', arraySlice(mixed_in, 1, i)), places) AS m_to,
    arrayMap(i -> arrayReduce('sumForEach', arraySlice(mixed_by, 1, i)), places) AS by_to
FROM
(
SELECT
    *,
    arrayFilter((x, e) -> e, more_last, is_mixed) AS mixed_last,
    arrayFilter((x, e) -> e, more_n, is_mixed) AS mixed_n,
    arrayFilter((x, e) -> e, more_m, is_mixed) AS mixed_m,
    arrayFilter((x, e) -> e, more_weight, is_mixed) AS mixed_weight,
    arrayFilter((x, e) -> e, more_unknown, is_mixed) AS mixed_unknown,
    arrayFilter((x, e) -> e, arrayMap((d, k) -> if(k > 1, d, 0), more_ms, more_m), is_mixed) AS mixed_ms,
    arrayMap(c -> arrayFilter((x, e) -> e, c, is_mixed), more) AS mixed,
    arrayMap(c -> arrayFilter((x, e) -> e, c, is_mixed), more_in) AS mixed_in,
    arrayMap(c -> arrayFilter((x, e) -> e, c, is_mixed), more_by) AS mixed_by
FROM
(
SELECT
    *,
    arrayMap((k, l) -> k > 1 OR l, more_m, more_last) AS is_mixed
FROM
(
SELECT
    *,
    -- `nothing`, so that there is something to add up where there is no channel
    arrayReduce('sumForEach', arrayPushBack(more_in, nothing)) AS more_m,
    arrayReduce('sumForEach', arrayPushBack(more_by, nothing)) AS more_weight,
    arrayReduce('sumForEach', arrayPushBack(arrayMap((c, w) -> arrayMap(x -> if(w = 0, x, 0), c), more_in, weights), nothing)) AS more_unknown
FROM
(
SELECT
    *,
    arrayMap(c -> arrayMap(x -> toInt64(x > 0), c), more) AS more_in,
    arrayMap((c, w) -> arrayMap(x -> x * w, c), more, weights) AS more_by,
    arrayMap(d -> toInt64(0), more_ms) AS nothing,
    arraySort(arrayDistinct(arrayFilter(x -> x > 1, more_n))) AS high_levels
FROM
(
SELECT
    *,
    arrayFilter((x, s) -> s, last, is_single) AS single_last,
    arrayFilter((x, s) -> s, place, is_single) AS single_place,
    arrayFilter((x, s) -> s, arrayMap((d, x) -> if(x = 1, d, 0), ms, n), is_single) AS single_ms,
    arrayFilter((x, s) -> s, last, is_more) AS more_last,
    arrayFilter((x, s) -> s, n, is_more) AS more_n,
    arrayFilter((x, s) -> s, arrayMap((d, x) -> if(x > 1, d, 0), ms, n), is_more) AS more_ms,
    arrayMap(c -> arrayFilter((x, s) -> s, arrayCumSum(arrayMap((k, d) -> if(k = c, d, 0), codes, steps)), is_more),
        arrayMap(i -> 32768 + i, places)) AS more
FROM
(
SELECT
    *,
    arrayFilter((s, l) -> l, slots, last) AS slot,
    arrayMap((x, l) -> x = 1 OR l, n, last) AS is_single,
    arrayMap((x, l) -> x > 1 OR l, n, last) AS is_more,
    arraySort(arrayDistinct(arrayFilter(k -> bitShiftRight(k, 15) > 3, codes))) AS extras
FROM
(
SELECT
    *,
    arrayMap((s, z) -> s != z, slots, arrayPushBack(arrayPopFront(slots), -1)) AS last,
    arrayCumSum(arrayMap((k, d) -> if(k = 1, d, 0), kinds, steps)) AS n,
    arrayCumSum(arrayMap((k, d) -> if(k = 2, d, 0), kinds, steps)) AS signed,
    arrayCumSum(arrayMap((k, d) -> if(k = 3, d, 0), kinds, steps)) AS ready,
    arrayCumSum(arrayMap((k, d) -> if(k = 7, d, 0), kinds, steps)) AS endless,
    -- NICE counts a voice contact in hand, and another one while it is in focus
    arrayCumSum(arrayMap((k, d) -> if(k = 32768 + voice OR (bitShiftRight(k, 15) = 4 AND k != 4 * 32768 + voice), d, 0), codes, steps))
        AS engaged,
    -- with one contact in hand, the sum of the places of all in hand is its place
    arrayCumSum(arrayMap((c, k, d) -> if(k = 1, bitAnd(c, 32767) * d, 0), codes, kinds, steps)) AS place
FROM
(
SELECT
    *,
    arrayMap((t, z) -> greatest(z - t, 0), instants, arrayPushBack(arrayPopFront(instants), 0)) AS ms,
    arrayMap(t -> intDiv(t, 900000), instants) AS slots,
    arrayMap(k -> bitShiftRight(k, 15), codes) AS kinds,
    arrayMap((x, k) -> if(k = 0, 0, bitAnd(x, 1) * 2 - 1), every, codes) AS steps,
    indexOf(channels, 'voice') AS voice
FROM
(
SELECT
    *,
    arrayMap(x -> bitShiftRight(x, 20), every) AS instants,
    arrayMap(x -> bitShiftRight(bitAnd(x, 1048575), 1), every) AS codes
FROM
(
SELECT
    *,
    arrayMap(i -> toInt64(i), arrayEnumerate(channels)) AS places,
    arraySort(arrayConcat(bound, arrayMap(s -> s * 900000 * 1048576,
        range(intDiv(bitShiftRight(bound[1], 20), 900000) + 1, intDiv(bitShiftRight(bound[-1], 20), 900000) + 1)))) AS every
FROM {rows}
)
)
)
)
)
)
)
)
)
)
)
)
)
