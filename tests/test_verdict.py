"""The verdict on arriving events as columns, against one event after the other."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sql.verdict import KINDS, Identities, verdicts

# Few identities, two of them alike in their low half; few revisions, contents and subjects, so that everything meets.
EVENT = st.tuples(st.sampled_from([(1, 1), (1, 2), (7, 1), (9, 3)]), st.integers(0, 2), st.integers(0, 2), st.integers(1, 2))
Event = tuple[tuple[int, int], int, int, int]


def columns(events: list[Event]) -> Identities:
    halves = [low for (low, _), *_ in events], [high for (_, high), *_ in events]
    return Identities(*(np.array(part, dtype=np.uint64) for part in (*halves, *([each[place] for each in events] for place in (1, 2, 3)))))


def judged(events: list[Event], known: dict[tuple[int, int], tuple[int, int, int]]) -> list[tuple[str, bool, bool]]:
    """Kind, whether it was seen before, whether it goes to the log."""
    state, found = dict(known), []
    for identity, revision, content, subject in events:
        before = state.get(identity)
        if before is None:
            kind, written = "new", True
        elif subject != before[2]:
            kind, written = "moved", False
        elif revision != before[0]:
            kind, written = ("corrected", True) if revision > before[0] else ("stale", False)
        else:
            kind, written = ("duplicate", False) if content == before[1] else ("conflict", content < before[1])
        found.append((kind, before is not None, written))
        if written:
            state[identity] = (revision, content, subject)
    return found


@given(events=st.lists(EVENT, max_size=12), held=st.lists(EVENT, max_size=6))
def test_as_one_event_after_the_other(events: list[Event], held: list[Event]) -> None:
    known = {identity: (revision, content, subject) for identity, revision, content, subject in held}
    found = verdicts(columns(events), columns([(identity, *rest) for identity, rest in known.items()]))
    told = [(KINDS[kind], again, written) for kind, again, written in zip(found.kind, found.again, found.written, strict=True)]
    assert told == judged(events, known)
