"""What was said of agents and queues is kept until something else is said, whoever says it."""

from __future__ import annotations

from typing import Any

import pytest

from sql import place
from sql.clickhouse import Store
from tests.spec.table import put


def said(store: Store, team: str, version: int) -> None:
    row = {"kind": "agent", "key": "a", "valid_from": "09:00:00", "statement": 1, "team": team, "version": version}
    put(store, "reference", [row])


def team(store: Store) -> str:
    return place.places(store).steps["agent", "team"]["a"][-1][1]


@pytest.mark.parametrize("alone", [True, False])
def test_it_is_read_again_when_something_else_was_said(store: Store, alone: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not alone:  # beside other processes, nobody tells: the state is asked for
        monkeypatch.setattr(Store, "edition", None)
    reads: list[str] = []
    read = place._read
    monkeypatch.setattr(place, "_read", lambda *told: (reads.append("read"), read(*told))[1])
    said(store, "t", 1)
    assert (team(store), team(store), len(reads)) == ("t", "t", 1)
    said(store, "u", 2)
    assert (team(store), team(store), len(reads)) == ("u", "u", 2)
    store.command("TRUNCATE TABLE `reference`")
    assert place.places(store).steps["agent", "team"] == {}


def test_what_is_exchanged_is_read_again(store: Store) -> None:
    said(store, "t", 1)
    assert team(store) == "t"
    store.command("CREATE TABLE aside AS reference")
    store.command(f"EXCHANGE TABLES `{store.database}`.`aside` AND `{store.database}`.`reference`")  # as a rebuild does
    store.command("DROP TABLE aside SYNC")
    assert place.places(store).steps["agent", "team"] == {}


def test_who_writes_something_else_is_not_noticed(store: Store) -> None:
    said(store, "t", 1)
    kept: Any = place.places(store)
    put(store, "stay", [{"agent": "a", "queue": "q", "entered_at": "09:00:00", "interaction": "i"}])
    store.command("INSERT INTO person SELECT key, key FROM reference")
    assert store.edition is None or place.places(store) is kept
