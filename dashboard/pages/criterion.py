"""One cell of the matrix: its criteria with numerator and denominator, what would pass, the answers and their evidence, and the rows."""

import re
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from dash import html
from dash.development.base_component import Component

from dashboard.ask import desk
from dashboard.format import NOTHING, count, day, instant, number, percent
from dashboard.matter import bar_of, figure, mark_of, movement, pair, said_agreed, said_gap, sendable, tab, way_of
from dashboard.page import Page, Visit
from dashboard.pages.maturity import cell_of
from dashboard.parts import ladder, sheet, status
from dashboard.parts.drawing import Drawing, Node, node, svg
from dashboard.parts.scale import Scale
from dashboard.scorecard import Beside, Book, asked_of, beside, book, entity_name, entity_of, heard_until, instant_of, models, scorecard
from dashboard.seen import EVERY, named
from dashboard.viewer import GOVERNANCE
from dashboard.word import in_words, plain, refusal, side
from metrics.maturity.answer import BLIND, OPEN, Vote
from metrics.maturity.card import Card
from metrics.maturity.measure import called, shown, things, verdicts
from metrics.maturity.model import Kind
from metrics.maturity.score import Judged, Scored, Valued

OF_AGENTS = frozenset({"agent_placed", "agent_several"})  # measures whose rows are single agents


def layout(visit: Visit) -> Component:
    """The cell of the address."""
    entity, at = entity_of(visit), instant_of(visit)
    told = book(entity)
    found = scorecard(visit, entity, at, told)
    each = found.now.scores.get(visit.values["dimension"])
    level = int(visit.values["level"]) if visit.values["level"] in ("1", "2", "3") else 0
    if each is None or not level:
        raise refusal("maturity.no_cell")
    other, asked = beside(visit, entity), visit.first("rows")
    parts = [_head(visit, found, each, level, other), _cells(visit, found, each, other), _indicators(visit, each, level, other)]
    if asked:
        parts.append(_rows(visit, each, level, asked))
    parts += [_questions(visit, told, each, level, other), _deeds(visit, told, each, level), _why(visit, each, level)]
    return html.Div(parts, className="crit")


def _title(visit: Visit) -> str:
    """The cell: its dimension and level; nothing where there is none such."""
    model = models()[-1]
    dimension, level = model.dimension(visit.values["dimension"]), visit.values["level"]
    if dimension is None or level not in ("1", "2", "3"):
        return ""
    return tab(visit, in_words(dimension.name, visit.language), in_words(model.levels[int(level)], visit.language))


def _head(visit: Visit, found: Card, each: Scored, level: int, other: Beside | None) -> Component:
    language = visit.language
    name, reached = in_words(each.dimension.name, language), in_words(found.model.levels[level], language)
    required = [each.values[one.id] for one in each.dimension.cell(level).required]
    missing = sum(not one.waived and one.counted < 1 for one in required)
    answer = (
        plain("maturity.cell_met", language, name=name, level=reached)
        if not missing
        else plain("maturity.cell_missing", language, name=name, level=reached, n=missing, of=len(required))
    )
    kept = {key: visit.first(key) or None for key in ("entity", "at", "with")}
    back = html.A(plain("frame.maturity", language), href=visit.href("/maturity", **kept))
    of = [entity_name(entity_of(visit), language), *([plain("maturity.compared", language, name=other.name)] if other else [])]
    asof = plain("maturity.judged", language, version=found.model.version, at=instant(found.now.at, language, visit.zone))
    said = html.Span(" · ".join([*of, asof]), className="asof right")
    path = html.Nav([back, " › ", name, " › ", reached, said], className="scope", **{"aria-label": name})
    return html.Header(
        [path, html.H1(answer, className="answer"), html.P(in_words(each.dimension.cell(level).text, language), className="lede")],
        className="head",
    )


def _cells(visit: Visit, found: Card, each: Scored, other: Beside | None) -> Component:
    language, there = visit.language, None if other is None else other.score(each.dimension.id)
    beside = [
        (number(each.score, language, 2), plain("maturity.score", language)),
        (percent(each.confidence, language, 0), plain("maturity.confidence", language)),
        (said_gap(each, language), plain("maturity.say_do", language)),
        (movement(found.moved(each.dimension.id), language), plain("maturity.trend", language)),
    ]
    figures = html.Div([html.Div([html.B(value), html.Small(name)]) for value, name in beside], className="beside")
    return html.Div([*(cell_of(visit, found, each, one, there) for one in (1, 2, 3)), figures], className="cells mx")


def _state(one: Valued, visit: Visit) -> Component:
    mark = ladder.ASIDE if one.waived else mark_of(one.value)
    word = plain(f"maturity.mark_{mark}", visit.language)
    return html.Span([ladder.square(mark, word), " ", word], className="nowrap")


