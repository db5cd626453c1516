"""Assess maturity in a meeting: each answers blind, then all see all and may change their minds; evidence goes where it is asked for.

Every answer is kept by the browser first and sent at once; a broken line only delays it (assets/maturity.js). Who answers is the account;
at a machine without accounts it is the name given at the top.
"""

from zoneinfo import ZoneInfo

from dash import html
from dash.development.base_component import Component

from dashboard.format import Language, day
from dashboard.matter import mark_of, said_agreed, sendable, tab
from dashboard.page import Page, Visit
from dashboard.parts import ladder, pick
from dashboard.parts.sheet import button, field, form, labelled
from dashboard.scorecard import Book, book, entity_of, models, pairs_of
from dashboard.viewer import GOVERNANCE
from dashboard.word import in_words, plain, side
from metrics.maturity.agreement import apart
from metrics.maturity.model import Criterion, Dimension, Model
from sql.ledger import maturity as kept

ANSWERS = ((1.0, "full"), (0.5, "half"), (0.0, "empty"))
KINDS = (".pdf", ".png", ".jpg", ".jpeg", ".docx", ".xlsx", ".pptx", ".csv", ".txt")


def layout(visit: Visit) -> Component:
    """The questions of the assessment that is going on, dimension by dimension."""
    entity = entity_of(visit)
    pairs_of(entity)
    told, model = book(entity), models()[-1]
    going = next((each for each in told.assessments if told.stages.get(each.number) != kept.CLOSED), None)
    parts = [_head(visit, told, going), *([_who(visit)] if going else []), _turned(visit)]
    if going is None:
        parts += [_open(visit, model, entity), _past(visit, told)]
    elif assessor_of(visit)[0]:
        parts += [
            _apart(visit, told, model, going),
            _chapters(visit, model),
            _questions(visit, told, model, going),
            _steps(visit, told, going),
            _saved(visit),
        ]
    return html.Div(parts, className="ask", **sendable(visit.language))


def assessor_of(visit: Visit) -> tuple[str, str]:
    """Who answers and for which direction: the account by its unique name where there is one, else whom the address names."""
    if visit.viewer.account:
        return visit.viewer.name, visit.first("direction")
    return visit.first("as"), visit.first("direction")


def _title(visit: Visit) -> str:
    return tab(visit, plain("maturity.assess", visit.language))


def _head(visit: Visit, told: Book, going: kept.Assessment | None) -> Component:
    language = visit.language
    stage = told.stages.get(going.number, "") if going else "none"
    title = side(going.title, language) if going else plain("maturity.assess_none", language)
    back = html.A(plain("frame.maturity", language), href=visit.href("/maturity", entity=entity_of(visit) or None))
    return html.Header(
        [
            html.Nav([back, " › ", plain("maturity.assess", language)], className="scope"),
            html.H1(title, className="answer"),
            html.P(plain(f"maturity.stage_{stage}", language), className="lede"),
        ],
        className="head",
    )


def _who(visit: Visit) -> Component:
    """The name and the direction of who answers, as a form that changes the address."""
    language, (name, direction) = visit.language, assessor_of(visit)
    fields = [labelled(plain("maturity.direction", language), field("direction", direction))]
    if not visit.viewer.account:
        fields.insert(0, labelled(plain("maturity.your_name", language), field("as", name)))
    button = html.Button(plain("maturity.continue", language), className="btn plain", type="submit")
    return html.Form([*fields, button], className="edit", method="get", **{"data-address": ""})


def _open(visit: Visit, model: Model, entity: str) -> Component:
    fields = [labelled(plain("maturity.assess_title", visit.language), field("title"))]
    hidden = {"entity": entity, "model": model.version}
    if visit.viewer.account:
        hidden["assessor"] = assessor_of(visit)[0]
    else:
        fields.append(labelled(plain("maturity.your_name", visit.language), field("assessor", assessor_of(visit)[0])))
    return form("start", [*fields, button(plain("maturity.assess_open", visit.language))], hidden)


