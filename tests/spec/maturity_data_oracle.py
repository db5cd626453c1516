"""Slow formulas of customer data and of the optional dimensions, from the words of methods and criteria: see maturity_plain.py."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from math import sqrt

from tests.spec.maturity_credit_oracle import ORACLES as CREDIT
from tests.spec.maturity_plain import DAY, Things, World, each, inside, name, told
from tests.spec.maturity_steering_oracle import ORACLES as STEERING
from tests.spec.maturity_trade_oracle import ORACLES as TRADE
from tests.spec.plain_event import Event

Z = 1.959963984540054


def _reconciled(w: World, at: datetime, days: int, channels: tuple[str, ...]) -> Things:
    """Euros of orders that were not cancelled, those of people who had been identified by then under any of their ids."""
    known = {w.person(name(one)) for one in w.until(at, "customer.identified")}
    sold = [one for one in w.ordered(at, days, kept=True) if not channels or one["channel"] in channels]
    return [(w.person(one["customer"]) in known, one["amount_cents"] / 100) for one in sold]


def revenue_reconciled(w: World, at: datetime, days: int) -> Things:
    """In all channels."""
    return _reconciled(w, at, days, ())


def store_reconciled(w: World, at: datetime, days: int) -> Things:
    """In stores."""
    return _reconciled(w, at, days, ("store",))


def identity_duplicate(w: World, at: datetime, days: int) -> Things:
    """Pairs of records that were checked with a result, those that last were of one person."""
    last = {name(one): told(one, "verdict") for one in w.within(at, days, "identity.labelled") if told(one, "verdict")}
    return each(verdict == "duplicate" for verdict in last.values())


def _written(w: World, at: datetime, days: int) -> Iterator[tuple[str, list[Event]]]:
    """Who was written to, and what he had said about it by then under any of his ids: about this purpose (marketing, where the message
    names none) or about none, about this channel or about none."""
    said: dict[str, list[Event]] = defaultdict(list)
    for one in w.until(at, "customer.consent"):
        if told(one, "consent"):
            said[w.person(name(one))].append(one)
    for one in w.within(at, days, "solicitation.sent"):
        who, about = w.person(name(one)), {"purpose": told(one, "purpose") or "marketing", "channel": told(one, "channel")}
        before = [word for word in said[who] if word["time"] <= one["time"]]
        yield who, [word for word in before if all(told(word, field) in ("", value) for field, value in about.items())]


def consent_known(w: World, at: datetime, days: int) -> Things:
    """People written to, those who had agreed or refused before each message."""
    known: dict[str, list[bool]] = defaultdict(list)
    for who, words in _written(w, at, days):
        known[who].append(bool(words))
    return each(all(ok) for ok in known.values())


def message_triggered(w: World, at: datetime, days: int) -> Things:
    """Messages, those sent by a trigger."""
    return each(bool(told(one, "rule")) for one in w.within(at, days, "solicitation.sent"))


def _rules(w: World, at: datetime, days: int) -> set[str]:
    """The rules that sent something."""
    return {told(one, "rule") for one in w.within(at, days, "solicitation.sent")}


def trigger_live(w: World, at: datetime, days: int) -> Things:
    """Triggers that sent something."""
    return each(key in _rules(w, at, days) for key in w.register("trigger", at))


def message_lawful(w: World, at: datetime, days: int) -> Things:
    """Messages whose receiver had agreed to it by the last word up to then; who says yes and no at once has not agreed."""
    found = []
    for _, words in _written(w, at, days):
        last = {told(one, "consent") for one in words if one["time"] == max(word["time"] for word in words)}
        found.append(last == {"granted"})
    return each(found)


def trigger_holdout(w: World, at: datetime, days: int) -> Things:
    """Of the triggers that sent something, those with a hold-out."""
    live = _rules(w, at, days)
    return each(bool(told(one, "holdout")) for key, one in w.register("trigger", at).items() if key in live)


def model_scored(w: World, at: datetime, days: int) -> Things:
    """Models with a run of the last week that scored four fifths of those eligible."""
    done = {
        name(one)
        for one in w.within(at, days, "model.scored")
        if one["time"] >= at - 7 * DAY and told(one, "eligible") and (told(one, "scored") or 0) / told(one, "eligible") >= 0.8
    }
    return each(key in done for key in w.register("model", at))


def _skilled(test: dict[str, float]) -> bool:
    """Whether the lower bound of the area under the curve (Hanley and McNeil, 1982) is .65, or a Brier skill above 0."""
    auc, positives, negatives = (test.get(field, 0) for field in ("auc", "positives", "negatives"))
    if not positives or not negatives:
        return False
    base = positives / (positives + negatives)
    if "brier" in test and 1 - test["brier"] / (base * (1 - base)) > 0:
        return True
    q1, q2 = auc / (2 - auc), 2 * auc**2 / (1 + auc)
    variance = auc * (1 - auc) + (positives - 1) * (q1 - auc**2) + (negatives - 1) * (q2 - auc**2)
    return auc - Z * sqrt(variance / (positives * negatives)) >= 0.65


def model_skilled(w: World, at: datetime, days: int) -> Things:
    """Models whose last test of the window was good enough and calibrated to five points; an unknown error is too large."""
    found = []
    for key in w.register("model", at):
        tests = [one["data"] for one in w.within(at, days, "model.tested") if name(one) == key]
        found.append(bool(tests) and tests[-1].get("calibration_error", 1) <= 0.05 and _skilled(tests[-1]))
    return each(found)


def prediction_acted(w: World, at: datetime, days: int) -> Things:
    """Customers flagged by each run of a model, and the people it acted upon until its next; nothing is said of fewer than thirty flags."""
    flagged: dict[tuple[str, datetime], float] = defaultdict(float)
    people: dict[tuple[str, datetime], set[str]] = defaultdict(set)
    for one in w.within(at, days, "model.scored"):
        flagged[name(one), one["time"]] += told(one, "flagged") or 0
    for one in w.within(at, days, "personalisation.decided"):
        runs = w.about("model.scored", told(one, "model"), one["time"])
        if runs and told(one, "arm") != "control":
            people[told(one, "model"), runs[-1]["time"]].add(w.person(name(one)))
    if sum(flagged.values()) < 30:
        return []
    found: Things = []
    for run, number in flagged.items():
        done = min(len(people[run]), number)
        found += [(True, done), (False, number - done)]
    return found


def source_heard(w: World, at: datetime, days: int) -> Things:
    """Sources of the window's contacts, those with one in the last day."""
    recent = {one["source"] for one in w.met(at, 1)}
    return each(source in recent for source in {one["source"] for one in w.met(at, days)})


