"""The pages about people and their administration: what they say is so, in both languages, to whoever looks."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.front import Front, build
from dashboard.people import command, decide, register
from dashboard.people.people import scope_of
from dashboard.people.reach import holds
from dashboard.people.register import Register, register_of
from dashboard.people.rules import Grant
from dashboard.serve import senders
from dashboard.viewer import Role
from metrics.query import Scope
from sql.clickhouse import Store
from sql.ledger import audit, maturity
from sql.ledger.account import Account, Limit, held
from tests.conftest import empty
from tests.e2e.company import fill
from tests.people_help import WORD, Browser, account, closed


@pytest.fixture(scope="module")
def front(engine: Store) -> Iterator[Front]:
    empty(engine)
    fill(engine, datetime.now(UTC))
    built = closed(engine)
    account(built, "fanny", Grant(Role.AGENT, agent="sav-1"))
    account(built, "ben", Grant(Role.SUPERVISOR, limits=(("team", "SAV"), ("site", "Lille"))))
    yield built
    built.close()
    empty(engine)


@pytest.fixture(scope="module")
def machine(engine: Store) -> Iterator[Front]:
    """An installation without accounts."""
    built = build(engine)
    yield built
    built.close()


def test_whoever_sits_at_the_machine_finds_the_administration_and_nothing_to_sign_out_of(machine: Front) -> None:
    browser = Browser(machine)
    browser.get("/")
    drawn = browser.view("/account").text
    for path in ("/people", "/audit", "/personal-data"):
        assert f"{path}?lang=en" in drawn.replace("\\u002f", "/"), path
    assert "/sign-out" not in drawn
    assert "`" not in drawn
    assert '"apogee account add NAME' in drawn
    refused = browser.post("/people/add", {"name": "ben", "role": "supervisor", "everything": "1"})
    assert refused.headers["Location"].endswith("first_administrator"), "nobody could make another account"
    assert "Nobody has an account yet" in browser.view("/people").text


@pytest.mark.parametrize(
    ("language", "name"), [("en", "your name, your team and your site"), ("fr", "votre nom, votre équipe et votre site")]
)
def test_an_agent_is_told_that_his_name_is_kept(front: Front, language: str, name: str) -> None:
    drawn = str(Browser(front, "fanny").view("/me", f"?lang={language}").json)
    kept, _, gone = drawn.partition({"en": "Not kept", "fr": "Non conservé"}[language])
    assert name in kept
    assert "who you are" not in gone
    assert "qui vous êtes" not in gone


def test_an_account_of_what_nothing_bears_is_told_so_and_so_is_whoever_made_it(front: Front) -> None:
    root, ben = Browser(front, "root"), Browser(front, "ben")
    listed = root.view("/people").text
    assert "Nothing that has arrived bears: site Lille, team SAV. This account sees nothing" in listed
    assert "of them see" in listed
    for path in ("/live", "/agent-time"):
        seen = ben.view(path).text
        assert "Nothing has arrived that belongs to your scope (Site Lille · Team SAV)" in seen, path
        assert "apogee demo" not in seen, path
        assert "Nothing has arrived yet" not in seen, path
    assert "nothing that has arrived bears this id" in Browser(front, "fanny").view("/me").text


def test_a_scope_is_chosen_by_name_and_kept_by_id_and_a_name_is_changed(front: Front) -> None:
    root = Browser(front, "root")
    number = account(front, "hugo", Grant(Role.SUPERVISOR))
    page = root.view(f"/people/{number}", "?lang=fr").text
    assert '["team=sav","SAV","sav"]' in page
    answer = root.post(f"/people/{number}/grant", {"role": "supervisor", "limit": ["team=sav", "queue=sav-voix"], "called": "Hugo Roy"})
    assert answer.headers["Location"] == "/people?done=granted"
    assert "Hugo Roy" in root.view("/people").text
    answer = root.post(f"/people/{number}/grant", {"role": "supervisor", "limits": "équipe=nulle"})
    assert answer.headers["Location"] == f"/people/{number}?done=granted"
    assert "team nulle" in root.view(f"/people/{number}").text


def test_the_command_line_lists_what_there_is_and_warns_of_what_is_not(
    front: Front, engine: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    out, parser = StringIO(), argparse.ArgumentParser()
    register.words(parser)
    register.carry_out(engine, parser.parse_args([]), out)
    assert ["team=sav", "SAV"] in [line.split() for line in out.getvalue().splitlines()]
    parser = argparse.ArgumentParser()
    command.words(parser)
    for scope, said in (("team=SAV", True), ("team=sav", False)):
        words = parser.parse_args(["grant", "ben", "--role", "supervisor", "--scope", scope])
        command.carry_out(front.ledger, words, StringIO(), lambda agents: register_of(engine, agents))
        assert ("Nothing that has arrived bears team=SAV" in capsys.readouterr().err) is said


def test_an_administrator_of_a_part_reads_ids_alone_in_the_audit_log(front: Front) -> None:
    number = account(front, "lena", Grant(Role.ADMINISTRATOR, limits=(("team", "sav"),)))
    with front.ledger.write() as session:
        one, where = maturity.start(session, "brand=north", "Stores of November", "1", "anna"), {"entity": "brand=north"}
        audit.write(session, "anna", "assessment.started", f"assessment/{one.number}", where)
        audit.write(session, "anna", "stage.written", "stage/a1", {"name": "Before the sales"})
        audit.write(session, "anna", "criterion.waiver_asked", "criterion/logistics.2.seen", where, reason="nobody counts")
    whole, part = (Browser(front, name).view("/audit", "?lang=en&by=anna").text for name in ("root", "lena"))
    for said in ("Stores of November", "Before the sales", "nobody counts", "north (brand)"):
        assert (said in whole, said in part) == (True, False), said
    for said in ("a part you do not see", f"assessment no. {one.number}", '"a stage of the trajectory"'):
        assert (said in whole, said in part) == (False, True), said
    everything = Browser(front, "root").view("/audit", "?lang=en&by=test").text.replace("\\u002f", "/")
    assert f'"/people/{number}?lang=en"' in everything, "an account leads to its own page"


@pytest.mark.parametrize(
    ("grant", "blind", "unknown"),
    [
        (Grant(Role.SUPERVISOR, limits=(("team", "a"), ("team", "x"))), False, [("team", "x")]),
        (Grant(Role.SUPERVISOR, limits=(("team", "a"), ("site", "x"))), True, [("site", "x")]),
        (Grant(Role.SUPERVISOR), True, []),
        (Grant(Role.SUPERVISOR, everything=True, limits=(("team", "x"),)), False, []),
        (Grant(Role.AGENT, agent="one"), False, []),
        (Grant(Role.AGENT, agent="two"), True, [("agent", "two")]),
    ],
)
def test_who_sees_nothing(grant: Grant, blind: bool, unknown: list[tuple[str, str]]) -> None:
    known = Register({"team": ("a",)}, {}, frozenset({"one"}))
    assert (known.blind(grant), known.unknown(grant)) == (blind, unknown)


@pytest.mark.parametrize(
    ("path", "search", "said"),
    [
        ("/maturity", "at=zz", "« zz » n’est pas un jour"),
        ("/maturity/gouvernance/3", "", "Cette case n’existe pas"),
        ("/agent-time", "since=xx", "pas de filtre nommé « since »"),
        ("/agent-time", "from=2026-11-05&to=2026-11-01", "il faut deux jours dans l’ordre"),
        ("/agent-time", "period=9999999", "« 9999999 » n’est pas une période"),
        ("/committee", "month=zz", "pas de filtre nommé « month »"),
        ("/committee", "period=2026-13", "« 2026-13 » n’est pas une période"),
        ("/committee", "ratio=aht", "« aht » n’est pas une valeur du filtre « ratio »"),
        ("/live", "teams=sav", "pas de filtre nommé « teams »"),
        ("/live/waiting", "late=never", "« never » n’est pas une valeur du filtre « late »"),
        ("/agent-time", "sort=speed", "« speed » n’est pas une valeur du filtre « sort »"),
        ("/agent-time", "by=queue", "« queue » n’est pas une valeur du filtre « by »"),
        ("/agent-time/day", "agent=a&day=2026-13-01", "« 2026-13-01 » n’est pas un jour"),
        ("/agent-time/day", "agent=a&day=2026-11-26&since=90&until=60", "n’est pas une partie de cette journée"),
        ("/agent-time/day", "agent=a&share=fair", "« fair » n’est pas une valeur du filtre « share »"),
        ("/audit", "kind=gossip", "« gossip » n’est pas une valeur du filtre « kind »"),
        ("/audit", "before=now", "« now » n’est pas le numéro d’une ligne"),
        ("/personal-data", "at=noon", "« noon » n’est pas une valeur du filtre « at »"),
    ],
)
def test_a_wrong_value_in_an_address_is_said_in_the_readers_language(machine: Front, path: str, search: str, said: str) -> None:
    browser = Browser(machine)
    browser.get("/")
    drawn = " ".join(browser.view(path, f"?lang=fr&{search}").text.split())
    assert said in drawn.replace("\u00a0", " ").replace("\u202f", " ")
    assert "sans réponse" in drawn


def drawn(browser: Browser, path: str) -> str:
    """What a page holds, addresses as they are."""
    return str(browser.view(path).text).replace("\\u002f", "/")


def test_attack_an_administrator_of_a_part_takes_the_whole_company(front: Front) -> None:
    root, theirs = front.people.sign_in("root", WORD, ""), account(front, "mila", Grant(Role.SUPERVISOR, limits=(("team", "sav"),)))
    own = account(front, "paul", Grant(Role.ADMINISTRATOR, limits=(("team", "sav"),)))
    token = decide.issue(front.people, "root", 1, "report", ["read"], 9)
    paul = Browser(front, "paul")
    more = [{"everything": "1"}, {"named": "1", "limit": "team=sav"}, {"limit": "team=other"}, {"limit": "queue=avis"}]
    more += [{"role": "agent", "agent": "a1"}]
    for each in more:
        wanted = {"role": "administrator", **each}
        assert paul.post("/people/add", {"name": "other", **wanted}).headers["Location"].endswith("people.beyond"), each
        for number in (own, theirs):
            assert paul.post(f"/people/{number}/grant", wanted).headers["Location"].endswith("people.beyond"), each
    for act in ("grant", "reset", "close", "open"):
        answer = paul.post(f"/people/1/{act}", {"role": "supervisor", "limit": "team=sav", "called": "Nobody"})
        assert answer.headers["Location"].endswith("people.further"), act
    assert paul.post("/account/token/1/revoke").headers["Location"].endswith("people.further")
    assert front.people.holder(token, "read") is not None
    assert front.people.viewer(root) is not None
    account(front, "remi", Grant(Role.SUPERVISOR, limits=(("team", "autre"),)))
    everybody = drawn(paul, "/people")
    assert "more than you do" in everybody
    assert "autre" not in everybody, "what there is elsewhere"
    shown = drawn(paul, "/people/1")
    assert "it is changed by an administrator who sees as much" in shown
    assert "/people/1/reset" not in shown
    answer = paul.post(f"/people/{theirs}/grant", {"role": "analyst", "limit": ["team=sav", "queue=avis"]})
    assert answer.headers["Location"].endswith("granted")
    assert paul.post(f"/people/{theirs}/reset").status_code == 200
    own_page = drawn(paul, f"/people/{theirs}")
    assert f"/people/{theirs}/reset" in own_page
    assert "Sees the whole company" not in own_page


def test_attack_an_administrator_of_a_part_writes_beyond_it(front: Front) -> None:
    """A `reference.agent` event puts any agent into his team, and then he reads that agent's time: who sees a part sends nothing."""
    part, whole = Grant(Role.ADMINISTRATOR, limits=(("team", "sav"),)), Grant(Role.ADMINISTRATOR, everything=True)
    number, people = account(front, "petra", part), front.people
    petra, known = Browser(front, "petra"), senders(people, (), demo=False).known
    for right in ("send", "scrape"):
        assert petra.post("/account/token", {"right": ["read", right], "days": "9"}).headers["Location"].endswith("people.whole_rights")
        assert f'"value":"{right}"' not in drawn(petra, "/account")
        assert f'"value":"{right}"' in drawn(Browser(front, "root"), "/account")
        with pytest.raises(decide.Undecided, match="sees the whole company"):
            decide.issue(people, "command line", number, "", [right], 9)
    for language, said in (("en", "Only an account that sees the whole company"), ("fr", "Seul un compte qui voit toute")):
        assert said in petra.view("/account", f"?lang={language}&failed=people.whole_rights").text
    decide.grant(people, "root", number, whole)
    before = decide.issue(people, "petra", number, "", ["send", "scrape", "read"], 9)
    assert known(before)
    decide.grant(people, "root", number, part)
    assert not known(before), "whenever it was made"
    assert people.holder(before, "scrape") is None
    assert people.holder(before, "read") is not None


