"""Guessing passwords, in both databases: who has to wait, for how long, and who must not."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import event

from dashboard.people import decide
from dashboard.people import password as passwords
from dashboard.people.attempts import FREE
from dashboard.people.people import Denied, People
from dashboard.people.rules import Rules
from sql.ledger import account as kept
from sql.ledger import audit
from tests.people_help import WORD, actions, clock, make, people

__all__ = ["clock", "people"]


def tried(people, name, address="10.0.0.9"):
    """What somebody is told who tries a wrong password, and what the database is asked meanwhile."""
    asked = []

    def listener(*given):
        asked.append(given[2].split()[0])

    event.listen(people.ledger._engine, "before_cursor_execute", listener)
    try:
        people.sign_in(name, "wrong", address)
    except Denied as denied:
        return denied.key, denied.until, asked
    finally:
        event.remove(people.ledger._engine, "before_cursor_execute", listener)


def test_attack_guessing_a_password_has_to_wait_longer_each_time(people, clock):
    make(people)
    for _ in range(FREE):
        with pytest.raises(Denied, match="wrong"):
            people.sign_in("anna", "wrong", "10.0.0.1")
    with pytest.raises(Denied, match="locked") as refusal:
        people.sign_in("anna", WORD, "10.0.0.2")
    assert refusal.value.until == clock.now + timedelta(minutes=1)
    clock.pass_(minutes=1, seconds=1)
    with pytest.raises(Denied, match="wrong"):
        people.sign_in("anna", "wrong", "10.0.0.1")
    clock.pass_(minutes=1, seconds=1)
    with pytest.raises(Denied, match="locked"):
        people.sign_in("anna", WORD, "10.0.0.1")
    clock.pass_(minutes=1)
    assert people.sign_in("anna", WORD, "10.0.0.1")
    assert "account.locked" in actions(people)
    with pytest.raises(Denied, match="wrong"):
        people.sign_in("anna", "wrong", "10.0.0.1")  # a success begins the count anew


def test_attack_telling_names_apart_by_the_sixth_answer_and_those_after_it(people, clock):
    make(people)
    for number in range(9):
        assert tried(people, "anna", "a") == tried(people, "nobody", "b"), number
        clock.pass_(seconds=20)
    assert tried(people, "anna", "a")[0] == "people.locked"
    restarted = People(people.ledger, Rules(), clock)
    assert tried(restarted, "anna") == tried(restarted, "NOBODY ")
    with people.ledger.read() as session:
        by = {line.by for line in audit.lines(session, action="account.locked")}
    assert by == {"anna", "unknown"}, "what was typed for a name may be a password"


def test_attack_many_guesses_sent_at_once_are_no_more_than_sent_in_turn(people, monkeypatch):
    make(people)
    looked, right = [], passwords.right
    monkeypatch.setattr(passwords, "right", lambda *given: looked.append(given) or right(*given))

    def told_of(_):
        with pytest.raises(Denied) as refusal:
            people.sign_in("anna", "wrong", "10.0.0.9")
        return refusal.value.key

    with ThreadPoolExecutor(12) as pool:
        told = list(pool.map(told_of, range(12)))
    assert (len(looked), told.count("people.wrong"), told.count("people.locked")) == (FREE, FREE, 12 - FREE)


def test_attempts_for_a_name_that_nobody_tries_are_forgotten(people, clock):
    for _ in range(FREE):
        tried(people, "nobody")
    clock.pass_(hours=25)
    tried(people, "another")
    with people.ledger.read() as session:
        assert kept.attempt_of(session, "nobody") is None


def test_attack_one_address_trying_many_names_has_to_wait(people):
    for number in range(4 * FREE):
        with pytest.raises(Denied, match="wrong"):
            people.sign_in(f"name{number}", WORD, "10.0.0.1")
    with pytest.raises(Denied, match="locked"):
        people.sign_in("another", WORD, "10.0.0.1")
    with pytest.raises(Denied, match="wrong"):
        people.sign_in("another", WORD, "10.0.0.2")


def test_attack_keeping_the_only_administrator_out_by_guessing_once_an_hour(people, clock):
    make(people)
    mark = people.attempts.mark("anna")
    for _ in range(FREE + 8):
        tried(people, "anna", "10.6.6.6")
        clock.pass_(minutes=61)
    tried(people, "anna", "10.6.6.6")
    assert tried(people, "anna", "10.0.0.1")[0] == "people.locked"
    assert people.sign_in("anna", WORD, "10.6.6.6", mark), "a browser he signed in with waits for its own failures only"
    assert tried(people, "anna", "10.0.0.1")[0] == "people.locked", "and takes nothing back of those of others"
    for wrong in ("", "x.y", people.attempts.mark("ben"), mark + "0"):
        with pytest.raises(Denied, match="locked"):
            people.sign_in("anna", WORD, "10.0.0.1", wrong)
    for told in [*["wrong"] * FREE, "locked"]:
        with pytest.raises(Denied, match=told):
            people.sign_in("anna", "wrong", "10.0.0.2", mark)
    clock.pass_(hours=2)
    decide.reset(people, "t", 1)
    assert not people.attempts.marked("anna", mark), "another password, another mark"


def test_attack_signing_in_between_guesses_at_other_names(people):
    make(people)
    for number in range(4 * FREE - 1):
        tried(people, f"name{number}", "10.0.0.1")
    people.sign_in("anna", WORD, "10.0.0.1")
    assert tried(people, "last", "10.0.0.1")[0] == "people.wrong"
    assert tried(people, "another", "10.0.0.1")[0] == "people.locked"


def test_attack_guessing_from_each_address_of_an_ipv6_network(people):
    for number in range(4 * FREE):
        tried(people, f"name{number}", f"2001:db8:0:1::{number:x}")
    assert tried(people, "another", "2001:db8:0:1:ffff::1")[0] == "people.locked"
    assert tried(people, "another", "2001:db8:0:2::1")[0] == "people.wrong"


def test_attack_guessing_the_old_password_from_an_open_session_locks_too(people):
    number = make(people)
    for _ in range(FREE):
        with pytest.raises(Denied, match="wrong_before"):
            decide.change(people, number, "wrong", "a new and good one")
    with pytest.raises(Denied, match="locked"):
        decide.change(people, number, WORD, "a new and good one")
