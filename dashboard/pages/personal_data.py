"""Personal data: who asked to be erased and what became of it, what customers said about being solicited, what is kept until when."""

from datetime import datetime, timedelta
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.ask import desk
from dashboard.format import NOTHING, count, day, instant, percent
from dashboard.page import Page, Visit
from dashboard.parts import pick, state, table
from dashboard.parts.form import Form
from dashboard.parts.prose import marked
from dashboard.parts.status import mark
from dashboard.people.keeping import Kept, Periods, standing
from dashboard.people.office import MAY, PAGE, Office, office
from dashboard.viewer import Role
from dashboard.word import known, plain, refusal, say
from sql import consent
from sql.ledger import erasure, turn
from sql.ledger.erasure import Erasure, Request

RECENT = timedelta(days=396)
DATES = {"now": 0, "month": 30, "quarter": 91, "year": 365}  # days back
OTHERS = ("account", "backup", "gone")  # what no period lets go of


def layout(visit: Visit) -> Component:
    """The page for whoever answers for the data."""
    language, mine = visit.language, office()
    with desk().ledger.read() as session:
        asked, erased, turns = erasure.requests(session), erasure.every(session), turn.every(session)
    return html.Div(
        [
            html.H1(_answer(visit, asked, erased), className="answer"),
            html.P(marked(say("personal.lede", language)), className="lede"),
            _outcome(visit),
            html.Div(_forms(visit), className="cols said") if mine else html.P(plain("personal.command", language), className="said"),
            _section(visit, "requests", _requests(visit, asked, erased, mine)),
            _section(visit, "consent", _consent(visit), _dates(visit)),
            _section(visit, "kept", _kept(visit, mine)),
            _section(visit, "key", _turns(visit, turns)),
        ],
        className="people",
    )


def _answer(visit: Visit, asked: list[Request], erased: list[Erasure]) -> str:
    """What the reader has to know first: what is going on, then what is left to do, then that all is well."""
    counts = {
        "under_way": sum(each.state == erasure.ASKED for each in asked),
        "left": sum(not each.whole for each in erased),
        "needed": sum(each.state == erasure.AGAIN for each in asked),
        "whole": len(erased),
    }
    first = next((name for name, n in counts.items() if n), "")
    return plain(f"personal.{first}", visit.language, n=counts[first]) if first else plain("personal.nobody", visit.language)


def _outcome(visit: Visit) -> Component:
    """What became of the form that led here."""
    for said, mark_ in (("failed", "bad"), ("done", "good")):
        value = visit.first(said)
        key = f"personal.{said}_{value}"
        if value and not known(key):
            raise refusal("frame.no_outcome", name=said, value=value)
        if value:
            return html.P(plain(key, visit.language), className=f"said st ink {mark_}", role="alert" if said == "failed" else "status")
    return html.Span()


def _section(visit: Visit, name: str, body: Component, aside: Component | None = None) -> Component:
    header = [html.H2(plain(f"personal.{name}", visit.language)), *([aside] if aside else [])]
    about = f"personal.{name}_about"
    note = [html.P(plain(about, visit.language), className="note")] if known(about) else []
    return html.Section([html.Header(header), *note, body], className="sec")


def _forms(visit: Visit) -> list[Component]:
    language = visit.language
    who = {"name": "who", "label": plain("personal.who", language), "note": plain("personal.who_note", language), "needed": True}
    other = {"name": "who", "label": plain("personal.who_else", language)}
    filed = {"name": "request", "label": plain("personal.request", language), "note": plain("personal.request_note", language)}
    signs_in = {"name": "account", "kind": "check", "label": plain("personal.account", language)}
    erase: list[dict[str, Any]] = [who, other, filed, *([signs_in] if visit.viewer.role == Role.ADMINISTRATOR else [])]
    sure = plain("personal.erase_sure", language)
    return [
        _form(visit, "erase", Form(f"{PAGE}/erase", plain("personal.erase_button", language), erase, tone="bad", sure=sure)),
        _form(visit, "export", Form(f"{PAGE}/export", plain("personal.export_button", language), [who, other, filed])),
    ]


