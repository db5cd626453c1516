"""The audit log against those who go round the application: refused by the databases, told by the chain, the mark and what is sealed."""

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, text, update
from sqlalchemy.exc import DBAPIError

from sql.ledger import audit, reader
from sql.ledger.audit import Fault, Line
from sql.ledger.door import Ledger, open_ledger
from sql.ledger.mark import Mark
from sql.ledger.reader import WITHHELD, Reader
from sql.place import Place, Places


@pytest.fixture
def ledger(ledger_url):
    opened = open_ledger(ledger_url)
    yield opened
    opened.close()


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
    with ledger._engine.execution_options(apogee_writes=True).begin() as connection:
        for name in ("audit_unchanged", "audit_kept"):
            connection.execute(text(f"DROP TRIGGER IF EXISTS {name}" + ("" if ledger.dialect == "sqlite" else " ON audit")))
        for each in statements:
            connection.execute(each)


def fault_of(ledger: Ledger, *, anew: bool = True) -> Fault | None:
    with ledger.read() as session:
        return audit.fault(session, anew=anew)


def test_the_chain_is_followed_from_where_it_was_left_and_once_a_day_from_the_beginning(marked, monkeypatch):
    read: list[int] = []
    chained = audit._chained
    monkeypatch.setattr(audit, "_chained", lambda before, line: read.append(line.number) or chained(before, line))

    def looked(**how) -> tuple[list[int], Fault | None]:
        read.clear()
        found = fault_of(marked, **how)
        return sorted({*read} - {1}), found  # the oldest is looked at each time: whether the log may begin with it

    lined(marked, *"123")
    assert looked(anew=False) == ([2, 3], None)
    lined(marked, *"45")
    assert looked(anew=False) == ([4, 5], None)
    assert looked(anew=False) == ([], None)
    behind(marked, update(Line).where(Line.number == 2).values(by="nobody"))
    assert looked(anew=False) == ([], None), "behind it: noticed the next time all is read"
    assert looked() == ([2], Fault("changed", 2))
    assert looked(anew=False) == ([2], Fault("changed", 2)), "and from then on"
    with marked.read() as session:
        audit.walk_of(session).at = datetime.now(UTC) - audit.EVERY
        audit.walk_of(session).last = (5, audit.lines(session)[0].chain)
    assert looked(anew=False) == ([2], Fault("changed", 2))
    behind(marked, delete(Line))
    assert looked(anew=False) == ([], Fault("ended", 5)), "the line it was left at is gone"


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


def made_anew(ledger: Ledger, after: str, *lines: Line) -> None:
    """Everything is deleted, and lines are put in its place, numbered on from where the log was and chained on what a line said."""
    with ledger.read() as session:
        number = audit.lines(session, most=1)[0].number
    anew = []
    for line in lines:
        number += 1
        line.chain = after = audit._chained(after, line)
        told = {name: getattr(line, name) for name in ("at", "by", "action", "about", "reason", "detail", "chain")}
        anew.append(insert(Line).values(**told, **({"number": number} if ledger.dialect == "sqlite" else {})))
    behind(ledger, delete(Line), *anew)


def invented(action: str = "a.b", detail: dict[str, object] | None = None, days: int = 0) -> Line:
    at = datetime.now(UTC).replace(microsecond=0) - timedelta(days=days)
    return Line(at=at, by="anna", action=action, about="nothing", reason="", detail=detail or {}, chain="")


def told_by(ledger: Ledger, action: str) -> Line:
    with ledger.read() as session:
        return audit.lines(session, action=action)[0]


def test_attack_the_seal_of_a_retention_vouches_for_no_log_made_anew(marked):
    lined(marked, "1", "2", at=datetime.now(UTC) - timedelta(days=400))
    lined(marked, "3")
    with marked.write() as session:
        assert audit.forget(session, datetime.now(UTC)) == 2
    lined(marked, "5")
    assert fault_of(marked) is None
    copied = told_by(marked, "log.forgotten").detail
    made_anew(marked, str(copied["sealed"]).split()[-2], invented(), invented("log.forgotten", copied))
    assert fault_of(marked) == Fault("ended", 5)
    lined(marked, "8")  # the mark does not follow such a log
    assert fault_of(marked) == Fault("ended", 5)


