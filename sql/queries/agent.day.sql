-- What the sweep found, as rows of agent_day: quarter hours in which there is something, and the totals of the row.
WITH
    (v, like) -> arrayFilter((x, l) -> l > 0, arrayFlatten(v), arrayFlatten(like)) AS where_any,
    (v, like) -> arrayMap(x -> arraySum(x), arrayFilter((x, l) -> arraySum(l) > 0, v, like)) AS total_any,
    (list, like) -> arrayFlatten(arrayMap((x, l) -> arrayMap(y -> x, arrayFilter(y -> y > 0, l)), list, like)) AS name_any,
    (list, like) -> arrayFilter((x, l) -> arraySum(l) > 0, list, like) AS name_total,
    (list, like) -> where_any(arrayMap(x -> slot, list), like) AS slot_any
SELECT
    day, subject_hash, agent, part,
    toDateTime64(day, 3, 'UTC') + toIntervalMillisecond(lo) AS from_at,
    toDateTime64(day, 3, 'UTC') + toIntervalMillisecond(hi) AS to_at,
    channels, weights, bound,
    slot_any(channels, gross) AS `share.slot`, name_any(channels, gross) AS `share.channel`,
    where_any(gross, gross) AS `share.gross`, where_any(open, gross) AS `share.open`, where_any(alone, gross) AS `share.alone`,
    where_any(equal, gross) AS `share.equal`, where_any(even, gross) AS `share.even`, where_any(weighted, gross) AS `share.weighted`,
    where_any(beside_voice, gross) AS `share.voiced`, where_any(unknown, gross) AS `share.unsplit`,
    name_total(channels, gross) AS `share_total.channel`,
    total_any(gross, gross) AS `share_total.gross`, total_any(open, gross) AS `share_total.open`,
    total_any(alone, gross) AS `share_total.alone`, total_any(equal, gross) AS `share_total.equal`,
    total_any(even, gross) AS `share_total.even`, total_any(weighted, gross) AS `share_total.weighted`,
    total_any(beside_voice, gross) AS `share_total.voiced`, total_any(unknown, gross) AS `share_total.unsplit`,
    where_any(slot, staffed) AS `state.slot`, where_any(staffed, staffed) AS `state.staffed`, where_any(wall, staffed) AS `state.wall`,
    where_any(free, staffed) AS `state.free`, where_any(away, staffed) AS `state.away`,
    where_any(paused, staffed) AS `state.paused`, where_any(outside, staffed) AS `state.outside`,
    where_any(several, staffed) AS `state.several`, where_any(unsplit, staffed) AS `state.unsplit`,
    where_any(unweighed, staffed) AS `state.unweighed`, where_any(unended, staffed) AS `state.unended`,
    where_any(voiced, staffed) AS `state.voiced`, where_any(linear, staffed) AS `state.linear`, where_any(load, staffed) AS `state.load`,
    [arraySum(staffed)] AS `state_total.staffed`, [arraySum(wall)] AS `state_total.wall`, [arraySum(free)] AS `state_total.free`,
    [arraySum(away)] AS `state_total.away`, [arraySum(paused)] AS `state_total.paused`, [arraySum(outside)] AS `state_total.outside`,
    [arraySum(several)] AS `state_total.several`, [arraySum(unsplit)] AS `state_total.unsplit`,
    [arraySum(unweighed)] AS `state_total.unweighed`, [arraySum(unended)] AS `state_total.unended`,
    [arraySum(voiced)] AS `state_total.voiced`, [arraySum(linear)] AS `state_total.linear`, [arraySum(load)] AS `state_total.load`,
    slot_any(levels, level) AS `level.slot`, name_any(levels, level) AS `level.level`, where_any(level, level) AS `level.ms`,
    name_total(levels, level) AS `level_total.level`, total_any(level, level) AS `level_total.ms`,
    slot_any(pairs, pair) AS `pair.slot`, name_any(arrayMap(p -> channels[p.1], pairs), pair) AS `pair.one`,
    name_any(arrayMap(p -> channels[p.2], pairs), pair) AS `pair.other`, where_any(pair, pair) AS `pair.ms`,
    name_total(arrayMap(p -> channels[p.1], pairs), pair) AS `pair_total.one`,
    name_total(arrayMap(p -> channels[p.2], pairs), pair) AS `pair_total.other`, total_any(pair, pair) AS `pair_total.ms`,
    slot_any(extras, extra) AS `layer.slot`, name_any(arrayMap(k -> bitShiftRight(k, 15), extras), extra) AS `layer.kind`,
    name_any(arrayMap(k -> channels[bitAnd(k, 32767)], extras), extra) AS `layer.channel`, where_any(extra, extra) AS `layer.ms`,
    name_total(arrayMap(k -> bitShiftRight(k, 15), extras), extra) AS `layer_total.kind`,
    name_total(arrayMap(k -> channels[bitAnd(k, 32767)], extras), extra) AS `layer_total.channel`,
    total_any(extra, extra) AS `layer_total.ms`,
    `odd.kind`, `odd.from_ms`, `odd.to_ms`, `contact.contact`, `contact.gross`, `contact.together`
