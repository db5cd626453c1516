"""Fact rows into a store: dicts or the ASCII tables of worked examples; columns left out are empty."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa

from metrics.example import Table, instant
from metrics.fact import FACTS
from sql import agent_time
from sql.clickhouse import Store
from sql.derivation import prepare

KEYS = {"person": "customer", "opening": "calendar", "reference": "key"}
ABOUT_AGENTS = ("presence", "capacity", "focus")
STAMPS = {"reference": "valid_from", "link": "linked_at", "capacity": "valid_from", "focus": "started_at", "hold": "held_at"}


def at(text: str) -> datetime:
    """ "09:00:00" on 2 March 2026, or a full "2026-03-29 01:30:00", in UTC."""
    return datetime.fromisoformat(instant(text)).replace(tzinfo=UTC)


def put(store: Store, fact: str, rows: Iterable[Mapping[str, Any]]) -> None:
    """Insert rows of one table. day and version are filled in; instants may be text."""
    types = {row["name"]: row["type"] for row in store.rows("DESCRIBE TABLE " + _quoted(fact))}
    stamp = STAMPS.get(fact) or (FACTS[fact].stamp if fact in FACTS else "")
    rows = list(rows)
    hashes = _hashes(store, fact, rows)
    full = []
    for number, given in enumerate(rows, 1):
        row = {name: _value(given[name], kind) for name, kind in types.items() if name in given}
        if "day" in types:
            row.setdefault("day", row[stamp].astimezone(UTC).date())
            row.setdefault("version", 1)
            row.setdefault("gone", 0)
        if "n" in types:
            row.setdefault("n", number)
        if "subject_hash" in types:
            subject = next((row[name] for name in ("interaction", "key", "order", "agent") if name in row), number)
            row.setdefault("subject_hash", hashes.get(str(subject), abs(hash(str(subject))) % 2**63))
        full.append(row)
    if not full:
        return
    names = [name for name in types if any(name in row for row in full)]
    columns = {name: pa.array([row.get(name, _empty(types[name])) for row in full], _arrow(types[name])) for name in names}
    store.insert(fact, pa.table(columns))


def _hashes(store: Store, fact: str, rows: list[Mapping[str, Any]]) -> dict[str, int]:
    """The subjects of facts about agents, as the engine hashes them."""
    name = "key" if fact == "reference" else "agent"
    about = [row for row in rows if fact in ABOUT_AGENTS or (fact == "reference" and row.get("kind") == "agent")]
    names = sorted({str(row[name]) for row in about if name in row})
    text = "SELECT arrayJoin({names:Array(String)}) AS name, sipHash64(concat('agent/', name)) AS hash"
    return {row["name"]: row["hash"] for row in store.rows(text, {"names": names})} if names else {}


_FEEDING = {"interaction.accepted", "interaction.held", "agent.state", "agent.capacity", "agent.focus", "reference.agent"}


def agent_days(store: Store) -> None:
    """Compute the agent-days of the facts that are there, as their derivation would have."""
    prepare(store)
    store.command("TRUNCATE TABLE live_span")
    for fact in ("work", *ABOUT_AGENTS, "reference"):
        store.command(f"INSERT INTO live_span SELECT DISTINCT day, subject_hash, 0, 1 FROM {fact}")
    versions = store.rows("SELECT DISTINCT version FROM (SELECT version FROM work UNION ALL SELECT version FROM presence "
                          "UNION ALL SELECT version FROM capacity UNION ALL SELECT version FROM focus) ORDER BY version")  # fmt: skip
    for row in versions:
        agent_time.note(store, _FEEDING, row["version"])
    agent_time.refresh(store, versions[-1]["version"] if versions else 1)


def put_tables(store: Store, tables: Iterable[Table]) -> None:
    """Insert the tables of a worked example."""
    for table in tables:
        put(store, table.fact, [dict(zip(table.columns, row, strict=True)) for row in table.rows])


def _quoted(fact: str) -> str:
    return "`order`" if fact == "order" else fact


def _empty(kind: str) -> Any:
    if "Nullable" in kind:
        return None
    return "" if "String" in kind else 0


def _value(value: Any, kind: str) -> Any:
    if value is None or value == "":
        return _empty(kind)
    if isinstance(value, str) and "DateTime" in kind:
        return at(value)
    if isinstance(value, str) and ("Int" in kind or kind == "Bool"):
        return int(value)
    if isinstance(value, str) and "Float" in kind:
        return float(value)
    if isinstance(value, str) and kind == "Date":
        return date.fromisoformat(value)
    return value


def _arrow(kind: str) -> pa.DataType:
    if "DateTime" in kind:
        return pa.timestamp("ms", "UTC")
    if "String" in kind:
        return pa.string()
    for name, arrow in (
        ("Date", pa.date32()),
        ("Bool", pa.uint8()),
        ("UInt64", pa.uint64()),
        ("UInt32", pa.uint32()),
        ("UInt16", pa.uint16()),
    ):
        if name in kind:
            return arrow
    return {"UInt8": pa.uint8(), "Int64": pa.int64(), "Float64": pa.float64()}[kind]