def test_attack_the_seal_of_an_older_log_vouches_for_its_oldest_line_as_it_was(ledger, ledger_url, tmp_path: Path):
    lined(ledger, "1", "2")
    behind(ledger, delete(Line).where(Line.number == 1))  # as a retention without a mark does
    marked = open_ledger(ledger_url, Mark(tmp_path))
    lined(marked, "4")
    assert fault_of(marked) is None
    copied = told_by(marked, "log.marked").detail
    with marked.read() as session:
        oldest = audit.lines(session)[-1]
    behind(marked, update(Line).where(Line.number == 2).values(by="nobody"))
    assert fault_of(marked) == Fault("begun", 2)
    made_anew(marked, oldest.chain, invented("log.marked", copied))
    restored = {name: getattr(oldest, name) for name in ("number", "at", "by", "action", "about", "reason", "detail", "chain")}
    behind(marked, insert(Line).values(**restored))
    with marked.read() as session:
        assert (audit.broken(session), audit._beginning_fault(session)) == (None, None)
        assert audit.fault(session) == Fault("ended", 4)
    marked.close()


def test_attack_a_retention_vouches_for_nothing_that_was_made_anew_to_look_old(marked):
    lined(marked, *"123")
    made_anew(marked, "", invented(days=400), invented(days=400), invented())
    for _ in range(2):
        assert fault_of(marked) == Fault("ended", 3)
        with marked.write() as session:
            audit.forget(session, datetime.now(UTC))
    assert told_by(marked, "log.forgotten").detail == {"lines": 2}


def test_a_look_at_a_log_that_others_write_finds_no_fault(marked):
    lined(marked, "1")
    with marked.read() as session:
        assert len(audit.lines(session)) == 1
        lined(marked, "2")
        assert audit.fault(session) is None
    assert fault_of(marked) is None


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


def test_of_an_agent_who_moved_each_part_is_told_while_he_was_there(ledger):
    """North until the first of November in Paris, an hour before that in UTC; then south; back in the north for a minute of the third."""
    ms = [int(datetime(2026, *at, tzinfo=UTC).timestamp() * 1000) for at in ((10, 31, 23), (11, 3, 9), (11, 3, 9, 1))]
    said = tuple((at, Place(team, "", "")) for at, team in zip([0, *ms], ["north", "south", "north", "south"], strict=True))
    places = Places({"agent": {"a17": said, "a18": said[1:2]}, "queue": {}})
    spans = {team: places.held({"team": [team]}) for team in ("north", "south")}
    assert spans["north"] == {"a17": ((0, ms[0]), (ms[1], ms[2]))}
    assert spans["south"]["a18"] == ((ms[0], None),)
    looks = [{"day": f"2026-{day}"} for day in ("10-31", "11-01", "11-02", "11-03")]
    moved = "2026-10-31T23:00+00:00"
    looks += [{"since": moved, "until": "2026-11-03T09:00+00:00"}, {"until": moved}, {"through": "api"}]
    for number, detail in enumerate(looks):
        with ledger.write() as session:
            audit.write(session, "anna", "view.named", "agent/a17", {**detail, "contact": f"c{number}"})
    with ledger.read() as session:
        for team, told in (("north", [0, 3, 5, 6]), ("south", [1, 2, 3, 4, 6])):
            who = Reader("root", frozenset({team}), spans[team], "Europe/Paris")
            every = reader.lines(session, who)
            assert [line.number - 1 for line in reversed(every) if line.about == "agent/a17"] == told
            assert {name for line in every if line.about == WITHHELD for name in line.detail} <= {"day", "since", "until"}
            found, before = [], None
            while some := reader.lines(session, who, about="agent/a17", most=2, before=before):
                before = some[-1].number
                found += [line.number - 1 for line in some]
            assert found[::-1] == told
        brand = reader.lines(session, Reader("root", frozenset(), spans["north"], "Europe/Paris", placed=False), about="agent/a17")
        assert len(brand) == 4
        assert not any("contact" in line.detail for line in brand), "a contact in between may be of another brand"
        assert len(reader.lines(session, None)) == len(looks)
        assert not session.dirty
