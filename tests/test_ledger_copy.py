"""The ledger in a backup: copied whole while others write to it, put back into an empty one only, without whom it erased in between."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest

from dashboard.people import decide, erase, kept
from dashboard.people.people import People
from dashboard.people.rules import Rules
from ingest.seal import keys_in
from sql.backup import BadBackup, verified
from sql.clickhouse import Store
from sql.ledger import account as accounts
from sql.ledger import audit, copy
from sql.ledger.door import Ledger, LedgerError, open_ledger
from sql.ledger.mark import Mark
from tests.conftest import empty
from tests.people_help import EVERYTHING, WORD, cheap
from tests.test_cli import hurt_ledger

OF = datetime(2026, 11, 28, 12, tzinfo=UTC)


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    (tmp_path / "keys").mkdir()
    return tmp_path / "keys"


@pytest.fixture
def ledger(keys: Path, tmp_path: Path) -> Iterator[Ledger]:
    cheap()
    opened = open_ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}", Mark(keys))
    yield opened
    opened.close()


@pytest.fixture
def other(keys: Path, tmp_path: Path) -> Iterator[Ledger]:
    """An empty ledger of the same installation."""
    opened = open_ledger(f"sqlite:///{tmp_path / 'other.sqlite'}", Mark(keys))
    yield opened
    opened.close()


def made(ledger: Ledger, *names: str) -> None:
    people = People(ledger, Rules())
    for name in names:
        decide.make(people, "root", name, "", EVERYTHING, WORD, due=False)
    people.sign_in(names[0], WORD, "")
    people.close()


def named(ledger: Ledger) -> list[str]:
    with ledger.read() as session:
        return sorted(account.name for account in accounts.every(session))


def test_what_people_decided_comes_back_and_nobody_is_signed_in(ledger: Ledger, other: Ledger, tmp_path: Path) -> None:
    made(ledger, "anna", "bert")
    with ledger.write() as session:  # somebody who is still writing is not waited for, and not in the copy
        audit.write(session, "anna", "view.named", "agent/a17")
        session.flush()
        path = copy.copy(ledger, tmp_path / "keys")
    assert path is not None
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert sorted(each.name for each in path.parent.iterdir() if each.name.startswith(path.name)) == [path.name]
    assert copy.put_back(other, path, "root", OF) == 0
    assert named(other) == ["anna", "bert"]
    people = People(other, Rules())
    assert people.sign_in("anna", WORD, "")
    with other.read() as session:
        actions = [(line.action, line.detail.get("until")) for line in audit.lines(session)]
        assert audit.broken(session) is None
        # the mark beside the keys knows of the line that the copy is older than: the audit page says that it is gone
        assert audit.fault(session) == audit.Fault("ended", 4)
    assert [action for action, _ in actions] == ["session.opened", "log.restored", "session.opened", "account.made", "account.made"]
    assert dict(actions)["log.restored"] == OF.isoformat()
    with other.read() as session:
        assert session.connection().exec_driver_sql("SELECT count(*) FROM signed_in").scalar() == 1, "only who signed in since"


def test_an_account_that_was_erased_since_is_erased_again_and_no_later_one_of_that_name(
    ledger: Ledger, other: Ledger, keys: Path, tmp_path: Path
) -> None:
    made(ledger, "root", "anna")
    path = _copied(ledger, tmp_path / "before")
    erase.unname(ledger, "root", "anna", "")
    assert "anna" not in (keys / "erased.accounts").read_text(encoding="ascii")
    made(other, "anna")  # of another installation, or later: made at another instant
    later = _copied(other, tmp_path / "later")
    shutil.copy(path, tmp_path / "by-hand.sqlite")  # put in place by hand: the next start notices
    by_hand = open_ledger(f"sqlite:///{tmp_path / 'by-hand.sqlite'}", Mark(keys))
    erase.remember(keys_in(keys, fresh=True), by_hand)
    assert [name.partition("-")[0] for name in named(by_hand)] == ["erased", "root"]
    by_hand.close()
    for at, held, gone in ((path, ["erased", "root"], 1), (later, ["anna"], 0)):
        fresh = open_ledger(f"sqlite:///{at.parent / 'fresh.sqlite'}", Mark(keys))
        assert copy.put_back(fresh, at, "root", OF) == gone
        assert [name.partition("-")[0] for name in named(fresh)] == held
        fresh.close()


def _copied(ledger: Ledger, folder: Path) -> Path:
    folder.mkdir()
    path = copy.copy(ledger, folder)
    assert path is not None
    return path


def test_a_ledger_that_holds_something_is_kept(ledger: Ledger, other: Ledger, tmp_path: Path) -> None:
    made(ledger, "anna")
    path = _copied(ledger, tmp_path / "copy")
    made(other, "bert")
    assert copy.put_back(other, path, "root", OF) is None
    assert named(other) == ["bert"]


def test_a_ledger_in_postgresql_is_left_to_its_own_tools(ledger_url: str, tmp_path: Path) -> None:
    opened = open_ledger(ledger_url)
    (tmp_path / "copy").mkdir()
    assert (copy.copy(opened, tmp_path / "copy") is None) == (opened.dialect == "postgresql")
    opened.close()


def test_a_damaged_ledger_is_no_backup(tmp_path: Path) -> None:
    hurt = open_ledger(hurt_ledger(tmp_path / "hurt.sqlite"))
    with pytest.raises(LedgerError, match="is damaged"):
        _copied(hurt, tmp_path / "copy")
    hurt.close()


def test_a_backup_holds_the_ledger_and_tells_when_its_copy_was_changed(
    engine: Store, ledger: Ledger, other: Ledger, keys: Path, tmp_path: Path
) -> None:
    empty(engine)
    made(ledger, "anna")
    out = StringIO()
    assert kept.back_up(engine, ledger, tmp_path / "backup", out) == 0
    assert "The ledger (accounts, decisions, audit log) is there too." in out.getvalue()
    back = kept.restore(engine, tmp_path / "backup", keys, other)
    assert (back.accounts, back.left, named(other)) == (0, False, ["anna"])
    assert any("nobody is signed in" in each for each in back.told("backup"))
    assert kept.restore(engine, tmp_path / "backup", keys, other).left, "it holds something now"
    path = tmp_path / "backup" / "ledger.sqlite"
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(BadBackup, match=r"ledger\.sqlite is not what was written"):
        verified(engine, tmp_path / "backup")
