"""Maturity: which level is proven in each dimension, what holds the company there, where it is going, and what to do next."""

from datetime import date, datetime, timedelta
from math import floor
from zoneinfo import ZoneInfo

from dash import html
from dash.development.base_component import Component

from dashboard.ahead import actions, below
from dashboard.answering import ROUTES, routes
from dashboard.format import NOTHING, day, instant, month, number, percent
from dashboard.guard import Gate
from dashboard.matter import joined, mark_of, movement, named, said_gap, said_held, tab
from dashboard.page import Page, Visit
from dashboard.parts import ladder, pick, status
from dashboard.parts.prose import marked, prose
from dashboard.scorecard import Beside, beside, book, entities, entity_name, entity_of, instant_of, pairs_of, scorecard
from dashboard.viewer import GOVERNANCE
from dashboard.word import in_words, plain
from metrics.maturity.card import Card
from metrics.maturity.score import Scored


def layout(visit: Visit) -> Component:
    """The scorecard of the address: an entity (the company by default) on a day (today), beside another day or entity."""
    entity, at = entity_of(visit), instant_of(visit)
    pairs_of(entity)
    told = book(entity)
    found = scorecard(visit, entity, at, told)
    other = beside(visit, entity)
    if not any(each.known for each in found.now.scores.values()):  # the model, and where to begin: nothing else has a value
        rest = below(visit, found, told, other) if told.trajectory else html.Div(actions(visit, found), className="below")
        parts = [_scope(visit, found), _head(visit, found, other), _matrix(visit, found, other), rest]
    else:
        parts = [_scope(visit, found), _head(visit, found, other), _facts(visit, found), _matrix(visit, found, other)]
        parts.append(below(visit, found, told, other))
    return html.Div(parts, className="maturity")


# --- which scorecard -----------------------------------------------------------------------------------------------------------------


def _scope(visit: Visit, found: Card) -> Component:
    language = visit.language
    here = entity_of(visit)
    known = list(dict.fromkeys((*entities(), here)))
    menu = pick.menu(
        plain("maturity.entity", language),
        [pick.Choice(entity_name(each, visit.language), visit.href(entity=each or None), each == here) for each in known],
    )
    # a day means its end: the computation of a month's first instant is that of the last day before
    dates = [(each.at - timedelta(milliseconds=1)).astimezone(ZoneInfo(visit.zone)).date() for each in found.months[:-1]]
    chosen = visit.first("at")
    when = pick.menu(
        plain("maturity.date", language),
        [pick.Choice(plain("maturity.now", language), visit.href(at=None), not chosen)]
        + [pick.Choice(day(each, language), visit.href(at=each.isoformat()), chosen == each.isoformat()) for each in reversed(dates)],
        day(date.fromisoformat(chosen), language) if chosen else "",
    )
    against = visit.first("with")
    others = [pick.Choice(plain("maturity.with_none", language), visit.href(**{"with": None}), not against)]
    others += [
        pick.Choice(day(each, language), visit.href(**{"with": each.isoformat()}), against == each.isoformat()) for each in reversed(dates)
    ]
    others += [
        pick.Choice(entity_name(each, language), visit.href(**{"with": each or "company"}), against == (each or "company"))
        for each in known
        if each != here
    ]
    links = [
        html.A(plain("maturity.assess", language), href=visit.href("/maturity/assess", entity=here or None)),
        *(
            html.A(
                plain(f"maturity.export_{kind}", language),
                href=f"/api/v1/maturity/scorecard.{kind}{_query(visit)}",
                **{"data-document": ""},
            )
            for kind in ("pdf", "pptx", "xlsx")
        ),
        html.A(plain("maturity.present", language), href="#", id="present", role="button"),
    ]
    said = plain("maturity.judged", language, version=found.model.version, at=instant(found.now.at, language, visit.zone))
    name = next((each.text for each in others[1:] if each.chosen), "")
    shown = plain("maturity.compared", language, name=name) if name else plain("maturity.compare", language)
    compare = html.Span(pick.menu(plain("maturity.compare", language), others, shown), className="compare" if name else "compare screen")
    return html.Div(
        [
            menu,
            when,
            compare,
            html.Span(said, className="asof"),
            html.Span(_spaced(links), className="right"),
        ],
        className="scope",
    )


