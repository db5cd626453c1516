"""The verdict on each event of a batch beside what is known of its identity, as whole columns.

new: an identity not seen; corrected: a higher revision; stale: a lower one; duplicate: equal in revision and content; conflict: equal
revision, other content, where the smaller content hash wins; moved: names another subject than the first time, and takes no part in what
follows. An event is judged beside those before it in its own batch as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

Marks = np.ndarray[Any, np.dtype[np.uint64]]
Places = np.ndarray[Any, np.dtype[np.int64]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]

KINDS = ("new", "corrected", "stale", "duplicate", "conflict", "moved")
NEW, CORRECTED, STALE, DUPLICATE, CONFLICT, MOVED = range(len(KINDS))
RETIRED = (1 << 64) - 1  # the revision of an identity whose retention has ended; its content is 0


@dataclass(slots=True)
class Identities:
    """Identities (128 bits in two halves) with a revision, a content hash and a subject each: of events, or of what is known."""

    low: Marks
    high: Marks
    revision: Marks
    content: Marks
    subject: Marks

    @classmethod
    def none(cls) -> Identities:
        """No identity at all."""
        nothing: Marks = np.zeros(0, dtype=np.uint64)
        return cls(nothing, nothing, nothing, nothing, nothing)


@dataclass(slots=True)
class Verdicts:
    """Of each event: its kind, whether its identity was seen before, whether it wins and goes to the log, and whether it lost to another
    form of the same identity that is in the log."""

    kind: np.ndarray[Any, np.dtype[np.int8]]
    again: Mask
    written: Mask
    lost: Mask


def verdicts(events: Identities, known: Identities) -> Verdicts:
    """Judge events, in arrival order, beside what is known, which holds each identity once."""
    no, yes = np.zeros(len(events.low), np.bool_), np.ones(len(events.low), np.bool_)
    found = Verdicts(np.zeros(len(events.low), np.int8), no, yes, no.copy())
    place = _found(events, known)
    here = np.flatnonzero(place >= 0)
    _beside(found, events, known, here, place[here])
    _one_by_one(found, events, known, place)
    found.lost = ~found.written & ((found.kind == STALE) | (found.kind == CONFLICT))
    found.lost[here[_retired(known, place[here])]] = False
    return found


def _found(events: Identities, known: Identities) -> Places:
    """The place of each event's identity among those known, −1 where it is not."""
    if not len(known.low):
        return np.full(len(events.low), -1)
    order = np.argsort(known.low)
    low = known.low[order]
    if (low[1:] == low[:-1]).any():  # two identities with one low half
        places = {pair: place for place, pair in enumerate(zip(known.low.tolist(), known.high.tolist(), strict=True))}
        return np.array([places.get(pair, -1) for pair in zip(events.low.tolist(), events.high.tolist(), strict=True)], dtype=np.int64)
    at = order[np.minimum(np.searchsorted(low, events.low), len(low) - 1)]
    return np.where((known.low[at] == events.low) & (known.high[at] == events.high), at, -1)


def _beside(found: Verdicts, events: Identities, known: Identities, here: Places, place: Places) -> None:
    """The verdicts on events whose identity is known."""
    revision, content = events.revision[here], events.content[here]
    before, held = known.revision[place], known.content[place]
    equal = revision == before
    kind = np.where(revision > before, CORRECTED, np.where(~equal, STALE, np.where(content == held, DUPLICATE, CONFLICT)))
    kind[(events.subject[here] != known.subject[place]) & ~_retired(known, place)] = MOVED
    found.kind[here], found.again[here] = kind, True
    found.written[here] = (kind == CORRECTED) | ((kind == CONFLICT) & (content < held))


def _one_by_one(found: Verdicts, events: Identities, known: Identities, place: Places) -> None:
    """The verdicts on events whose identity comes more than once, which are judged beside each other too."""
    sorted_ = np.sort(events.low)
    if not (sorted_[1:] == sorted_[:-1]).any():
        return
    order = np.argsort(events.low, kind="stable")
    low = events.low[order]
    twice = np.zeros(len(low) + 1, np.bool_)
    twice[1:-1] = low[1:] == low[:-1]
    # the subject named first (of a retired one nobody knows it any more); the winning revision and content
    state: dict[tuple[int, int], tuple[int | None, tuple[int, int] | None]] = {}
    retired = _retired(known, np.arange(len(known.low)))
    for row in np.sort(order[twice[1:] | twice[:-1]]).tolist():
        identity = int(events.low[row]), int(events.high[row])
        mine, subject = (int(events.revision[row]), -int(events.content[row])), int(events.subject[row])
        if identity not in state:
            at = place[row]
            state[identity] = (
                (subject, None)
                if at < 0
                else (None if retired[at] else int(known.subject[at]), (int(known.revision[at]), -int(known.content[at])))
            )
        first, before = state[identity]
        kind = MOVED if first is not None and subject != first else _kind(mine, before)
        written = kind != MOVED and (before is None or mine > before)
        found.kind[row], found.again[row], found.written[row] = kind, before is not None, written
        if written:
            state[identity] = first, mine


def _retired(known: Identities, place: Places) -> Mask:
    """Whether an identity's retention has ended (sql/retention.py): it outranks every revision that may still come."""
    found: Mask = (known.revision[place] == RETIRED) & (known.content[place] == 0)
    return found


def _kind(mine: tuple[int, int], before: tuple[int, int] | None) -> int:
    if before is None:
        return NEW
    if mine[0] != before[0]:
        return CORRECTED if mine[0] > before[0] else STALE
    return DUPLICATE if mine == before else CONFLICT
