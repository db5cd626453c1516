"""Whom a provider of identities vouches for, in both databases: what they may, and until when."""

import pytest

from dashboard.people import decide
from dashboard.people.people import Denied, People
from dashboard.people.rules import Grant, OpenId, Rules, rules_of
from dashboard.viewer import Role
from metrics.query import Scope
from sql.folder import BadSettings
from sql.ledger.door import open_ledger
from tests.people_help import EVERYTHING, WORD, actions, clock, make, people

__all__ = ["clock", "people"]


def test_attack_a_token_of_somebody_who_left_at_the_provider(people, clock):
    def vouch():
        return people.viewer(people.vouched("https://login", "s1", "", "cleo", Grant(Role.ANALYST, everything=True))).account

    number, own = vouch(), make(people)
    token, other = (decide.issue(people, "t", each, "", ["read"], 366) for each in (number, own))
    clock.pass_(days=29)
    assert people.holder(token, "read")
    clock.pass_(days=2)
    assert (people.holder(token, "read"), people.lapsed(token)) == (None, True)
    assert people.holder(other, "read"), "nobody else stands for an account made here"
    assert not people.lapsed(other)
    vouch()
    assert people.holder(token, "read")
    with pytest.raises(BadSettings, match="token_days"):
        rules_of({"people": {"url": "https://a.example", "openid": {
            "issuer": "https://i", "client": "c", "groups": {"g": {"role": "analyst"}}, "token_days": 0}}}, "apogee.toml")  # fmt: skip


def test_who_a_provider_vouches_for_gets_what_the_group_may(people):
    make(people)
    group = Grant(Role.SUPERVISOR, limits=(("team", "SAV"),))
    viewer = people.viewer(people.vouched("https://login", "s1", "Cléo", "cleo", group))
    assert (viewer.name, viewer.called, viewer.scope) == ("cleo", "Cléo", Scope.of(team=("SAV",)))
    again = people.viewer(people.vouched("https://login", "s1", "Cléo", "cleo", Grant(Role.COMMITTEE, everything=True)))
    assert (again.account, again.role, again.scope) == (viewer.account, Role.COMMITTEE, Scope())


def test_attack_a_provider_cannot_take_over_an_account_by_its_name(people):
    make(people)
    with pytest.raises(Denied, match="taken"):
        people.vouched("https://login", "s1", "", "anna", EVERYTHING)
    with pytest.raises(Denied, match="wrong"):
        people.vouched("https://login", "s2", "", "dora", EVERYTHING) and people.sign_in("dora", "", "")


def test_whom_the_provider_put_in_no_group_any_more_is_out(people):
    make(people)
    cookie = people.vouched("https://login", "s1", "", "cleo", Grant(Role.ANALYST, everything=True))
    number = people.viewer(cookie).account
    token = decide.issue(people, "cleo", number, "", ["read"], 30)
    people.unvouched("https://login", "another")
    assert people.viewer(cookie)
    people.unvouched("https://login", "s1")
    assert people.viewer(cookie) is None
    assert people.holder(token, "read") is None
    assert actions(people)[0] == "account.unvouched"


def test_a_provider_is_asked_again_after_a_while(people, clock):
    people.rules = Rules(openid=OpenId("https://login", "apogee", "groups", ()))
    make(people)
    cookie, own = people.vouched("https://login", "s1", "", "cleo", EVERYTHING), people.sign_in("anna", WORD, "")
    for _ in range(3):
        clock.pass_(minutes=20)
        assert people.viewer(own)
        assert people.viewer(cookie)
    assert not people.confirms(cookie)
    clock.pass_(minutes=1)
    assert (people.viewer(cookie), people.confirms(cookie)) == (None, True)
    assert (people.viewer(own) is not None, people.confirms(own)) == (True, False)
    people.tell()
    assert People(people.ledger, people.rules, clock).confirms(cookie)
    clock.pass_(minutes=31)
    assert not people.confirms(cookie), "an unattended screen stays an unattended screen"


def test_a_provider_takes_no_last_administrator_away(people, caplog):
    number = make(people)
    people.vouched("https://login", "s1", "", "cleo", EVERYTHING)
    with pytest.raises(decide.Undecided, match="last administrator"):
        decide.close(people, "cleo", number, active=False)  # cleo may be another tomorrow
    people.vouched("https://login", "s1", "", "cleo", Grant(Role.ANALYST))
    assert not caplog.records
    alone = People(open_ledger("sqlite://"), Rules())
    alone.vouched("https://login", "s1", "", "cleo", EVERYTHING)
    alone.vouched("https://login", "s1", "", "cleo", Grant(Role.ANALYST))
    assert "apogee account grant" in caplog.text, "where there is nobody else, it is said how to come back"
    alone.ledger.close()