FROM
(
    SELECT
        *,
        odd_first.1 AS `odd.kind`, odd_first.2 AS `odd.from_ms`, odd_last.3 AS `odd.to_ms`,
        arrayFilter((h, l) -> l, hashes, last_of) AS `contact.contact`,
        arrayPopFront(arrayDifference(arrayPushFront(arrayFilter((c, l) -> l, arrayCumSum(times), last_of), 0))) AS `contact.gross`,
        arrayPopFront(arrayDifference(arrayPushFront(arrayFilter((c, l) -> l, arrayCumSum(deeps), last_of), 0))) AS `contact.together`
    FROM
    (
        SELECT
            *,
            -- what follows on without a gap is one stretch
            arrayFilter((o, p) -> o.1 != p.1 OR o.2 != p.3, odds, arrayPopBack(arrayPushFront(odds, (0, -1, -1)))) AS odd_first,
            arrayFilter((o, p) -> o.1 != p.1 OR o.3 != p.2, odds, arrayPopFront(arrayPushBack(odds, (0, -1, -1)))) AS odd_last,
            arrayMap((h, z) -> h != z, hashes, arrayPopFront(arrayPushBack(hashes, bitNot(hashes[-1])))) AS last_of
        FROM
        (
            SELECT
                *,
                arrayFilter((t, k) -> k > 0, arrayZip(odd_kind, instants, arrayMap((t, d) -> t + d, instants, ms)), odd_kind) AS odds,
                arraySort(whose) AS hashes,
                -- of each contact: its ends less its beginnings, by the clock and by the time of all contacts added up
                arraySort((v, h) -> h, arrayConcat(arrayMap(t -> -t, begin_times), end_times), whose) AS times,
                arraySort((v, h) -> h, arrayConcat(arrayMap(t -> -t, begin_deeps), end_deeps), whose) AS deeps
            FROM
            (
                SELECT
                    *,
                    -- busy while signed out (1) or in a pause (2)
                    arrayMap((x, s, r, d) -> multiIf(d = 0 OR x = 0, 0, s = 0 AND has_presence, 1, s > 0 AND r = 0, 2, 0), n, signed, ready, ms)
                        AS odd_kind,
                    arrayConcat(begun, ended) AS whose,
                    -- the boundaries where work begins or ends are in the order of `begun` and `ended`
                    arrayFilter((t, k, s) -> k = 1 AND s = 1, instants, kinds, steps) AS begin_times,
                    arrayFilter((t, k, s) -> k = 1 AND s = -1, instants, kinds, steps) AS end_times,
                    arrayFilter((t, k, s) -> k = 1 AND s = 1, deep, kinds, steps) AS begin_deeps,
                    arrayFilter((t, k, s) -> k = 1 AND s = -1, deep, kinds, steps) AS end_deeps
                FROM
                (
                    SELECT
                        *,
                        has(kinds, 2) AS has_presence,
                        arrayPopBack(arrayPushFront(arrayCumSum(arrayMap((x, d) -> x * d, n, ms)), 0)) AS deep
                    FROM {sweep}
                )
            )
        )
    )
)