def _query(visit: Visit) -> str:
    href = visit.href("/x", entity=visit.first("entity") or None, at=visit.first("at") or None, lang=visit.language)
    return href.removeprefix("/x")


def _spaced(links: list[Component]) -> list[Component | str]:
    return [piece for link in links for piece in (link, " · ")][:-1]


# --- the answer ----------------------------------------------------------------------------------------------------------------------


def _head(visit: Visit, found: Card, other: Beside | None) -> Component:
    language, total = visit.language, found.now.whole
    level = in_words(found.model.levels[total.level], language)
    weak = [named(found, name, language) for name in total.weakest]
    if all(each.score == 0 for each in found.now.scores.values()):
        return html.Header(
            [
                html.H1(plain("maturity.empty_title", language), className="answer"),
                html.P(plain("maturity.empty", language), className="lede"),
            ],
            className="head",
        )
    if total.level == 3:
        answer = plain("maturity.answer_top", language)
    elif len(weak) == len(found.now.scores):
        answer = plain("maturity.answer_even", language, level=level)
    else:
        answer = plain("maturity.answer", language, level=level, names=joined(weak, language), n=len(weak))
    near = [each for each in found.actions if each.one_away]
    ahead = [each for each in found.now.scores.values() if each.gap > 0]
    sentences = [prose("maturity.lede", language, n=len(found.now.scores), mean=number(total.score, language, 2))]
    if near:
        sentences.append(
            prose("maturity.near", language, names=joined([named(found, each.dimension, language) for each in near], language), n=len(near))
        )
    if ahead:
        names = joined([in_words(each.dimension.name, language) for each in ahead], language)
        sentences.append(prose("maturity.ahead", language, names=names, n=len(ahead)))
    if other is not None:
        sentences.append(_other(visit, found, other))
    lede = [piece for sentence in sentences for piece in (*sentence, " ")]
    return html.Header([html.H1(marked(answer), className="answer"), html.P(lede, className="lede")], className="head")


def _other(visit: Visit, found: Card, other: Beside) -> list[Component | str]:
    """How what it is compared with stands."""
    language, total = visit.language, other.card.now.whole
    if not other.known:
        return prose("maturity.other_unknown", language, name=other.name)
    level, mean = in_words(found.model.levels[total.level], language), number(total.score, language, 2)
    return prose("maturity.other", language, name=other.name, level=level, mean=mean)


def _facts(visit: Visit, found: Card) -> Component:
    language, total, model = visit.language, found.now.whole, found.model
    scores = list(found.now.scores.values())
    ahead, behind = sum(each.gap > 0 for each in scores), sum(each.gap < 0 for each in scores)
    weakest = min(scores, key=lambda each: each.score)
    low, high = min(each.score for each in scores), max(each.score for each in scores)
    said = [
        (
            "level",
            in_words(model.levels[total.level], language),
            plain("maturity.fact_weakest", language, name=in_words(weakest.dimension.name, language)),
        ),
        (
            "mean",
            f"{number(total.score, language, 2)} / 3",
            plain(
                "maturity.fact_spread",
                language,
                spread=number(total.spread, language, 2),
                low=number(low, language, 2),
                high=number(high, language, 2),
            ),
        ),
        ("gap", plain("maturity.fact_gap_value", language, ahead=ahead, behind=behind), plain("maturity.fact_gap", language)),
        ("confidence", percent(total.confidence, language, 0), plain("maturity.fact_confidence", language)),
        ("agree", "–" if found.alpha is None else f"α {number(_down(found.alpha), language, 2)}", _agreement(visit, found)),
    ]
    return html.Div(
        [html.Div([html.H2(plain(f"maturity.fact_{key}_name", language)), html.B(value), html.Small(why)]) for key, value, why in said],
        className="keys",
    )


