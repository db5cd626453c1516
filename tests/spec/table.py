"""Fact rows into a store: dicts or the ASCII tables of worked examples; columns left out are empty."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa

from metrics.example import Table, instant
from metrics.fact import FACTS
from sql.clickhouse import Store

KEYS = {"person": "customer", "opening": "calendar", "reference": "key"}
STAMPS = {"reference": "valid_from", "link": "linked_at", "capacity": "valid_from", "focus": "started_at", "hold": "held_at"}


def at(text: str) -> datetime:
    """ "09:00:00" on 2 March 2026, or a full "2026-03-29 01:30:00", in UTC."""
    return datetime.fromisoformat(instant(text)).replace(tzinfo=UTC)


def put(store: Store, fact: str, rows: Iterable[Mapping[str, Any]]) -> None:
    """Insert rows of one table. day and version are filled in; instants may be text."""
    types = {row["name"]: row["type"] for row in store.rows("DESCRIBE TABLE " + _quoted(fact))}
    stamp = STAMPS.get(fact) or (FACTS[fact].stamp if fact in FACTS else "")
    full = []
    for number, row in enumerate(rows, 1):
        row = {name: _value(row.get(name), kind) for name, kind in types.items() if name in row}
        if "day" in types:
            row.setdefault("day", row[stamp].astimezone(UTC).date())
            row.setdefault("version", 1)
            row.setdefault("gone", 0)
        if "n" in types:
            row.setdefault("n", number)
        if "subject_hash" in types:
            subject = next((row[name] for name in ("interaction", "key", "order", "agent") if name in row), number)
            row.setdefault("subject_hash", abs(hash(str(subject))) % 2**63)
        full.append(row)
    if not full:
        return
    names = [name for name in types if any(name in row for row in full)]
    columns = {name: pa.array([row.get(name, _empty(types[name])) for row in full], _arrow(types[name])) for name in names}
    store.insert(fact, pa.table(columns))


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