def _past(visit: Visit, told: Book) -> Component:
    """The assessments that are over, the last one first: when they were begun, by how many people, how much was answered."""
    language, rows = visit.language, []
    for each in told.assessments:  # they come newest first
        votes = [one for one in told.ballots if one.assessment == each.number]
        who, what = ({getattr(one, name) for one in votes} for name in ("assessor", "criterion"))
        begun = day(each.at.astimezone(ZoneInfo(visit.zone)).date(), language)
        said = (begun, plain("maturity.past_assessors", language, n=len(who)), plain("maturity.past_answers", language, n=len(what)))
        rows.append(html.Li([html.B(side(each.title, language)), html.Small(" · ".join(said))]))
    if not rows:
        return html.Div()
    head = html.Header(html.H2(plain("maturity.assess_past", language)))
    return html.Section([head, html.Ul(rows, className="past")], className="sec")


def _chapters(visit: Visit, model: Model) -> Component:
    chosen = _chapter(visit, model).id
    choices = [
        pick.Choice(in_words(each.name, visit.language), visit.href(dimension=each.id), each.id == chosen) for each in model.dimensions
    ]
    return pick.switch(plain("maturity.dimension", visit.language), choices)


def _chapter(visit: Visit, model: Model) -> Dimension:
    return model.dimension(visit.one_of("dimension", [each.id for each in model.dimensions])) or model.dimensions[0]


def _questions(visit: Visit, told: Book, model: Model, going: kept.Assessment) -> Component:
    language, dimension = visit.language, _chapter(visit, model)
    parts: list[Component] = []
    for cell in dimension.cells:
        asked = [each for each in cell.criteria if each.question]
        name = in_words(model.levels[cell.level], language)
        head = html.Header(
            [html.H2([html.I(className=f"m{cell.level}"), name]), html.Span(in_words(cell.text, language), className="asof")]
        )
        parts.append(html.Section([head, *(_question(visit, told, going, each) for each in asked)], className="sec mx"))
    return html.Div(
        parts, **{"data-assessment": str(going.number), "data-assessor": assessor_of(visit)[0], "data-direction": assessor_of(visit)[1]}
    )


def _question(visit: Visit, told: Book, going: kept.Assessment, one: Criterion) -> Component:
    language, me = visit.language, assessor_of(visit)[0]
    votes = [each for each in told.ballots if each.assessment == going.number and each.criterion == one.id]
    mine = next((each.value for each in reversed(votes) if each.assessor == me), None)
    options = [
        html.Label(
            [
                field(one.id, str(value), "radio", checked=mine == value),
                html.Span(plain(f"maturity.vote_{mark}", language).capitalize()),
            ]
        )
        for value, mark in ANSWERS
    ]
    parts = [
        html.Legend(in_words(one.text, language)),
        html.P(_asked(one, language), className="proof"),
        html.Div(options, className="answers", role="radiogroup", **{"aria-label": in_words(one.text, language)}),
    ]
    if told.stages.get(going.number) == kept.OPEN:
        parts.append(_others(visit, votes))
    parts.append(_attach(visit, told, one))
    parts += [_equivalent(visit, told, each) for each in models()[-1].criteria if each.equivalent == one.id]
    return html.Fieldset(parts)


def _asked(one: Criterion, language: Language) -> str:
    """Which proof is asked for, and how long it is valid."""
    said = plain("maturity.asked_proof", language, proof=in_words(one.detail, language))
    return f"{said} · {plain('maturity.proof_valid', language, n=one.valid_months)}" if one.valid_months else said


def _others(visit: Visit, votes: list[kept.Ballot]) -> Component:
    """What everybody answered, once it may be seen."""
    latest = {each.assessor: each for each in votes}
    said: list[Component | str] = []
    for each in latest.values():
        mark = mark_of(each.value)
        who = side(each.direction, visit.language) or each.assessor
        said += [ladder.square(mark, plain(f"maturity.vote_{mark}", visit.language)), f" {who}  "]
    return html.P(said, className="others")