def _there(other: Beside | None, one: Valued) -> Valued | None:
    """The same criterion where it is compared with; None where there is none such."""
    found = other.card.now.scores.get(one.criterion.dimension) if other is not None else None
    return found.values.get(one.criterion.id) if found is not None else None


def _said_there(other: Beside | None, one: Valued, visit: Visit) -> list[Component]:
    """How a criterion is valued there."""
    there = _there(other, one)
    if other is None or there is None:
        return []
    mark = ladder.ASIDE if there.waived else mark_of(there.value)
    value = plain(f"maturity.mark_{mark}", visit.language)
    return [html.Small(plain("maturity.there", visit.language, name=other.name, value=value), className="there")]


def _figure_there(other: Beside | None, one: Valued, at: int, visit: Visit) -> list[Component]:
    """What was counted of a test there."""
    there = _there(other, one)
    if other is None or there is None or at >= len(there.judged):
        return []
    judged = there.judged[at]
    said = f"{figure(judged, visit.language, judged.value)} ({pair(judged, visit.language)})"
    value = NOTHING if judged.value is None else said
    return [html.Small(plain("maturity.there", visit.language, name=other.name, value=value), className="there")]


def _cell(name: str, visit: Visit, *inside: Component | str) -> Component:
    """A cell of a table, with the name of its column for a phone, where each row stands by itself."""
    return html.Td(list(inside), **{"data-name": plain(f"maturity.column_{name}", visit.language)})


def _kind(one: Valued, visit: Visit) -> str:
    return plain("maturity.required" if one.criterion.required else "maturity.descriptive", visit.language)


def _indicators(visit: Visit, each: Scored, level: int, other: Beside | None) -> Component:
    language = visit.language
    values = [each.values[one.id] for one in each.dimension.cell(level).criteria if not one.question]
    names = ("criterion", "counted", "share", "interval", "value", "to_pass")
    heads = [html.Th(plain(f"maturity.column_{name}", language), scope="col") for name in names]
    rows = []
    for one in values:
        for at, judged in enumerate(one.judged):
            first = at == 0
            name = [html.Small(detail) for detail in _counts(one, at, visit)]
            if first:
                name = [html.B(in_words(one.criterion.text, language)), *name, html.Small(_kind(one, visit)), *_agreed(one, visit)]
            href = f"{visit.href(rows=judged.test.measure)}#rows"
            link = html.A(pair(judged, language), href=href, title=plain("maturity.see_rows", language))
            low, high = (figure(judged, language, end) for end in (judged.low, judged.high))
            span = plain("maturity.interval", language, low=low, high=high) if judged.low is not None and judged.high is not None else ""
            rows.append(
                html.Tr(
                    [
                        html.Th(name, scope="row"),
                        _cell("counted", visit, link, html.Small(plain("maturity.window", language, n=judged.test.days))),
                        _cell(
                            "share",
                            visit,
                            html.B(figure(judged, language, judged.value), className="figure"),
                            _whisker(judged, visit),
                            *_figure_there(other, one, at, visit),
                        ),
                        _cell("interval", visit, bar_of(judged.test, language), html.Small(span)),
                        _cell("value", visit, _state(one, visit), *_said_there(other, one, visit)) if first else html.Td(""),
                        _cell("to_pass", visit, way_of(one, judged, language)),
                    ]
                )
            )
    title = plain("maturity.indicators", language)
    table = html.Table([html.Thead(html.Tr(heads)), html.Tbody(rows)], className="tbl air")
    return html.Section(
        [
            html.Header([html.H2(title), html.Span(plain("maturity.indicators_about", language), className="asof")]),
            html.Div(table, className="scroll", tabIndex=0),
        ],
        className="sec",
    )


def _counts(one: Valued, at: int, visit: Visit) -> list[str]:
    """What a test of a criterion counts: its part of the words where they have one for each test, all of them at the first otherwise."""
    said = in_words(one.criterion.detail, visit.language)
    parts = [each.strip() for each in said.split(";")]
    if len(parts) == len(one.judged):
        return [parts[at]]
    return [said] if at == 0 else []


def _agreed(one: Valued, visit: Visit) -> list[Component]:
    """The arrangement that counts, or counted, in place of what is measured."""
    if one.agreed is None:
        return []
    today = instant_of(visit).astimezone(ZoneInfo(visit.zone)).date()
    return [html.Small(said_agreed(one.agreed, today, visit.language))]


