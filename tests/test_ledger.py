"""The ledger: opened by URL in both databases, migrated once, whole units of work, an audit log nobody changes."""

import stat
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, delete, select, text, update
from sqlalchemy.exc import DBAPIError, StatementError

from sql.ledger import audit
from sql.ledger.audit import Fault, Line
from sql.ledger.door import Ledger, LedgerError, ledger_in, open_ledger
from sql.ledger.mark import Mark
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
        session.execute(update(Line).values(at=datetime(2026, 1, 1)))  # noqa: DTZ001


def test_what_was_read_may_be_used_afterwards(ledger):
    with ledger.write() as session:
        line = audit.write(session, "anna", "a.b", "c", {"n": 1})
    assert (line.number, line.detail) == (1, {"n": 1})
    with ledger.read() as session:
        [line] = audit.lines(session)
    assert line.detail == {"n": 1}


@pytest.mark.parametrize("change", [update(Line).values(by="nobody"), delete(Line)])
def test_attack_audit_line_changed_or_deleted_is_refused_by_the_database(ledger, change):
    with ledger.write() as session:
        audit.write(session, "anna", "view.named", "agent/a17", reason="complaint 12")
    with pytest.raises(DBAPIError), ledger.write() as session:
        session.execute(change)
    with ledger.read() as session:
        assert audit.lines(session)[0].by == "anna"


def test_attack_audit_line_changed_behind_the_triggers_breaks_the_chain(ledger):
    with ledger.write() as session:
        for number in range(5):
            audit.write(session, "anna", "a.b", str(number))
        assert audit.broken(session) is None
        drop = "DROP TRIGGER audit_unchanged" + ("" if ledger.dialect == "sqlite" else " ON audit")
        session.execute(text(drop))
        session.execute(update(Line).where(Line.about == "2").values(by="nobody"))
        assert audit.broken(session) == 3


@pytest.fixture
def marked(ledger_url, tmp_path: Path):
    (tmp_path / "keys").mkdir()
    opened = open_ledger(ledger_url, Mark(tmp_path / "keys"))
    yield opened
    opened.close()


def lined(ledger: Ledger, *about: str, at: datetime | None = None) -> None:
    for each in about:
        with ledger.write() as session:
            audit.write(session, "anna", "a.b", each, at=at)


def behind(ledger: Ledger, *statements) -> None:
    """What somebody does who reaches the database and not the keys."""
    with engine_of(ledger).execution_options(apogee_writes=True).begin() as connection:
        for name in ("audit_unchanged", "audit_kept"):
            connection.execute(text(f"DROP TRIGGER IF EXISTS {name}" + ("" if ledger.dialect == "sqlite" else " ON audit")))
        for each in statements:
            connection.execute(each)


def fault_of(ledger: Ledger) -> Fault | None:
    with ledger.read() as session:
        return audit.fault(session)


def test_attack_lines_taken_off_the_end_are_noticed_also_after_others_took_their_numbers(marked):
    lined(marked, *"123456")
    assert fault_of(marked) is None
    behind(marked, delete(Line).where(Line.number > 3))
    assert fault_of(marked) == Fault("ended", 6)
    lined(marked, *"uvwxyz")
    assert fault_of(marked) == Fault("ended", 6)
    behind(marked, delete(Line))
    assert fault_of(marked) == Fault("ended", 6)


def test_attack_lines_taken_off_the_beginning_are_noticed(marked):
    lined(marked, *"123456")
    behind(marked, delete(Line).where(Line.number < 3))
    assert fault_of(marked) == Fault("begun", 3)


def test_attack_a_chain_made_anew_is_noticed(marked):
    lined(marked, *"1234")
    with marked.read() as session:
        lines = audit.lines(session)[::-1]
    before, anew = "", []
    for line in lines:
        line.by = "nobody"
        line.chain = before = audit._chained(before, line)
        anew.append(update(Line).where(Line.number == line.number).values(by="nobody", chain=line.chain))
    behind(marked, *anew)
    with marked.read() as session:
        assert (audit.broken(session), audit.fault(session)) == (None, Fault("ended", 4))


def test_a_retention_says_sealed_where_the_log_begins_and_nobody_else_can(marked, ledger_url, tmp_path: Path):
    lined(marked, "1", "2", at=datetime.now(UTC) - timedelta(days=400))
    lined(marked, "3")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "audit.key").write_bytes((tmp_path / "keys" / "audit.key").read_bytes())
    other = open_ledger(ledger_url, Mark(tmp_path / "other"))  # on another machine, with the same keys: its mark is of line 4
    with marked.write() as session:
        assert audit.forget(session, datetime.now(UTC)) == 2
    lined(marked, "6")
    assert (fault_of(marked), fault_of(other)) == (None, None)
    other.close()
    with marked.read() as session:
        assert [(line.action, line.by) for line in audit.lines(session)][1:3] == [("log.forgotten", "system"), ("log.marked", "system")]
    forged = {"lines": 3, "sealed": f"{'0' * 64} {'0' * 64}"}
    behind(marked, delete(Line).where(Line.number < 4), update(Line).where(Line.action == "log.forgotten").values(detail=forged))
    with marked.read() as session:
        assert audit._beginning_fault(session) == Fault("begun", 4)


def test_a_mark_is_begun_once_is_ours_alone_and_a_foreign_one_is_said(ledger, ledger_url, tmp_path: Path):
    lined(ledger, "1", "2")
    mark, path = Mark(tmp_path), tmp_path / "audit.mark"
    for _ in range(2):
        open_ledger(ledger_url, mark).close()
    again = open_ledger(ledger_url, mark)
    with again.read() as session:
        assert [line.action for line in audit.lines(session)] == ["log.marked", "a.b", "a.b"]
        assert (audit.whole(session), audit.fault(session)) == (True, None)
    assert [stat.S_IMODE(each.stat().st_mode) for each in (path, tmp_path / "audit.key")] == [0o600, 0o600]
    path.write_text(path.read_text(encoding="ascii").replace("3 ", "2 ", 1), encoding="ascii")
    lined(again, "4")
    assert fault_of(again) == Fault("mark")
    again.close()


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


def test_a_damaged_ledger_is_refused_in_words_at_start(tmp_path: Path):
    url, path = ledger_in(tmp_path), tmp_path / "ledger.sqlite"
    open_ledger(url).close()
    whole = path.read_bytes()
    for hurt in (whole[:8192] + b"\xff" * 4096 + whole[12288:], b"nonsense" * 1000):
        path.write_bytes(hurt)
        with pytest.raises(LedgerError, match=r"is damaged.*last backup"):
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