def _apart(visit: Visit, told: Book, model: Model, going: kept.Assessment) -> Component:
    """Where the answers lie furthest apart once they may be seen: what to discuss first, each leading to its question."""
    if told.stages.get(going.number) != kept.OPEN:
        return html.Div()
    latest: dict[str, dict[str, float]] = {}
    for each in told.ballots:
        if each.assessment == going.number:
            latest.setdefault(each.criterion, {})[each.assessor] = each.value
    found = [(model.criterion(str(name)), width) for name, width in apart((name, list(said.values())) for name, said in latest.items())]
    language = visit.language
    items = [
        html.Li(
            [
                html.A(in_words(one.text, language), href=visit.href(dimension=one.dimension)),
                html.Small(plain("maturity.apart_far" if width == 1 else "maturity.apart_near", language)),
            ]
        )
        for one, width in found[:5]
        if one is not None
    ]
    if not items:
        return html.P(plain("maturity.apart_none", language), className="note")
    return html.Section([html.Header(html.H2(plain("maturity.apart", language))), html.Ol(items, className="discuss")], className="sec")


def _attach(visit: Visit, told: Book, one: Criterion) -> Component:
    language = visit.language
    found = [each for each in told.proofs if each.criterion == one.id]
    shown = html.Ul([html.Li(f"{side(each.title, language)} · {each.digest[:10]}") for each in found])
    today = visit.now.astimezone(ZoneInfo(visit.zone)).date().isoformat()
    fields = [
        labelled(plain("maturity.proof_title", language), field("title")),
        labelled(plain("maturity.proof_date", language), field("dated", today, "date")),
        labelled(plain("maturity.proof_file", language), field("file", "", "file", accept=",".join(KINDS))),
        labelled(plain("maturity.proof_note", language), field("target")),
    ]
    hidden = {"entity": entity_of(visit), "criterion": one.id, "assessor": assessor_of(visit)[0]}
    attach = form("evidence", [*fields, button(plain("maturity.proof_send", visit.language), "btn plain")], hidden)
    name = plain("maturity.proofs", language, n=len(found))
    more = html.Details([html.Summary(name), shown, attach], className="attach")
    return html.Div([more, _aside(visit, told, one, hidden)])


def _aside(visit: Visit, told: Book, one: Criterion, hidden: dict[str, str]) -> Component:
    """The form that sets a criterion aside; where it is, why and by whom, and the form that takes that back."""
    language, here = visit.language, told.answers(visit.now).waiver(one.id)
    if here is not None:
        said = html.P(plain("maturity.aside_said", language, reason=here.reason, approver=here.approver), className="note")
        back = form("waiver", [button(plain("maturity.aside_back", language), "btn plain")], {**hidden, "gone": "1"})
        return html.Details([html.Summary(plain("maturity.mark_aside", language)), said, back], className="attach", open=True)
    asked = kept.asked_aside(told.asides, one.id)
    if asked is not None and visit.viewer.account:
        return _waits(visit, asked, hidden)
    fields = [labelled(plain("maturity.aside_reason", language), field("reason")), _approver(visit)]
    away = form("waiver", [*fields, button(plain("maturity.aside_send", language), "btn plain")], hidden)
    return html.Details([html.Summary(plain("maturity.aside", language)), away], className="attach")


def _approver(visit: Visit) -> Component:
    """Who approves: another account, or where there are none the name of somebody else."""
    if visit.viewer.account:
        return html.P(plain("maturity.aside_other", visit.language), className="note")
    return labelled(plain("maturity.aside_approver", visit.language), field("approver"))


