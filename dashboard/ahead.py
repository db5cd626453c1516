"""What lies ahead, under the matrix: the trajectory with its stages, the profile beside another, the next best actions."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from dash import html
from dash.development.base_component import Component

from dashboard.format import NOTHING, Language, change, count, day, month, number
from dashboard.matter import joined, mark_of, named, title_of
from dashboard.page import Visit
from dashboard.parts import ladder
from dashboard.scorecard import Beside, Book, entity_name, entity_of
from dashboard.word import in_words, plain
from metrics.maturity.action import Action
from metrics.maturity.card import Card
from metrics.metric import Unit


def below(visit: Visit, found: Card, told: Book, beside: Beside | None) -> Component:
    """Both columns under the matrix; `beside` is what the profile is compared with."""
    left = html.Div([_trajectory(visit, found, told), _compared(visit, found, beside)])
    return html.Div([left, actions(visit, found)], className="below")


def _trajectory(visit: Visit, found: Card, told: Book) -> Component:
    language = visit.language
    begun = found.months[0].at
    last = max(
        [found.now.at, *(datetime(each.due.year, each.due.month, each.due.day, tzinfo=found.now.at.tzinfo) for each in told.trajectory)]
    )
    length = max((last - begun).total_seconds(), 1.0)

    def place(at: datetime) -> float:
        return (at - begun).total_seconds() / length

    stages, aimed = [], {name: float(each.level) for name, each in found.now.scores.items()}
    for each in told.trajectory:
        aimed |= {name: float(level) for name, level in each.targets.items() if name in aimed}
        at = datetime(each.due.year, each.due.month, each.due.day, tzinfo=found.now.at.tzinfo)
        if at >= begun:  # what was due before is not on the drawing, but aimed at all the same
            stages.append((place(at), sum(aimed.values()) / len(aimed), each.told("name", language)))
    years = [datetime(year, 1, 1, tzinfo=found.now.at.tzinfo) for year in range(begun.year + 1, last.year + 1)]
    course = ladder.Course(
        [place(each.at) for each in found.months],
        [each.whole.score for each in found.months],
        [each.whole.level for each in found.months],
        stages,
        [(place(each), str(each.year)) for each in years if begun < each < last],
        place(found.now.at),
        sum(each.level for each in found.now.scores.values()) / len(found.now.scores),
    )
    levels = [in_words(each, language) for each in found.model.levels]
    label = plain(
        "maturity.course_label",
        language,
        first=number(found.months[0].whole.score, language, 2),
        last=number(found.now.whole.score, language, 2),
    )
    edit = html.A(plain("maturity.edit", language), href=visit.href("/maturity/trajectory", entity=visit.first("entity") or None))
    head = html.Header(
        [html.H2(plain("maturity.trajectory", language)), html.Span(plain("maturity.trajectory_about", language), className="asof"), edit]
    )
    drawn = ladder.course(course, levels, plain("maturity.today", language), label)
    return html.Section([head, html.Div(drawn, className="scroll course-scroll", tabIndex=0), _stages(visit, told)], className="sec")


def _stages(visit: Visit, told: Book) -> Component:
    language = visit.language
    if not told.trajectory:
        return html.P(plain("maturity.no_stages", language), className="note")
    heads = [
        html.Th("", scope="col"),
        *(html.Th([html.B(each.told("name", language)), html.Br(), month(each.due, language)], scope="col") for each in told.trajectory),
    ]
    sides = {"customers": "maturity.customers", "advisers": "maturity.advisers", "company": "maturity.company_side"}
    rows = [
        html.Tr(
            [
                html.Th(html.B(plain(key, language)), scope="row"),
                *(html.Td(each.told(side, language) or NOTHING) for each in told.trajectory),
            ]
        )
        for side, key in sides.items()
    ]
    return html.Div(html.Table([html.Thead(html.Tr(heads)), html.Tbody(rows)], className="tbl air stages"), className="scroll", tabIndex=0)


def _compared(visit: Visit, found: Card, beside: Beside | None) -> Component:
    """The radar: now, and what it is compared with (three months before, when nothing was chosen)."""
    language = visit.language
    scores = found.now.scores
    here = entity_name(entity_of(visit), language) if beside is not None and not beside.dated else ""
    at = visit.first("at")
    shapes = [
        (
            here or (day(date.fromisoformat(at), language) if at else plain("maturity.now", language)),
            [each.score if each.known else None for each in scores.values()],
        )
    ]
    past = found.before
    if beside is not None:
        shapes.append((beside.name, [beside.score(name) for name in scores]))
    elif past is not None:
        name = day(past.at.astimezone(ZoneInfo(visit.zone)).date(), language)
        shapes.append((name, [past.scores[each].score if each in past.scores and past.scores[each].known else None for each in scores]))
    names = [in_words(each.dimension.name, language) for each in scores.values()]
    label = plain("maturity.radar_label", language, shapes=joined([name for name, _ in shapes], language))
    rows = [
        html.Tr(
            [
                html.Th(name, scope="row"),
                *(
                    html.Td(NOTHING if (value := values[place]) is None else number(value, language, 2), className="num")
                    for _, values in shapes
                ),
                html.Td(_change([values[place] for _, values in shapes], language), className="num"),
            ]
        )
        for place, name in enumerate(names)
    ]
    heads = [
        html.Th("", scope="col"),
        *(html.Th([html.I(className=f"shape s{order}"), name], scope="col", className="num") for order, (name, _) in enumerate(shapes)),
        html.Th("Δ", scope="col", className="num"),
    ]
    table = html.Table([html.Thead(html.Tr(heads)), html.Tbody(rows)], className="tbl")
    title = plain("maturity.radar", language)
    drawn = ladder.radar(names, [(name, [value or 0.0 for value in values]) for name, values in shapes], label)
    grid = html.Div([html.Div(drawn), html.Div(table, className="scroll", tabIndex=0)], className="profile")
    return html.Section([html.Header(html.H2(title)), grid], className="sec")


def _change(values: list[float | None], language: Language) -> str:
    """By how much the first is above the second; nothing where one of them is unknown."""
    known = [each for each in values if each is not None]
    return change(known[0] - known[1], Unit.COUNT, language, 2) if len(known) == 2 else NOTHING


def actions(visit: Visit, found: Card) -> Component:
    """The next best actions: what unlocks a level for the least effort, the smallest sets first."""
    language = visit.language
    ready = [each for each in found.actions if not each.waits]
    items = [_action(visit, found, number_, each) for number_, each in enumerate(ready[:5], 1)]
    waiting = [named(found, each.dimension, language) for each in found.actions if each.waits]
    days = sum(each.effort_days for each in ready if each.dimension in found.now.whole.weakest)
    parts: list[Component] = [
        html.Header([html.H2(plain("maturity.next", language)), html.Span(plain("maturity.next_about", language), className="asof")])
    ]
    parts.append(html.Ol(items, className="acts") if items else html.P(plain("maturity.next_none", language), className="note"))
    ready_names = {each.dimension for each in ready}
    if found.now.whole.level < 3 and days and ready_names.issuperset(found.now.whole.weakest):  # none of the weakest waits
        goal = in_words(found.model.levels[found.now.whole.level + 1], language)
        parts.append(html.P(plain("maturity.all_done", language, level=goal, days=count(days, language)), className="all-done"))
    if waiting:
        parts.append(html.P(plain("maturity.waits", language, names=joined(waiting, language), n=len(waiting)), className="note"))
    return html.Section(parts, className="sec")


def _action(visit: Visit, found: Card, place: int, each: Action) -> Component:
    language = visit.language
    level = in_words(found.model.levels[each.level], language)
    title = f"{named(found, each.dimension, language)} → {level}"
    badge = plain("maturity.criteria", language, n=len(each.missing))
    effort = plain("maturity.days", language, n=round(each.effort_days))
    wants = [
        html.Li(
            [
                ladder.square(mark_of(one.value), plain(f"maturity.mark_{mark_of(one.value)}", language)),
                html.Span(title_of(one.criterion, language)),
                *([html.Span(plain("maturity.quick", language), className="badge good")] if one in each.quick else []),
            ]
        )
        for one in each.missing[:4]
    ]
    href = visit.href(f"/maturity/{each.dimension}/{each.level}", entity=visit.first("entity") or None, at=visit.first("at") or None)
    tone = " accent" if each.one_away else ""
    head = html.H3([html.A(title, href=href), html.Span(badge, className=f"badge{tone}"), html.Span(effort, className="days")])
    return html.Li([html.Span(str(place), className="n"), html.Div([head, html.Ul(wants)])])
