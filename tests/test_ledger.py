"""The ledger: opened by URL in both databases, migrated once, whole units of work, lines of an audit log."""

import stat
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, select, text, update
from sqlalchemy.exc import StatementError

from dashboard.serve import serve
from sql.ledger import audit
from sql.ledger.audit import Line
from sql.ledger.door import Ledger, LedgerError, ledger_in, open_ledger
from sql.ledger.model import Table


@pytest.fixture
def ledger(ledger_url):
    opened = open_ledger(ledger_url)
    yield opened
    opened.close()


def engine_of(ledger: Ledger) -> Engine:
    return ledger._engine


def test_tables_are_those_of_the_migrations(ledger):
    with engine_of(ledger).connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Table.metadata) == []


def test_opening_again_changes_nothing(ledger, ledger_url):
    with ledger.write() as session:
        audit.write(session, "anna", "account.made", "account/1")
    again = open_ledger(ledger_url)
    with again.read() as session:
        assert [line.action for line in audit.lines(session)] == ["account.made"]
    again.close()


def test_two_that_start_at_once_migrate_once(ledger_url):
    opened, failed = [], []

    def start():
        try:
            opened.append(open_ledger(ledger_url))
        except LedgerError as error:
            failed.append(error)

    threads = [threading.Thread(target=start) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    for each in opened:
        each.close()
    assert (len(opened), failed) == (4, [])


def test_a_unit_of_work_that_fails_leaves_nothing(ledger):
    with pytest.raises(TypeError), ledger.write() as session:
        audit.write(session, "anna", "account.made", "account/1", {"a": object()})
    with ledger.read() as session:
        assert audit.lines(session) == []


def test_reading_keeps_nothing(ledger):
    with ledger.read() as session:
        session.add(Line(at=datetime.now(UTC), by="x", action="a.b", about="", reason="", detail={}, chain=""))
    with ledger.read() as session:
        assert audit.lines(session) == []


def test_instants_come_back_as_they_went_in_whatever_their_zone(ledger):
    at = datetime(2026, 10, 25, 2, 30, tzinfo=timezone(timedelta(hours=1)))  # inside the hour that the clock shows twice
    with ledger.write() as session:
        audit.write(session, "anna", "a.b", "", at=at)
    with ledger.read() as session:
        found = audit.lines(session)[0].at
    assert (found, found.utcoffset()) == (at, timedelta(0))


def test_an_instant_without_a_zone_is_refused(ledger):
    with pytest.raises(StatementError, match="zone"), ledger.write() as session:
        session.execute(update(Line).values(at=datetime(2026, 1, 1)))  # noqa: DTZ001 - it is refused


def test_what_was_read_may_be_used_afterwards(ledger):
    with ledger.write() as session:
        line = audit.write(session, "anna", "a.b", "c", {"n": 1})
    assert (line.number, line.detail) == (1, {"n": 1})
    with ledger.read() as session:
        [line] = audit.lines(session)
    assert line.detail == {"n": 1}


def test_lines_beyond_their_retention_go_and_no_others(ledger):
    old = datetime.now(UTC) - timedelta(days=400)
    with ledger.write() as session:
        audit.write(session, "anna", "a.b", "old", at=old)
        audit.write(session, "anna", "a.b", "new")
        assert audit.forget(session, datetime.now(UTC)) == 1
        assert [line.about for line in session.scalars(select(Line))] == ["new"]
        assert audit.broken(session) is None


def test_lines_by_who_what_and_which(ledger):
    with ledger.write() as session:
        audit.write(session, "anna", "account.made", "account/1")
        audit.write(session, "ben", "account_x.made", "account/2")
        audit.write(session, "anna", "view.named", "agent/a1")

        def found(**asked):
            return [line.number for line in audit.lines(session, **asked)]

        assert (found(), found(by="anna"), found(action="account"), found(about="agent/a1")) == ([3, 2, 1], [3, 1], [1], [3])
        assert (found(before=3, most=1), found(action="view.named")) == ([2], [3])


def test_many_writers_wait_for_each_other(ledger):
    def write(name):
        for _ in range(5):
            with ledger.write() as session:
                audit.write(session, name, "a.b", "")

    threads = [threading.Thread(target=write, args=(str(number),)) for number in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    with ledger.read() as session:
        assert (len(audit.lines(session)), audit.broken(session)) == (20, None)


def test_another_process_does_not_take_the_log_away_under_one_that_opened_twice(tmp_path: Path):
    url = ledger_in(tmp_path)
    ledger = open_ledger(url)
    with ledger.write() as session:
        audit.write(session, "server", "a.b", "first")
    open_ledger(url).close()  # closing a descriptor of the file would drop the locks of this process
    line = "INSERT INTO audit (at, by, action, about, reason, detail, chain) VALUES ('2026-11-28', 'other', 'a.b', '', '', '{}', '')"
    other = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute(sys.argv[2]); c.commit(); c.close()"
    subprocess.run([sys.executable, "-c", other, tmp_path / "ledger.sqlite", line], check=True)
    with ledger.write() as session:
        audit.write(session, "server", "a.b", "second")
    look = "import sqlite3, sys; print([who for who, in sqlite3.connect(sys.argv[1]).execute('SELECT by FROM audit ORDER BY number')])"
    seen = subprocess.run([sys.executable, "-c", look, tmp_path / "ledger.sqlite"], check=True, capture_output=True, text=True).stdout
    ledger.close()
    assert seen.strip() == "['server', 'other', 'server']"


def test_a_damaged_ledger_is_refused_in_words(tmp_path: Path):
    url, path, words = ledger_in(tmp_path), tmp_path / "ledger.sqlite", r"is damaged.*last backup"
    ledger = open_ledger(url)
    with ledger.write() as session:
        audit.write(session, "anna", "a.b", "x" * 20_000)
    ledger.check()
    ledger.close()
    pages = [path.read_bytes()[at : at + 4096] for at in range(0, path.stat().st_size, 4096)]
    path.write_bytes(b"".join(b"\xff" * 4096 if b"x" * 4000 in page else page for page in pages))
    ledger = open_ledger(url)  # reads no more than it needs: commands do not wait for all the evidence there is
    with pytest.raises(LedgerError, match=words):
        ledger.check()
    with pytest.raises(LedgerError, match=words), ledger.read() as session:
        audit.lines(session)
    with pytest.raises(LedgerError, match=words):
        serve(None, None, None, "127.0.0.1", 0, None, ledger)
    ledger.close()
    path.write_bytes(pages[0] + b"\xff" * 4096 + b"".join(pages[2:]))
    with pytest.raises(LedgerError, match=words):
        open_ledger(url)
    path.write_bytes(b"nonsense" * 1000)
    with pytest.raises(LedgerError, match=words):
        open_ledger(url)


def test_a_newer_ledger_is_refused_in_words(ledger, ledger_url):
    with engine_of(ledger).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(LedgerError, match="newer Apogee"):
        open_ledger(ledger_url)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("ledger", "named by a URL"),
        ("mysql://host/x", "not in mysql"),
        ("postgresql://apogee:hush@127.0.0.1:1/x", "127.0.0.1:1 cannot be opened"),
        ("sqlite:////proc/none/ledger.sqlite", "cannot be opened"),
    ],
)
def test_bad_urls_are_refused_in_words_without_their_password(url, said):
    with pytest.raises(LedgerError, match=said) as refusal:
        open_ledger(url)
    assert "hush" not in str(refusal.value)
    assert refusal.value.__cause__ is None


def test_the_file_is_its_owners_alone_and_keeps_foreign_keys(tmp_path: Path):
    ledger = open_ledger(ledger_in(tmp_path / "a b"))
    assert stat.S_IMODE((tmp_path / "a b" / "ledger.sqlite").stat().st_mode) == 0o600
    with engine_of(ledger).connect() as connection:
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
    ledger.close()