def _equivalent(visit: Visit, told: Book, measured: Criterion) -> Component:
    """The form that proposes an arrangement in place of what a criterion measures, proven by the evidence of the question it stands under;
    where one counts, what it is and the form that ends it."""
    language, here = visit.language, told.answers(visit.now).arrangement(measured.id)
    hidden = {"entity": entity_of(visit), "criterion": measured.id, "assessor": assessor_of(visit)[0]}
    today = visit.now.astimezone(ZoneInfo(visit.zone)).date()
    if here is not None and here.until is not None and here.until >= today:
        said = html.P(said_agreed(here, today, language), className="note")
        back = form("waiver", [button(plain("maturity.equivalent_back", language), "btn plain")], {**hidden, "gone": "1"})
        return html.Details([html.Summary(plain("maturity.equivalent", language)), said, back], className="attach", open=True)
    asked = kept.asked_aside(told.asides, measured.id)
    if asked is not None and asked.until is not None and visit.viewer.account:
        return _waits(visit, asked, hidden)
    about = [html.P(plain("maturity.equivalent_about", language, name=in_words(measured.text, language)), className="note")]
    if here is not None:
        about.append(html.P(said_agreed(here, today, language), className="note"))
    fields = [
        labelled(plain("maturity.equivalent_reason", language), field("reason")),
        labelled(plain("maturity.equivalent_until", language), field("until", "", "date")),
        _approver(visit),
    ]
    sent = form("waiver", [*fields, button(plain("maturity.equivalent_send", language), "btn plain")], {**hidden, "equivalent": "1"})
    return html.Details([html.Summary(plain("maturity.equivalent", language)), *about, sent], className="attach")


def _waits(visit: Visit, asked: kept.Aside, hidden: dict[str, str]) -> Component:
    """What is asked for: whoever did not ask may approve it, anybody may take it back; until then it does not count."""
    language, read = visit.language, {**hidden, "number": str(asked.number)}  # decided on is what was read here, not what came since
    until = day(asked.until, language) if asked.until else ""
    said = plain("maturity.equivalent_asked" if until else "maturity.aside_asked", language, by=asked.by, reason=asked.reason, day=until)
    parts: list[Component] = [html.P(said, className="note")]
    if asked.by != visit.viewer.name:
        parts.append(form("waiver", [button(plain("maturity.aside_approve", language), "btn plain")], {**read, "confirm": "1"}))
    parts.append(form("waiver", [button(plain("maturity.aside_withdraw", language), "btn plain")], {**read, "gone": "1"}))
    return html.Details([html.Summary(plain("maturity.aside_waits", language)), *parts], className="attach", open=True)


def _steps(visit: Visit, told: Book, going: kept.Assessment) -> Component:
    here = told.stages.get(going.number)
    to, key = (kept.OPEN, "maturity.assess_reveal") if here == kept.BLIND else (kept.CLOSED, "maturity.assess_close")
    hidden = {"assessment": str(going.number), "to": to, "assessor": assessor_of(visit)[0]}
    return form("advance", [html.P(plain(f"{key}_about", visit.language), className="note"), button(plain(key, visit.language))], hidden)


def _saved(visit: Visit) -> Component:
    """What the script says about what was answered."""
    words = {f"data-{name}": plain(f"maturity.saved_{name}", visit.language) for name in ("all", "refused")}
    words |= {f"data-{name}": plain(f"maturity.saved_waiting_{name}", visit.language, count="{n}") for name in ("one", "waiting")}
    return html.P(plain("maturity.saved_all", visit.language), className="saved", role="status", **words)


def _turned(visit: Visit) -> Component:
    """Where the script says which answers of this assessor the server will never take, and what can be done with them."""
    words = {f"data-{name}": plain(f"maturity.saved_{name}", visit.language) for name in ("again", "download", "discard", "sure")}
    words |= {f"data-{name}": plain(f"maturity.saved_turned_{name}", visit.language, count="{n}") for name in ("one", "more")}
    return html.Div(className="turned", role="alert", **words, **{"data-assessor": assessor_of(visit)[0]})


page = Page(
    path="/maturity/assess",
    words="frame.maturity",
    order=None,
    may=GOVERNANCE,
    layout=layout,
    whole=True,
    title=_title,
    asks=frozenset({"entity", "as", "direction", "dimension"}),
)
