"""Accounts, sessions and tokens in both databases: who is let in, for how long, and what becomes of it when something is decided."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import StringIO

import pytest
from flask import Request

from dashboard.people import command, decide, erase
from dashboard.people.password import BadPassword
from dashboard.people.people import Denied, People
from dashboard.people.rules import Grant, OpenId, Rules, rules_of
from dashboard.serve import senders
from dashboard.viewer import Role, Use
from metrics.query import Scope
from sql.folder import BadSettings
from sql.ledger import account as kept
from sql.ledger import audit
from tests.people_help import EVERYTHING, WORD, actions, clock, make, people

__all__ = ["clock", "people"]


def test_nobody_needs_to_sign_in_until_there_is_an_account(people, clock):
    assert not people.needed
    make(people)
    assert people.needed


def test_a_cookie_is_whoever_signed_in(people):
    make(people)
    viewer = people.viewer(people.sign_in(" Anna ", WORD, "10.0.0.1"))
    assert (viewer.name, viewer.role, viewer.scope, viewer.rights) == ("anna", Role.ADMINISTRATOR, Scope.all(), None)
    assert viewer.csrf
    assert people.viewer("another") is None
    assert people.viewer("") is None


@pytest.mark.parametrize(
    ("grant", "scope"),
    [
        (Grant(Role.SUPERVISOR), Scope((("team", ()),))),
        (Grant(Role.SUPERVISOR, everything=True), Scope()),
        (Grant(Role.SUPERVISOR, limits=(("team", "b"), ("team", "a"), ("site", "x"))), Scope.of(team=("a", "b"), site=("x",))),
        (Grant(Role.AGENT, everything=True, agent="a17"), Scope((("agent", ("a17",)),), named=True)),
    ],
)
def test_a_scope_is_what_was_given_and_nothing_where_nothing_was(people, grant, scope):
    make(people, grant=grant)
    assert people.viewer(people.sign_in("anna", WORD, "")).scope == scope


def test_a_session_ends_idle_and_in_any_case(people, clock):
    make(people)
    cookie = people.sign_in("anna", WORD, "")
    for _ in range(28):
        clock.pass_(minutes=25)
        assert people.viewer(cookie)
    clock.pass_(minutes=25)
    assert people.viewer(cookie) is None, "twelve hours"
    cookie = people.sign_in("anna", WORD, "")
    clock.pass_(minutes=31)
    assert people.viewer(cookie) is None, "thirty minutes"
    clock.pass_(minutes=-31)
    assert people.viewer(cookie) is None, "over is over"


def test_a_stream_does_not_prolong_a_session_and_a_board_on_a_wall_outlives_its_idle_time(people, clock):
    make(people)
    cookie = people.sign_in("anna", WORD, "")
    for _ in range(3):
        clock.pass_(minutes=9)
        assert people.viewer(cookie, Use.WALL)
        assert people.viewer(cookie, Use.LOOKS)
    clock.pass_(minutes=4)
    assert people.viewer(cookie, Use.LOOKS) is None, "an agent's day ends with the session"
    assert people.viewer(cookie) is None
    people.sign_in("anna", WORD, "")
    people.forget()
    assert people.viewer(cookie, Use.WALL), "somebody else's sign-in sweeps none that is still shown"
    clock.pass_(hours=12)
    assert people.viewer(cookie, Use.WALL) is None


def test_the_demos_door_for_events_is_open_only_while_there_is_no_account(people, clock):
    asked, demo = Request({"REMOTE_ADDR": "127.0.0.1"}), senders(people, ["secret"], demo=True)
    assert demo.sender(asked) == "address 127.0.0.1"
    assert senders(people, ["secret"], demo=False).sender(asked) is None
    make(people)
    clock.pass_(seconds=6)
    assert demo.sender(asked) is None, "asked with each request, not at the start"
    assert demo.sender(Request({"HTTP_AUTHORIZATION": "Bearer secret"})) == "token 1"


def test_the_use_of_a_session_is_known_to_another_process(people, clock):
    make(people)
    cookie = people.sign_in("anna", WORD, "")
    clock.pass_(minutes=20)
    assert people.viewer(cookie)
    people.tell()
    clock.pass_(minutes=20)
    assert People(people.ledger, Rules(), clock).viewer(cookie)


def test_attack_fixed_session_signing_in_makes_a_new_cookie(people):
    make(people)
    one, two = people.sign_in("anna", WORD, ""), people.sign_in("anna", WORD, "")
    assert one != two
    assert people.viewer(one).csrf != people.viewer(two).csrf


def test_attack_replayed_session_after_signing_out(people):
    make(people)
    cookie = people.sign_in("anna", WORD, "")
    people.sign_out(cookie)
    assert people.viewer(cookie) is None
    assert actions(people)[0] == "session.closed"


def test_attack_cookies_that_mean_nothing_make_nobody_wait_for_the_ledger(people, monkeypatch):
    make(people)
    cookie = people.sign_in("anna", WORD, "")
    monkeypatch.setattr(people.ledger, "write", lambda: pytest.fail("a write"))
    assert people.viewer("made up") is None
    people.sign_out("made up")
    assert people.viewer(cookie)


@pytest.mark.parametrize(
    "decision",
    [
        lambda people, number: decide.grant(people, "t", number, Grant(Role.ADMINISTRATOR, limits=(("team", "x"),))),
        lambda people, number: decide.close(people, "t", number, active=False),
        lambda people, number: decide.reset(people, "t", number),
        lambda people, number: decide.change(people, number, WORD, "quite another one"),
    ],
)
def test_a_decision_ends_the_sessions_it_concerns_at_once_and_no_others(people, decision):
    number = make(people)
    make(people, "ben")
    cookie, other = people.sign_in("anna", WORD, ""), people.sign_in("ben", WORD, "")
    decision(people, number)
    assert people.viewer(cookie) is None
    assert people.viewer(other)


def test_a_decision_of_another_process_ends_a_session_within_seconds(people, clock):
    number = make(people)
    make(people, "ben")
    cookie = people.sign_in("anna", WORD, "")
    assert people.viewer(cookie)
    decide.close(People(people.ledger, Rules(), clock), "t", number, active=False)
    clock.pass_(seconds=6)
    assert people.viewer(cookie) is None


def test_a_password_given_by_an_administrator_has_to_be_changed(people):
    number = make(people)
    given = decide.reset(people, "ben", number)
    assert people.viewer(people.sign_in("anna", given, "")).due
    decide.change(people, number, given, "a password of my own")
    assert not people.viewer(people.sign_in("anna", "a password of my own", "")).due


@pytest.mark.parametrize("bad", ["short", "x" * 300, "aaaaaaaaaaaaaa", "my name is ANNA!"])
def test_unfit_passwords_are_refused(people, bad):
    with pytest.raises(BadPassword):
        decide.make(people, "t", "anna", "", EVERYTHING, bad)


def test_passwords_and_secrets_are_nowhere_in_the_ledger(people):
    make(people)
    cookie = people.sign_in("anna", WORD, "")
    token = decide.issue(people, "anna", 1, "prometheus", ["scrape"], 30)
    with people.ledger.read() as session:
        rows = [vars(row) for kind in (kept.Account, kept.SignedIn, kept.Token, audit.Line) for row in session.query(kind)]
    text = repr(rows)
    assert "argon2id" in text
    assert not any(secret in text for secret in (WORD, cookie, token))


def test_the_last_administrator_stays(people):
    number = make(people)
    for attempt in (
        lambda: decide.close(people, "t", number, active=False),
        lambda: decide.grant(people, "t", number, Grant(Role.ANALYST, everything=True)),
    ):
        with pytest.raises(decide.Undecided, match="last administrator"):
            attempt()
    make(people, "ben")
    decide.close(people, "t", number, active=False)


def test_a_token_has_its_rights_and_ends(people, clock):
    number = make(people, grant=Grant(Role.ANALYST, limits=(("team", "x"),)))
    token = decide.issue(people, "anna", number, "report", ["read"], 30)
    viewer = people.holder(token, "read")
    assert (viewer.scope, viewer.rights) == (Scope.of(team=("x",)), frozenset({"read"}))
    assert people.holder(token, "send") is None
    assert people.holder("apogee_other", "read") is None
    clock.pass_(days=31)
    assert people.holder(token, "read") is None
    clock.pass_(days=-31)
    decide.revoke(people, "anna", 1, own=number)
    assert people.holder(token, "read") is None


def test_a_token_of_a_closed_account_is_over_and_nobody_revokes_anothers(people):
    number, other = make(people), make(people, "ben")
    token = decide.issue(people, "anna", number, "", ["read"], 30)
    with pytest.raises(decide.Undecided):
        decide.revoke(people, "ben", 1, own=other)
    decide.close(people, "ben", number, active=False)
    assert people.holder(token, "read") is None
    decide.close(people, "ben", number, active=True)
    assert people.holder(token, "read") is None, "opening it again brings no token back"


def test_attack_the_name_of_an_erased_account_and_the_audit_lines_it_would_inherit(people):
    make(people)
    make(people, "ben")
    people.sign_in("anna", WORD, "")
    erase.unname(people.ledger, "ben", "anna", "HR-1")
    with pytest.raises(decide.Undecided, match="audit log"):
        make(people, "Anna")
    with pytest.raises(Denied, match="reserved"):
        people.vouched("https://login", "s9", "", "anna", EVERYTHING)


def test_attack_two_administrators_who_take_each_other_out_at_once(people):
    make(people)
    make(people, "ben")
    with ThreadPoolExecutor(2) as pool:
        done = [pool.submit(erase.unname, people.ledger, by, name, "") for by, name in (("anna", "ben"), ("ben", "anna"))]
    assert sorted(type(each.exception()) for each in done if each.exception()) == [ValueError]
    with people.ledger.read() as session:
        assert sum(each.active for each in kept.every(session)) == 1


def test_attack_a_token_made_with_a_stolen_password_outlives_no_reset(people):
    number = make(people)
    decide.issue(people, "anna", number, "", ["read"], 30)
    decide.reset(people, "ben", number)
    with people.ledger.read() as session:
        assert kept.tokens(session, number) == []


def test_attack_a_name_that_the_audit_log_has_for_something_else(people):
    for name in ("command line", "Environment", " local ", "unknown", "  ", "a\x00b", "x" * 201):
        with pytest.raises(Denied, match="reserved"):
            people.vouched("https://login", "s1", "", name, EVERYTHING)
    for name in ("environment", "Local", "unknown"):
        with pytest.raises(decide.Undecided, match="stands for something else"):
            make(people, name)


def test_every_decision_is_in_the_audit_log(people):
    number = make(people)
    make(people, "ben")
    decide.grant(people, "ben", number, Grant(Role.ANALYST, limits=(("team", "x"),)))
    decide.reset(people, "ben", number)
    decide.issue(people, "ben", number, "", ["read"], 1)
    decide.revoke(people, "ben", 1)
    decide.close(people, "ben", number, active=False)
    decide.close(people, "ben", number, active=True)
    assert actions(people) == [
        "account.opened", "account.closed", "token.revoked", "token.issued", "account.password_reset", "account.granted", "account.made",
        "account.made",
    ]  # fmt: skip


def test_a_refused_decision_leaves_no_line(people):
    make(people)
    with pytest.raises(decide.Undecided):
        make(people)
    assert actions(people) == ["account.made"]


def test_the_command_line_makes_and_lists_and_warns_while_nobody_is_an_administrator(people, monkeypatch, capsys):
    import argparse

    parser, out = argparse.ArgumentParser(), StringIO()
    command.words(parser)
    monkeypatch.setattr("sys.stdin", StringIO(f"{WORD}\n" * 2))
    said = "add Anna --role supervisor --scope team=SAV --named"
    assert command.carry_out(people.ledger, parser.parse_args(said.split()), out) == 0
    assert capsys.readouterr().err.count("no account is an administrator's") == 1
    assert command.carry_out(people.ledger, parser.parse_args(["add", "root", "--role", "administrator", "--everything"]), out) == 0
    assert capsys.readouterr().err == ""
    assert command.carry_out(people.ledger, parser.parse_args(["list"]), out) == 0
    assert "supervisor" in out.getvalue()
    assert "team=SAV" in out.getvalue()
    for words, said in ((["add", "x"], "--role"), (["close", "nobody"], "no account nobody"), (["close"], "whose")):
        with pytest.raises(ValueError, match=said):
            command.carry_out(people.ledger, parser.parse_args(words), out)


def test_the_first_account_comes_from_the_environment_once(people, monkeypatch, tmp_path):
    (tmp_path / "secret").write_text(WORD)
    monkeypatch.setenv("APOGEE_ADMIN", "root")
    monkeypatch.setenv("APOGEE_ADMIN_PASSWORD_FILE", str(tmp_path / "secret"))
    command.first(people)
    assert people.viewer(people.sign_in("root", WORD, "")).due
    monkeypatch.setenv("APOGEE_ADMIN", "another")
    command.first(people)
    assert actions(people, action="account.made") == ["account.made"]


def test_rules_are_read_and_misspelt_ones_refused():
    told = {"people": {"url": "https://a.example/", "hours": 8, "openid": {
        "issuer": "https://login/", "client": "apogee", "groups": {"care": {"role": "supervisor", "team": ["SAV"]}}}}}  # fmt: skip
    rules = rules_of(told, "apogee.toml")
    assert (rules.host, rules.secure, rules.longest) == ("a.example", True, timedelta(hours=8))
    assert isinstance(rules.openid, OpenId)
    assert rules.openid.grant({"groups": ["other", "care"]}) == Grant(Role.SUPERVISOR, limits=(("team", "SAV"),))
    assert rules.openid.grant({"groups": "else"}) is rules.openid.grant({}) is None
    for bad in ({"hour": 1}, {"hours": 0}, {"url": "ftp://x"}, {"openid": {}}, {"openid": 3}, 3,
                {"proxies": "10.0.0.5"}, {"proxies": ["any"]}, {"proxies": ["0.0.0.0/0"]}, {"proxies": ["*"]}):  # fmt: skip
        with pytest.raises(BadSettings):
            rules_of({"people": bad}, "apogee.toml")
    for role in ("emperor", None):
        with pytest.raises(BadSettings, match="role"):
            rules_of({"people": {"url": "http://a", "openid": {
                "issuer": "i", "client": "c", "groups": {"g": {"role": role}}}}}, "apogee.toml")  # fmt: skip