def _whisker(judged: Judged, visit: Visit) -> Component | str:
    """The interval before the zone that passes; nothing where there is no share."""
    bar = judged.test
    if judged.value is None or bar.kind in (Kind.COUNT, Kind.UPLIFT, Kind.MARGIN):
        return ""
    low, high = judged.low if judged.low is not None else judged.value, judged.high if judged.high is not None else judged.value
    edge = bar.threshold
    spread = max(abs(high - edge), abs(low - edge), 0.02) * 1.15
    scale = Scale(max(0.0, edge - spread), min(1.0, edge + spread), 4, 216)
    zone = (scale(edge), scale.end) if bar.at_least is not None else (scale.start, scale(edge))
    faint = " faint" if judged.mark is None else ""
    drawn: list[Node | None] = [
        node("rect", x=zone[0], width=max(zone[1] - zone[0], 0.0), y=2, height=16, className="zone"),
        node("line", x1=scale(edge), x2=scale(edge), y1=0, y2=20, className="zone-edge"),
        node("line", x1=scale.clamped(low), x2=scale.clamped(high), y1=10, y2=10, className=f"whisk{faint}"),
        node("circle", cx=scale.clamped(judged.value), cy=10, r=4.5, className=f"whisk-dot{faint}"),
    ]
    label = plain("maturity.whisker", visit.language, value=figure(judged, visit.language, judged.value), bar=bar_of(bar, visit.language))
    drawing: Drawing = svg(220, 20, drawn, label, "whisker")
    return drawing


def _questions(visit: Visit, told: Book, each: Scored, level: int, other: Beside | None) -> Component:
    language = visit.language
    said = told.answers(heard_until(visit, instant_of(visit)))
    latest = {vote.assessor: vote.direction for vote in sorted(said.votes, key=lambda vote: vote.at)}  # one column a person
    people = sorted((side(direction, language), name) for name, direction in latest.items())
    values = [each.values[one.id] for one in each.dimension.cell(level).criteria if one.question]
    heads = [
        html.Th(plain("maturity.column_question", language), scope="col"),
        *(html.Th(direction or name, scope="col", title=name) for direction, name in people),
    ]
    heads += [html.Th(plain(f"maturity.column_{name}", language), scope="col") for name in ("proof", "value")]
    rows = []
    for one in values:
        votes = said.latest(one.criterion.id)
        cells = [html.Td(_votes(votes.get(name, {}), visit), **{"data-name": direction or name}) for direction, name in people]
        name = [html.B(in_words(one.criterion.text, language)), html.Small(_kind(one, visit))]
        if one.criterion.valid_months:
            name.append(html.Small(plain("maturity.proof_valid_long", language, n=one.criterion.valid_months)))
        if one.waived and (why := said.waiver(one.criterion.id)):
            name.append(html.Small(plain("maturity.aside_said", language, reason=why.reason, approver=why.approver)))
        value = _cell("value", visit, _state(one, visit), *_said_there(other, one, visit))
        rows.append(html.Tr([html.Th(name, scope="row"), *cells, _cell("proof", visit, *_proofs(visit, told, one)), value]))
    head = html.Header(
        [html.H2(plain("maturity.questions", language)), html.Span(plain("maturity.questions_about", language), className="asof")]
    )
    table = html.Table([html.Thead(html.Tr(heads)), html.Tbody(rows)], className="tbl air")
    return html.Section([head, html.Div(table, className="scroll", tabIndex=0)], className="sec")


def _votes(rounds: Mapping[str, Vote], visit: Visit) -> list[Component | str]:
    """The blind vote, and the one after the discussion where it differs."""
    blind, after = rounds.get(BLIND), rounds.get(OPEN)
    shown_: list[Component | str] = []
    for vote in (blind, after):
        if vote is not None and not (vote is after and blind is not None and blind.value == vote.value):
            mark = mark_of(vote.value)
            shown_ += [" → "] if shown_ else []
            shown_.append(ladder.square(mark, plain(f"maturity.vote_{mark}", visit.language)))
    return shown_ or ["–"]


def _proofs(visit: Visit, told: Book, one: Valued) -> list[Component]:
    language = visit.language
    found = [each for each in told.proofs if each.criterion == one.criterion.id][-3:]
    parts = []
    for each in reversed(found):
        title = side(each.title, language)
        href = f"/api/v1/maturity/evidence/{each.number}" if each.kind == "file" else each.target if each.kind == "link" else ""
        name = html.A(title, href=href, **({"data-document": "", "rel": "noreferrer"} if href else {})) if href else html.Span(title)
        parts.append(html.Div([name, html.Small(f"{day(each.dated, language)} · SHA-256 {each.digest[:10]}")]))
    if not parts:
        parts.append(
            html.Div(
                [html.Span(plain("maturity.no_proof", language), className="muted"), html.Small(in_words(one.criterion.detail, language))]
            )
        )
    if one.expired is not None:
        said = plain("maturity.proof_expired", language, day=day(one.expired, language), n=one.criterion.valid_months)
        parts.append(html.Div(status.mark("watch", said)))
    return parts


