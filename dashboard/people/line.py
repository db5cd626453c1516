"""A line of the audit log in the reader's words: names in place of numbers, each leading to its page where there is one for him."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.ask import desk
from dashboard.format import NOTHING, day, instant, number
from dashboard.page import Visit, find
from dashboard.people import told
from dashboard.scorecard import entity_name, models
from dashboard.seen import EVERY
from dashboard.word import in_words, known, plain
from metrics.registry import metrics
from sql import standing
from sql.ledger import account as kept
from sql.ledger.account import Token
from sql.ledger.audit import Line
from sql.ledger.door import Session
from sql.ledger.maturity import Assessment
from sql.ledger.reader import WITHHELD

EMPTY: tuple[object, ...] = ("", [], False, None)
HASHES = ("certificate", "digest")
_PAIRS = ("scope", "where", "limits")  # name parts of the company, as dimension=value
SEALED = "sealed"  # for the check of the log alone
MATURITY = ("assessment", "vote", "evidence", "criterion", "stage", "decision")  # of the whole company: what was written there is


@dataclass(frozen=True, slots=True)
class Names:
    """What the things are called that lines are about, as far as this reader may know it."""

    accounts: Mapping[int, str]
    tokens: Mapping[int, tuple[str, int]]  # what for, and whose
    assessments: Mapping[int, tuple[str, str]]  # title and entity
    registers: Mapping[tuple[str, str], str]


def names_of(visit: Visit, session: Session, lines: Sequence[Line], agents: Collection[str] = ()) -> Names:
    """The names for some lines. Whoever sees a part of the company is told those of its limits and of the `agents` it holds or held, and
    of all else the id: a name may be of another part."""
    wanted = {kind: {int(key) for key in _keys(lines, kind) if key.isdecimal()} for kind in ("token", "assessment")}
    tokens = [session.get(Token, each) for each in wanted["token"]]
    limited = bool(visit.viewer.scope.only)
    assessments = [] if limited else [session.get(Assessment, each) for each in wanted["assessment"]]
    own = {*((name, value) for name, values in visit.viewer.scope.only for value in values), *(("agent", each) for each in agents)}
    called = standing.names(desk().store)
    return Names(
        {each.number: each.called or each.name for each in kept.every(session)},
        {each.number: (each.label, each.account) for each in tokens if each},
        {each.number: (each.title, each.entity) for each in assessments if each},
        {what: name for what, name in called.items() if what in own} if limited else called,
    )


def _keys(lines: Sequence[Line], kind: str) -> set[str]:
    return {each.about.partition("/")[2] for each in lines if each.about.startswith(f"{kind}/")}


def did(line: Line, visit: Visit) -> str:
    """What was done."""
    key = f"people.did_{line.action.replace('.', '_')}"
    return plain(key, visit.language) if known(key) else line.action


def about(line: Line, names: Names, visit: Visit) -> Component | str:
    """What it was done to."""
    kind, _, key = line.about.partition("/")
    text, path, query = _thing(line, kind, key, names, visit)
    return html.A(text, href=visit.href(path, **query)) if path and _opens(path, visit) else text


def _opens(path: str, visit: Visit) -> bool:
    found = find(path)
    return found is not None and visit.viewer.may(found[0].may) and not (found[0].whole and visit.viewer.scope.only)


def _thing(line: Line, kind: str, key: str, names: Names, visit: Visit) -> tuple[str, str, dict[str, str]]:
    """A thing in words, and the page and filters that show it ('' where there is none)."""
    language, number_ = visit.language, int(key) if key.isdecimal() else 0
    if kind == "account":
        called = names.accounts.get(number_, "")
        return (called or plain("people.about_nobody", language), f"/people/{number_}" if called else "", {})
    if kind == "token":
        label, owner = names.tokens.get(number_, (key, 0))
        return plain("people.about_token", language, label=label, called=names.accounts.get(owner, "–")), "", {}
    if kind == WITHHELD:
        return plain("people.elsewhere", language), "", {}
    if kind in ("agent", "team"):
        return _floor(line, kind, key, names, visit)
    if kind == "assessment":
        title, entity = names.assessments.get(number_, (plain("people.about_assessment", language, key=key), ""))
        return title, "/maturity/assess", {"entity": entity} if entity else {}
    if kind == "criterion":
        found = next((one for model in models() if (one := model.criterion(key))), None)
        return (in_words(found.text, language), f"/maturity/{found.dimension}/{found.level}", {}) if found else (key, "", {})
    if kind == "stage":
        called = "" if visit.viewer.scope.only else str(line.detail.get("name") or "")
        return called or plain("people.about_stage", language), "/maturity/trajectory", {}
    if kind in ("request", "erasure", "key", "person"):
        return plain(f"people.about_{kind}", language, key=key), "/personal-data", {}
    word = f"people.about_{kind}"
    return (plain(word, language, key=key) if known(word) else line.about), "", {}


def _floor(line: Line, kind: str, key: str, names: Names, visit: Visit) -> tuple[str, str, dict[str, str]]:
    if key == EVERY:
        return plain(f"people.about_every_{kind}", visit.language), "", {}
    called = names.registers.get((kind, key), key) if kind == "team" or visit.viewer.scope.named else key
    text = called if kind == "agent" else plain("people.about_team", visit.language, name=called)
    if not visit.viewer.scope.named:
        return text, "", {}
    on = line.detail.get("day")
    return (text, "/agent-time/day", {"agent": key, **({"day": on} if isinstance(on, str) else {})}) if kind == "agent" else (
        text, "/agent-time", {"team": key, "by": "agent"})  # fmt: skip


def detail(line: Line, names: Names, visit: Visit) -> str:
    """The reason that was given, and the details."""
    skipped = {SEALED, "name"} if line.about.startswith("stage/") else {SEALED}
    withheld = visit.viewer.scope.only and line.action.partition(".")[0] in MATURITY
    told_ = [plain("people.quoted", visit.language, text=line.reason)] if line.reason and not withheld else []
    told_ += [_said(visit, names, name, value) for name, value in line.detail.items() if value not in EMPTY and name not in skipped]
    return " · ".join(told_)


def _said(visit: Visit, names: Names, name: str, value: object) -> str:
    """One detail in words, as far as there are words for it; a right that is given is said without its "true"."""
    key = f"people.detail_{name}"
    word = plain(key, visit.language) if known(key) else name
    if value is True:
        return word
    shown = _plain(visit, names, name, value)
    if name == "account" and shown == plain("people.about_nobody", visit.language):
        return shown
    return f"{shown} {word}" if isinstance(value, int | float) else f"{word} {shown}"


def _plain(visit: Visit, names: Names, name: str, value: object) -> str:
    if isinstance(value, dict):
        return f"({', '.join(_said(visit, names, str(each), one) for each, one in value.items() if one not in EMPTY)})"
    if isinstance(value, list):
        return ", ".join(dict.fromkeys(_plain(visit, names, name, each) for each in value))
    if not isinstance(value, str):
        return number(value, visit.language, 0) if isinstance(value, int | float) else json.dumps(value, ensure_ascii=False)
    return _worded(visit, names, name, value)


def _within(visit: Visit, dimension: str, value: str) -> bool:
    """Whether a value is one of those that this reader is limited to; whoever is limited to none may read them all."""
    return not visit.viewer.scope.only or value in dict(visit.viewer.scope.only).get(dimension, ())


def _worded(visit: Visit, names: Names, name: str, value: str) -> str:
    language = visit.language
    if name in ("since", "until"):
        return instant(datetime.fromisoformat(value), language, visit.zone)
    if name == "day":
        return day(date.fromisoformat(value), language)
    if name in ("page", "through"):
        return told.way(value, language)
    if name == "agent" and visit.viewer.scope.only:  # whose account it is: a single agent's sees what no part of the company holds
        return NOTHING
    if name in (*_PAIRS, "entity") and not _within(visit, *value.partition("=")[::2]):
        return plain("people.elsewhere", language)
    if name in _PAIRS:
        dimension, _, given = value.partition("=")
        return told.limit(dimension, (given,), names.registers, language)
    if name == "metrics" and value in metrics():
        return in_words(metrics()[value].name, language)
    if name == "criterion":
        found: Any = next((one for model in models() if (one := model.criterion(value))), None)
        return plain("people.quoted", language, text=in_words(found.text, language)) if found else value
    if name == "entity":
        return value if visit.viewer.scope.only else entity_name(value, language)
    if name == "account" and value.startswith("account/"):
        return names.accounts.get(int(value.partition("/")[2])) or plain("people.about_nobody", language)
    if name in HASHES:
        return f"{value[:10]}…"
    key = f"people.{'role' if name == 'role' else 'right' if name == 'rights' else 'how'}_{value}"
    return plain(key, language) if known(key) else value