def _form(visit: Visit, name: str, form: Form) -> Component:
    """Closed until it is wanted: what became of earlier requests comes first."""
    about = html.P(plain(f"personal.{name}_about", visit.language), className="note")
    return html.Details([html.Summary(plain(f"personal.{name}", visit.language)), about, form], className="amend")


# --- requests --------------------------------------------------------------------------------------------------------------------------

REQUESTS = ("at", "by", "request", "state", "events", "lines", "rows", "searched", "certificate")


def _requests(visit: Visit, asked: list[Request], erased: list[Erasure], mine: Office | None) -> Component:
    language = visit.language
    made = {each.number: each for each in erased}
    led = {each.erasure for each in asked}
    lines: list[tuple[datetime, Request | None, Erasure | None]] = [(each.at, each, made.get(each.erasure or 0)) for each in asked]
    lines += [(each.at, None, each) for each in erased if each.number not in led]  # from before there were requests
    if not lines:
        return html.P(plain("personal.requests_none", language))
    columns = [
        table.Column(
            plain(f"personal.column_{name}", language), numeric=name in ("events", "lines", "rows"), name="long" if name == "state" else ""
        )
        for name in REQUESTS
    ]
    rows = [_row(visit, each, done, mine) for _, each, done in sorted(lines, key=lambda line: line[0], reverse=True)]
    return table.table(columns, [table.Group("", rows)], language, plain("personal.requests", language))


def _row(visit: Visit, asked: Request | None, made: Erasure | None, mine: Office | None) -> list[table.Cell]:
    language = visit.language
    one = asked or made
    assert one is not None  # noqa: S101 - a line is of a request or of an erasure
    return [
        instant(one.at, language, visit.zone),
        _by(visit, one.by),
        one.request or plain("personal.unfiled", language),
        _state(visit, asked, mine),
        *(count(getattr(made, name) if made else None, language) for name in ("events", "lines", "rows")),
        [_searched(visit, made)] if made else NOTHING,
        [_certificate(f"{PAGE}/erasure/{made.number}.json", made.certificate, mine)] if made else NOTHING,
    ]


def _by(visit: Visit, name: str) -> str:
    key = f"personal.{name.replace(' ', '_')}"
    return plain(key, visit.language) if name in ("command line", "server") else name


def _state(visit: Visit, asked: Request | None, mine: Office | None) -> table.Cell:
    said = asked.state if asked else erasure.DONE
    busy = asked is not None and mine is not None and mine.busy == asked.number
    said = "busy" if busy else said
    shown = plain(f"personal.state_{said}", visit.language)
    if said == erasure.AGAIN:
        return [mark("bad", shown), html.Small(plain("personal.again_why", visit.language))]
    if said == erasure.ASKED and mine:
        return [mark("watch", shown), " ", Form(f"{PAGE}/resume", plain("personal.resume", visit.language), name="inline")]
    return [mark("good" if said == erasure.DONE else "watch", shown)]


def _searched(visit: Visit, made: Erasure) -> Component:
    found = sum(1 for rows in made.left.values() if rows)
    key = "personal.something_left" if found else "personal.nothing_left"
    return mark("bad" if found else "good", plain(key, visit.language, n=found or len(made.left)))


def _certificate(address: str, digest: str, mine: Office | None) -> Component:
    code = html.Code(digest[:12], title=digest)
    return html.A(code, href=address, **{"data-document": ""}) if mine else code


# --- consent ---------------------------------------------------------------------------------------------------------------------------


def _at(visit: Visit) -> datetime:
    return visit.now - timedelta(days=DATES[visit.one_of("at", tuple(DATES)) or "now"])


def _dates(visit: Visit) -> Component:
    chosen = visit.one_of("at", tuple(DATES)) or "now"
    choices = [pick.Choice(plain(f"personal.at_{name}", visit.language), visit.href(at=name), name == chosen) for name in DATES]
    return pick.menu(plain("personal.as_of", visit.language), choices)


