"""A person and all that she leaves, for tests of what becomes of personal data; a writer with keys of its own, and a ledger."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ingest.seal import keys_in
from ingest.writer import Writer
from metrics.query import Query, Scope
from metrics.run import ask
from sql.clickhouse import Store
from sql.ledger.door import PASSING, Ledger, open_ledger

MARIE, OTHER = "marie@example.com", "north-customer-3"
AT = datetime(2026, 11, 20, 9, tzinfo=UTC)


def event(kind: str, subject: str, number: int, **data: Any) -> dict[str, Any]:
    time = (AT + timedelta(seconds=number)).isoformat().replace("+00:00", "Z")
    return {"specversion": "1.0", "id": f"m-{number}", "source": "crm", "type": kind, "time": time, "subject": subject, "data": data}


def original() -> list[dict[str, Any]]:
    """Everything a person leaves: contacts, profile, consent, orders, links to other ids of hers, and herself in the data of others."""
    voice = {"channel": "voice", "direction": "inbound", "queue": "north-voice"}
    return [
        event("interaction.started", "interaction/m1", 1, customer=MARIE, **voice),
        event("interaction.entered_queue", "interaction/m1", 2, customer=MARIE, **voice),
        event("interaction.left_queue", "interaction/m1", 3, reason="answered", **voice),
        event("interaction.started", "interaction/m2", 4, customer="card-77", **voice),
        event("customer.profile", f"customer/{MARIE}", 5, segment="gold"),
        event("customer.consent", f"customer/{MARIE}", 6, channel="email"),
        event("customer.merged", "customer/card-77", 7, into=MARIE),
        event("order.placed", "order/m1", 8, customer=MARIE, amount=12, currency="EUR", channel="web"),
        event("touch.seen", f"customer/{MARIE}", 9, channel="web"),
        event("interaction.started", "interaction/o1", 10, customer=OTHER, **voice),
    ]


@pytest.fixture
def writer(store: Store, tmp_path: Path) -> Writer:
    return Writer(store, keys_in(tmp_path / "keys"), lambda: AT + timedelta(days=1))


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    opened = open_ledger(PASSING)
    yield opened
    opened.close()


def numbers(store: Store) -> Any:
    query = Query(("contacts", "offered", "answered"), by=("channel",), scope=Scope.all(), now=AT + timedelta(days=1))
    return [(row.keys, row.figures) for row in ask(store, query).rows]