def test_attack_an_administrator_of_a_part_reads_in_the_audit_log_what_others_are_limited_to(front: Front) -> None:
    lucas = account(front, "lucas", Grant(Role.ADMINISTRATOR, limits=(("team", "sav"),)))
    hidden = account(front, "zoe", Grant(Role.SUPERVISOR, limits=(("team", "secret-team"), ("team", "sav"), ("queue", "secret-queue"))))
    decide.grant(front.people, "root", hidden, Grant(Role.AGENT, agent="secret-agent"))
    looked = {"where": ["brand=secret-brand"], "scope": ["team=secret-team"]}
    with front.ledger.write() as session:
        audit.write(session, "zoe", "view.named", "team/secret-other", looked)
        audit.write(session, "lucas", "view.named", "team/secret-asked", {"page": "/agent-time"})
    shown, whole = (drawn(Browser(front, name), "/audit") for name in ("lucas", "root"))
    every = {f"secret-{each}" for each in ("team", "queue", "agent", "brand", "other", "asked")}
    assert {each for each in every if each in whole} == every
    assert {each for each in every if each in shown} == {"secret-asked"}, "what he asked himself"
    assert "a part you do not see, team SAV (sav)" in shown
    assert f"/people/{lucas}" in shown


@pytest.mark.parametrize("limit", [("team", "sav"), ("queue", "sav-voix")])
def test_attack_ids_of_agents_elsewhere_are_probed_in_the_audit_log(front: Front, engine: Store, limit: tuple[str, str]) -> None:
    called = "if(key = 'sav-voix/0', 'Alma Within', 'Bruno Elsewhere')"
    said = f"SELECT * REPLACE ({called} AS name, version + 1 AS version) FROM reference FINAL"
    engine.command(f"INSERT INTO reference {said} WHERE kind = 'agent' AND key IN ('sav-voix/0', 'commandes-voix/0')")
    account(front, name := f"probing-{limit[0]}", Grant(Role.ADMINISTRATOR, named=True, limits=(limit,)))
    with front.ledger.write() as session:
        for about in ("agent/mine", *["agent/commandes-voix/0"] * 101, "agent/sav-voix/0"):
            by = name if about == "agent/mine" else "zoe"
            audit.write(session, by, "view.named", about, {"page": "agent-time/contact", "contact": f"contact of {about}"})
    limited, root = Browser(front, name), Browser(front, "root")

    def told(browser: Browser, search: str = "") -> str:
        return str(browser.view("/audit", f"?lang=en&kind=view{search}").text).replace("\\u002f", "/")

    shown = told(limited)
    assert "Alma Within" in shown
    assert "Bruno Elsewhere" not in shown
    assert "a part you do not see" in shown
    assert "commandes-voix" not in shown + told(limited, "&by=zoe")
    assert told(root).count("contact of agent/commandes-voix/0") == 99
    there, nowhere = ([told(limited, f"&about=agent/{key}{more}") for more in ("", "&by=zoe", f"&by={name}", "&before=99")]
                      for key in ("commandes-voix/0", "nobodys-voix/0"))  # fmt: skip
    assert [each.replace("commandes", "nobodys") for each in there] == nowhere
    assert "contact of" not in "".join(nowhere)
    seen = told(limited, "&about=agent/sav-voix/0&by=zoe")
    assert "Alma Within" in seen
    assert ("contact of agent/sav-voix/0" in seen) is (limit[0] == "team"), "within a queue a contact in between may be another's"
    assert told(limited, "&about=agent/mine").count("contact of agent/mine") == 1, "what he asked himself"
    with front.ledger.write() as session:
        audit.write(session, name, "view.named", "agent/commandes-voix/0", {"page": "agent-time/contact"})
    asked = told(limited, f"&about=agent/commandes-voix/0&by={name}")
    assert "commandes-voix/0" in asked
    assert "Bruno Elsewhere" not in asked, "asking is not knowing who it is"


