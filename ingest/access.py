"""Everything that is held on one person, for whoever asks what is known about him (GDPR, article 15)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import orjson

from ingest.erasure import held, known
from ingest.seal import MARK, Keys
from sql import consent
from sql import erase as stored
from sql.clickhouse import Store

_OTHERS = frozenset({"agent", "author", "preferred_agent"})  # who else took part: other people's data
_INNER = frozenset({"subject_hash", "type_rank", "content", "again", "position", "version", "gone", "batch"})  # how it is kept, not what


def held_on(store: Store, keys: Keys, values: Sequence[str], at: datetime) -> dict[str, Any]:
    """What is held on the person these identifiers lead to, as plain values; agents are left out. Raises ValueError as `known` does."""
    names = known(store, keys, values)
    mine = tuple(name for name in names if not name.startswith(MARK))
    words = consent.history(store, mine)
    given = [value for value in values if value.strip()]
    texts = [(line, payload.decode("utf-8", "replace")) for line, payload in held(store, keys, given, frozenset(mine))]
    return {
        "asked_at": at.isoformat(timespec="seconds"),
        "pseudonyms": list(mine),
        "erased": not keys.gone.isdisjoint(mine) or not keys.marks.isdisjoint(names),
        "events": [_plain(row) for row in stored.events_of(store, mine)],
        "facts": {table: [_plain(row) for row in rows] for table, rows in stored.facts_of(store, mine).items()},
        "consent": {
            "now": [_plain(asdict(each)) for each in consent.standing(words, at)],
            "history": [_plain(asdict(each)) for each in words],
        },
        "quarantine": [{"line": line, "holds": text} for line, text in texts],
    }


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    """What a row says, without what it does not say."""
    said = {name: value for name, value in row.items() if name not in _OTHERS | _INNER and value not in ("", None, False)}
    plain = {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in said.items()}
    if isinstance(plain.get("data"), str):
        plain["data"] = {name: value for name, value in orjson.loads(plain["data"]).items() if name not in _OTHERS}
    return plain
