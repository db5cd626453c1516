"""Which rows count in the period asked about, and in which of its buckets.

A row counts at an instant of its own; or, sliced, for as much of its time as lies there; or, open, at every instant asked about at which it
is open. The day, which leads every key, is named wherever it can be, so that other days are not read.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from metrics import bucket
from metrics.draft import INSTANT, OPEN, SLICED, Draft, table
from metrics.fact import FACTS
from metrics.metric import Span
from metrics.reading import elapsed_ms

MOMENT = timedelta(milliseconds=1)
_NOWHERE = Span("", "", open=False)


def counted_at(draft: Draft) -> str:
    """Add the conditions of the period; give the SQL of the start of a row's bucket ('' without a grain)."""
    if draft.reading.stamp == SLICED:
        return _sliced(draft)
    if draft.reading.stamp == OPEN:
        return _standing(draft)
    query, stamp, own = draft.query, draft.reading.stamp, FACTS[draft.reading.fact].stamp
    if FACTS[draft.reading.fact].view:
        return bucket.start_sql(query.grain, stamp, query.zone) if query.grain is not None else ""
    inside = []
    if query.since is not None:
        inside.append(f"{stamp} >= {draft.instant('since', query.since)}")
    if query.until is not None:
        inside.append(f"{stamp} < {draft.instant('until', query.until)}")
    stored, before = FACTS[draft.reading.fact].read is None, len(draft.where)
    if stored and stamp == own:
        _days(draft, "since" if query.since is not None else "", "until" if query.until is not None else "")
    elif stored and inside:
        draft.where.append(_candidates(draft, "day", inside))
    draft.where += inside if inside or stamp == own else [f"{stamp} IS NOT NULL"]
    draft.inside = draft.where[before:] if stored and inside else []
    return bucket.start_sql(query.grain, stamp, query.zone) if query.grain is not None else ""


def _days(draft: Draft, since: str, until: str) -> None:
    """The day leads every key and is that of the fact's own stamp: naming it spares reading the other days."""
    if since:
        draft.where.append(f"day >= toDate({{{since}:{INSTANT}}})")
    if until:
        draft.where.append(f"day <= toDate({{{until}:{INSTANT}}})")


def _candidates(draft: Draft, key: str, conditions: list[str]) -> str:
    """Keys of which some version meets the conditions, found without FINAL, so that FINAL reads no more than those keys."""
    picked = f"({key})" if "," in key else key
    return f"{picked} IN (SELECT {key} FROM {draft.db}{table(draft.reading.fact)} WHERE {' AND '.join(conditions)})"


def _sliced(draft: Draft) -> str:
    """Cut each row's span at the borders of the period and of its buckets."""
    query, span = draft.query, draft.reading.span or _NOWHERE
    edge_at = min(query.until or draft.now, draft.now)
    edge = draft.instant("edge", edge_at)
    _begun(draft, edge_at)
    begin, end = span.start, draft.end(span)
    inside = [f"{span.start} < {edge}", f"{end} > {span.start}"]
    if query.since is not None:
        since = draft.instant("since", query.since)
        begin = f"greatest({span.start}, {since})"
        inside.append(f"{end} > {since}")
    stored = FACTS[draft.reading.fact].read is None
    if stored and span.start == FACTS[draft.reading.fact].stamp:
        _days(draft, "", "edge")
    if stored and query.since is not None:
        draft.where.append(_candidates(draft, "day", inside))
    draft.where += inside
    if query.grain is None:
        draft.words.append(f"{elapsed_ms(begin, f'least({end}, {edge})')} AS span_ms")
        return ""
    draft.words += [f"{begin} AS from_at", f"least({end}, {edge}) AS to_at", *bucket.walk_sql(query.grain, query.zone, "to_at")]
    draft.words.append("arrayMap((b, e) -> (b, dateDiff('millisecond', greatest(b, from_at), e)), starts, ends) AS slices")
    draft.words += ["arrayJoin(arrayFilter(s -> s.2 > 0, slices)) AS slice", "slice.2 AS span_ms"]
    return "slice.1"


def _standing(draft: Draft) -> str:
    """Take each row at every instant asked about at which it is open: the end of each bucket, the end of the period, or now."""
    query, span = draft.query, draft.reading.span or _NOWHERE
    edge_at = min(query.until or draft.now + MOMENT, draft.now + MOMENT)
    edge = draft.instant("edge", edge_at)
    inside = [f"{span.start} < {edge}"]
    begin = span.start
    if query.grain is not None and query.since is not None:
        _begun(draft, edge_at)
        begin = f"greatest({span.start}, {draft.instant('since', query.since)})"
    inside.append(f"({span.end} IS NULL OR {span.end} >= {edge if query.grain is None else begin})")
    draft.where += [_candidates(draft, "day, subject_hash", inside), *inside]
    if query.grain is None:
        draft.words.append(f"{elapsed_ms(span.start, draft.instant('instant', min(edge_at, draft.now)))} AS span_ms")
        return ""
    draft.words += [f"{begin} AS from_at", f"least(ifNull({span.end}, {edge}), {edge}) AS to_at"]
    draft.words += bucket.walk_sql(query.grain, query.zone, edge)
    draft.words.append(
        f"arrayJoin(arrayFilter(s -> s.1 < {edge} AND ({span.end} IS NULL OR s.2 <= {span.end}), arrayZip(starts, ends))) AS slice"
    )
    looked_at = f"least(slice.2, {draft.instant('now', draft.now)})"
    draft.words.append(f"{elapsed_ms(span.start, looked_at)} AS span_ms")
    return "slice.1"


def _begun(draft: Draft, edge: datetime) -> None:
    """A period that has not begun holds nothing: there is no walk from its beginning to the present."""
    if draft.query.since is not None and draft.query.since >= edge:
        draft.where.append("0")