def contact_known(w: World, at: datetime, days: int) -> Things:
    """Contacts with a customer."""
    return each(bool(one["customer"]) for one in w.met(at, days))


def _working(w: World, at: datetime, days: int) -> dict[str, set[str]]:
    """Advisers with work in the window, and its channels."""
    found: dict[str, set[str]] = defaultdict(set)
    for one in w.works:
        if one["agent"] and inside(one["started_at"], at, days):
            found[one["agent"]].add(one["channel"])
    return found


def agent_several(w: World, at: datetime, days: int) -> Things:
    """Advisers with work on two channels."""
    return each(len(channels - {""}) >= 2 for channels in _working(w, at, days).values())


def agent_placed(w: World, at: datetime, days: int) -> Things:
    """Advisers with work who are in a team."""
    placed = {key for key, one in w.register("agent", at).items() if told(one, "team")}
    return each(agent in placed for agent in _working(w, at, days))


def decision_adviser(w: World, at: datetime, days: int) -> Things:
    """Decisions taken for what advisers said."""
    latest = {name(one): one for one in w.within(at, days, "decision.taken")}
    return each(told(one, "cause") == "adviser" for one in latest.values())


ORACLES = STEERING | CREDIT | TRADE | {
    function.__name__: function
    for function in (
        revenue_reconciled, store_reconciled, identity_duplicate, consent_known, message_triggered, trigger_live, message_lawful,
        trigger_holdout, model_scored, model_skilled, prediction_acted, source_heard, contact_known, agent_several, agent_placed,
        decision_adviser,
    )
}  # fmt: skip