def _down(alpha: float) -> float:
    """Rounded down, so that what is under a bar does not read as if it reached it."""
    return floor(alpha * 100 + 1e-9) / 100


def _agreement(visit: Visit, found: Card) -> str:
    if found.alpha is None:
        return plain("maturity.agree_none", visit.language)
    word = "solid" if found.alpha >= 0.8 else "tentative" if found.alpha >= 0.667 else "apart"
    said = plain(f"maturity.agree_{word}", visit.language, n=found.assessors)
    if found.sure is None:
        return said
    low, high = (number(each, visit.language, 2) for each in found.sure)
    return f"{said} · {plain('maturity.agree_sure', visit.language, low=low, high=high)}"


# --- the matrix ----------------------------------------------------------------------------------------------------------------------


def _matrix(visit: Visit, found: Card, other: Beside | None) -> Component:
    language, model = visit.language, found.model
    heads = [html.Th(plain("maturity.dimension", language), scope="col")]
    heads += [
        html.Th([html.I(className=f"m{level}"), in_words(model.levels[level], language)], scope="col", className="l") for level in (1, 2, 3)
    ]
    heads += [
        html.Th(plain("maturity.score", language), scope="col", className="sc"),
        html.Th(plain("maturity.say_do", language), scope="col", className="sd"),
        html.Th(plain("maturity.confidence", language), scope="col", className="cf"),
        html.Th(_against(visit, found, other), scope="col", className="mv"),
    ]
    scores = found.now.scores.values()
    whole = [_company(visit, found, other)] if any(each.known for each in scores) else []
    rows = [*whole, *(_row(visit, found, each, other) for each in scores)]
    caption = html.Caption(plain("maturity.caption", language), className="vh")
    table = html.Table([caption, html.Thead(html.Tr(heads)), html.Tbody(rows)], className="mx")
    key = [plain("maturity.key", language)]
    if other is not None and other.known:
        key += [" ", html.I(className="beside-mark"), plain("maturity.key_beside", language, name=other.name)]
    return html.Div([table, html.P(key, className="note")])


def _against(visit: Visit, found: Card, other: Beside | None) -> str:
    """What the last column tells the movement against: three months before, or what was chosen."""
    if other is not None:
        return plain(
            "maturity.since" if other.dated else "maturity.against", visit.language, **{"day" if other.dated else "name": other.name}
        )
    if found.before is None:
        return ""
    return plain(
        "maturity.since", visit.language, day=day(found.before.at.astimezone(ZoneInfo(visit.zone)).date(), visit.language, "short")
    )


def _moved(visit: Visit, score: float, there: float | None) -> Component:
    """A movement against what is compared with, and the score there."""
    parts = [movement(None if there is None else score - there, visit.language)]
    if there is not None:
        parts.append(html.Span(plain("maturity.from", visit.language, score=number(there, visit.language, 2)), className="sub"))
    return html.Td(parts, className="m")


def _company(visit: Visit, found: Card, other: Beside | None) -> Component:
    language, total = visit.language, found.now.whole
    known = [each for each in found.now.scores.values() if each.known]
    spots = [ladder.Spot(in_words(each.dimension.name, language), each.score, each.level) for each in known]
    label = plain("maturity.line_label", language, mean=number(total.score, language, 2))
    if other is not None:
        moved = _moved(visit, total.score, other.card.now.whole.score if other.known else None)
    else:
        moved = html.Td(movement(None if found.before is None else total.score - found.before.whole.score, language), className="m")
    return html.Tr(
        [
            html.Th([html.B(plain("maturity.whole", language)), html.Span(plain("maturity.whole_about", language))], scope="row"),
            html.Td(ladder.line(spots, total.score, plain("maturity.mean", language), label), colSpan=3),
            html.Td(html.Div(number(total.score, language, 2), className="score"), className="m"),
            html.Td(className="m"),
            html.Td(html.Div(percent(total.confidence, language, 0), className="score small"), className="m"),
            moved,
        ],
        className="all",
    )