def _rows(visit: Visit, each: Scored, level: int, measure: str) -> Component:
    """The rows behind a figure, and the statement that found them."""
    language = visit.language
    judged = [(one, test) for each_ in each.dimension.cell(level).criteria for one in [each.values[each_.id]] for test in one.judged]
    counted = [(one, test) for one, test in judged if test.test.measure == measure]
    if not counted:
        raise refusal("maturity.no_indicator", value=measure)
    [(one, test), *_] = counted
    if measure in OF_AGENTS and not visit.viewer.scope.named:
        back = html.A(plain("maturity.rows_close", language), href=visit.href(rows=None))
        said = html.P([plain("agent_day.unnamed_text", language), " ", back], className="note")
        return html.Section(said, className="sec", id="rows")
    asked = asked_of(visit, entity_of(visit))
    found, names = things(desk().store, measure, test.test.days, instant_of(visit), asked), called(desk().store, measure)
    if measure in OF_AGENTS:
        named(f"agent/{EVERY}", page="maturity", measure=measure)
    heads = [html.Th(plain(f"maturity.row_{name}", language), scope="col") for name in ("what", "at", "ok")]
    rows = [
        html.Tr(
            [
                _what(side(names.get(row.what, row.what), language)),
                html.Td(instant(row.at, language, visit.zone)),
                html.Td([ladder.square(mark_of(float(row.ok)), plain("maturity.row_yes" if row.ok else "maturity.row_no", language))]),
            ]
        )
        for row in found
    ]
    head = html.Header(
        [
            html.H2(plain("maturity.rows", language, name=in_words(one.criterion.text, language))),
            html.Span(plain("maturity.rows_shown", language, n=len(found), of=count(max(test.n, len(found)), language)), className="asof"),
            html.A(plain("maturity.rows_close", language), href=visit.href(rows=None)),
        ]
    )
    code = html.Details([html.Summary(plain("maturity.statement", language)), html.Pre(shown(measure, test.test.days, asked))])
    table = html.Table([html.Thead(html.Tr(heads)), html.Tbody(rows)], className="tbl")
    return html.Section([head, html.Div(table, className="scroll tall", tabIndex=0), code], className="sec", id="rows", tabIndex=-1)


def _what(name: str) -> Component:
    """What a row counts; of the pseudonyms in it the beginning, as long as they are there is room for nothing else."""
    short = re.sub(r"\b(k\d+:[0-9a-f]{10})[0-9a-f]+", r"\1…", name)
    return html.Td(short, **({"title": name} if short != name else {}))


def _deeds(visit: Visit, told: Book, each: Scored, level: int) -> Component:
    """The committee's decisions taken for a criterion of this cell, with their measured effect, and a form to link another."""
    language, here = visit.language, {one.id: one for one in each.dimension.cell(level).criteria}
    taken = [deed for deed in told.deeds if deed.criterion in here]
    effects = verdicts(desk().store, [deed.decision for deed in taken], instant_of(visit), asked_of(visit, entity_of(visit)))
    said = [
        html.Li(
            [
                html.B(deed.decision),
                f" · {in_words(here[deed.criterion].text, language)} · ",
                plain(f"maturity.verdict_{effects.get(deed.decision, 'none')}", language),
            ]
        )
        for deed in taken
    ]
    forms = [
        sheet.form(
            "deed",
            [
                sheet.labelled(in_words(one.text, language), sheet.field("decision")),
                sheet.button(plain("maturity.deed_link", language), "btn plain"),
            ],
            {"entity": entity_of(visit), "criterion": one.id},
        )
        for one in here.values()
    ]
    more = html.Details([html.Summary(plain("maturity.deed_add", language)), *forms], className="attach")
    head = html.Header([html.H2(plain("maturity.deeds", language)), html.Span(plain("maturity.deeds_about", language), className="asof")])
    return html.Section([head, html.Ul(said, className="reasons"), more], className="sec ask", **sendable(language))


def _why(visit: Visit, each: Scored, level: int) -> Component:
    language = visit.language
    said = [
        html.Li(
            [
                html.B(f"{in_words(one.text, language)} · {', '.join(bar_of(bar, language) for bar in one.tests)}. "),
                in_words(one.why, language),
                html.Small(plain("maturity.effort", language, n=count(one.effort_days, language)) if one.effort_days else ""),
            ]
        )
        for one in each.dimension.cell(level).criteria
        if not one.question
    ]
    return html.Section([html.Header(html.H2(plain("maturity.thresholds", language))), html.Ul(said, className="reasons")], className="sec")


page = Page(
    path="/maturity/<dimension>/<level>",
    words="frame.maturity",
    order=None,
    may=GOVERNANCE,
    layout=layout,
    whole=True,
    title=_title,
    asks=frozenset({"entity", "at", "with", "rows"}),
)