def test_an_administrator_sees_and_ends_the_tokens_of_an_account(front: Front) -> None:
    number = account(front, "nora", Grant(Role.ANALYST, everything=True))
    token, root = decide.issue(front.people, "nora", number, "monthly report", ["read"], 9), Browser(front, "root")
    shown = drawn(root, f"/people/{number}")
    assert "monthly report" in shown
    revoke = re.search(r"/account/token/\d+/revoke", shown)
    assert revoke
    assert root.post(revoke.group()).headers["Location"] == f"/people/{number}?done=revoked"
    assert front.people.holder(token, "read") is None
    assert "monthly report" not in root.view(f"/people/{number}", "?lang=en&done=revoked").text


limits = st.lists(st.tuples(st.sampled_from(["team", "site"]), st.sampled_from("ab")), max_size=3).map(tuple)


@given(limits, st.booleans(), st.booleans(), limits, st.booleans(), st.booleans())
def test_what_an_administrator_gives_lies_within_what_he_sees(
    mine: Any, everything: bool, named: bool, theirs: Any, all_: bool, single: bool
) -> None:
    def scope(given: Any, *, everything: bool, named: bool) -> Scope:
        made = Account(role="analyst", everything=everything, named=named, agent="", number=1, name="", called="", change_due=False)
        made.limits = [Limit(dimension=name, value=value) for name, value in given]
        return scope_of(held(made))

    def seen(scope: Scope) -> set[tuple[str, str, bool]]:
        rows = [{"team": team, "site": site} for team in "abc" for site in "abc"]
        shown = [row for row in rows if all(row[name] in values for name, values in scope.only)]
        return {(row["team"], row["site"], right) for row in shown for right in (False, True) if scope.named or not right}

    given_ = Grant(Role.ANALYST, everything=all_, named=single, limits=theirs)
    giver, given_scope = scope(mine, everything=everything, named=named), scope(theirs, everything=all_, named=single)
    if holds(giver, given_):
        assert seen(given_scope) <= seen(giver)