def _consent(visit: Visit) -> Component:
    language, at = visit.language, _at(visit)
    found = consent.coverage(desk().store, at - RECENT, at)
    if not found:
        return state.empty(plain("personal.consent_none", language), language)
    names = ("purpose", "customers", "known", "coverage", "granted")
    columns = [table.Column(plain(f"personal.{name}", language), numeric=name != "purpose") for name in names]
    rows: list[list[table.Cell]] = [
        [
            each.purpose or plain("personal.no_purpose", language),
            count(each.customers, language),
            count(each.known, language),
            percent(each.known / each.customers if each.customers else None, language),
            percent(each.granted / each.known if each.known else None, language),
        ]
        for each in found
    ]
    said = html.P(plain("personal.consent_at", language, at=day(at.date(), language)), className="note")
    return html.Div([table.table(columns, [table.Group("", rows)], language, plain("personal.consent", language)), said])


# --- retention and the key -------------------------------------------------------------------------------------------------------------


def _kept(visit: Visit, mine: Office | None) -> Component:
    language, here = visit.language, desk()
    found = standing(here.store, here.ledger, mine.periods if mine else Periods(), here.settings.rules)
    names = ("what", "period", "oldest", "next")
    columns = [table.Column(plain(f"personal.{name}", language), name="long" if name in ("what", "period") else "") for name in names]
    rows: list[list[table.Cell]] = [_lasting(visit, each) for each in found]
    rows += [[plain(f"personal.kind_{each}", language), plain(f"personal.until_{each}", language), NOTHING, NOTHING] for each in OTHERS]
    return table.table(columns, [table.Group("", rows)], language, plain("personal.kept", language))


def _lasting(visit: Visit, each: Kept) -> list[table.Cell]:
    language, rules = visit.language, desk().settings.rules
    period: table.Cell
    if each.kind == "sessions":
        hours, minutes = rules.longest.total_seconds() / 3600, rules.idle.total_seconds() / 60
        period = plain("personal.session_end", language, hours=count(hours, language), minutes=count(minutes, language))
    elif each.days is None:
        period = [mark("watch", plain("personal.no_period", language))]
    else:
        period = plain("personal.days", language, n=each.days)
    oldest = day(each.oldest.date(), language) if each.oldest else NOTHING
    following = day(each.next.date(), language) if each.next else NOTHING
    if each.next and each.next <= visit.now:
        following = plain("personal.overdue", language)
    return [plain(f"personal.kind_{each.kind}", language), period, oldest, following]


TURNS = ("at", "keys", "state", "linked", "behind", "destroyed", "certificate")


def _turns(visit: Visit, turns: list[turn.Turn]) -> Component:
    language = visit.language
    if not turns:
        return html.P(plain("personal.key_none", language))
    titles = [plain(f"personal.{'' if name == 'certificate' else 'key_'}column_{name}", language) for name in TURNS]
    columns = [table.Column(title, numeric=name in ("linked", "behind")) for title, name in zip(titles, TURNS, strict=True)]
    rows: list[list[table.Cell]] = []
    for each in turns:
        done = each.state == turn.DONE
        rows.append(
            [
                instant(each.at, language, visit.zone),
                f"{each.before} → {each.after}",
                [mark("good" if done else "watch", plain(f"personal.key_{each.state.replace(' ', '_')}", language))],
                count(each.linked if done else None, language),
                count(each.behind + each.erased_behind if done else None, language),
                instant(each.destroyed_at, language, visit.zone),
                [_certificate(f"{PAGE}/turn/{each.number}.json", each.certificate, office())] if done else NOTHING,
            ]
        )
    return table.table(columns, [table.Group("", rows)], language, plain("personal.key", language))


page = Page(
    path=PAGE, words="people.data", order=None, may=MAY, layout=layout, aside=True, whole=True, asks=frozenset({"at", "done", "failed"})
)