def _row(visit: Visit, found: Card, each: Scored, other: Beside | None) -> Component:
    language, dimension = visit.language, each.dimension
    head = [html.B(in_words(dimension.name, language)), html.Span(in_words(dimension.about, language))]
    there = None if other is None else other.score(dimension.id)
    cells = [html.Td(cell_of(visit, found, each, level, there)) for level in (1, 2, 3)]
    if not each.known:
        return html.Tr([html.Th(head, scope="row"), *cells, *(html.Td(NOTHING, className="m") for _ in range(4))])
    words = said_gap(each, language)
    says = html.Div(status.mark("watch", words), className="sub") if each.gap > 0 else html.Span(words, className="sub")
    label = plain(
        "maturity.gap_label",
        language,
        say=in_words(found.model.levels[each.say], language),
        do=in_words(found.model.levels[each.do], language),
    )
    holds = html.Small(said_held(found, dimension.id, language))
    return html.Tr(
        [
            html.Th([*head, holds], scope="row"),
            *cells,
            html.Td(html.Div(number(each.score, language, 2), className="score"), className="m"),
            html.Td([ladder.gap(each.say, each.do, label), says], className="m"),
            html.Td(
                [
                    html.Div(percent(each.confidence, language, 0), className="score small"),
                    html.Div(html.I(style={"width": f"{each.confidence * 100:.0f}%"}), className="conf"),
                ],
                className="m",
            ),
            html.Td(movement(found.moved(dimension.id), language), className="m") if other is None else _moved(visit, each.score, there),
        ]
    )


def cell_of(visit: Visit, found: Card, each: Scored, level: int, there: float | None = None) -> Component:
    """One cell of the matrix, leading to its criteria; `there` is the score of what it is compared with, marked in the cell it lies in."""
    language, cell = visit.language, each.dimension.cell(level)
    values = [each.values[one.id] for one in cell.required]
    marks = [ladder.ASIDE if one.waived else mark_of(one.value) for one in values]
    met = sum(one.waived or one.counted == 1 for one in values)
    state = "on" if level <= each.level else "now" if level == each.level + 1 else "off"
    share = 1.0 if state == "on" else each.score - each.level if state == "now" else 0.0
    since = found.since(each.dimension.id, level) if state == "on" else None
    first = since is not None and since == found.months[0].at
    said = (
        plain("maturity.kept", language)
        if first
        else plain("maturity.reached", language, month=month(_local(visit, since), language, "short"))
        if since
        else plain("maturity.met", language, n=met, of=len(values))
    )
    extra = plain("maturity.one_away", language) if state == "now" and len(values) - met == 1 else ""
    name = in_words(found.model.levels[level], language)
    label = plain(
        "maturity.cell_label",
        language,
        dimension=in_words(each.dimension.name, language),
        level=name,
        text=in_words(cell.text, language),
        said=said,
    )
    asked = {key: visit.first(key) or None for key in ("entity", "at", "with")}
    href = visit.href(f"/maturity/{each.dimension.id}/{level}", **asked)
    here = there if there is not None and level == min(int(there) + 1, 3) else None
    drawn = ladder.Cell(
        level, name, in_words(cell.text, language), marks, share, state, said, extra, href, label, here and here - level + 1
    )
    return ladder.cell(drawn)


def _local(visit: Visit, at: datetime | None) -> date | None:
    """The month whose computation an instant is: that of its last moment, by the company's clock."""
    return None if at is None else (at - timedelta(milliseconds=1)).astimezone(ZoneInfo(visit.zone)).date()


def callbacks(gate: Gate) -> None:
    """What the forms of the maturity pages send to, and where exports come from."""
    gate.blueprint(routes(), ROUTES)


page = Page(
    path="/maturity",
    words="frame.maturity",
    order=3,
    may=GOVERNANCE,
    layout=layout,
    callbacks=callbacks,
    whole=True,
    title=tab,
    asks=frozenset({"entity", "at", "with"}),
)
