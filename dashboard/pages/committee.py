"""Committee: which global numbers really moved, which targets are missed, where, and whether by performance or by mix."""

from zoneinfo import ZoneInfo

from dash import html
from dash.development.base_component import Component

from dashboard import review as reviewing
from dashboard.ask import ask
from dashboard.format import NOTHING, Language, change, day, instant, number, quantity
from dashboard.limit import nothing
from dashboard.matrix import matrix
from dashboard.page import Page, Visit
from dashboard.parts import legend, pick, state, status, table, tile, trend
from dashboard.parts.prose import marked
from dashboard.period import Period, latest, months, parse
from dashboard.review import Line, Review
from dashboard.sentence import answer, evidence, times
from dashboard.viewer import GOVERNANCE
from dashboard.why import decomposition
from dashboard.word import in_words, plain, refusal
from metrics.change import Movement
from metrics.dimension import within
from metrics.judge import Confidence, Verdict, confidence
from metrics.metric import Metric, Target, Unit
from metrics.registry import metric

GROUPS = (
    ("committee.felt", ("promise_kept", "abandon_rate", "first_response_time", "resolution_time", "csat")),
    ("committee.kept", ("first_response_kept", "response_rate", "reopen_rate", "transfer_rate")),
    ("committee.worth", ("contacts_per_order", "aht", "escalation_rate")),
)
MATRIX = ("promise_kept", "abandon_rate", "first_response_kept", "csat", "aht", "reopen_rate")
VOLUME = "contacts"
NAMES = tuple(name for _, names in GROUPS for name in names)


def layout(visit: Visit) -> Component:
    """The page for the period in the address, or for the last month that is over."""
    language, scope = visit.language, visit.viewer.scope
    names = [name for name in NAMES if within(metric(name).facts, scope)]
    some = months(ask, VOLUME, visit.zone)
    asked = visit.first("period")
    if asked and parse(asked) is None:
        raise refusal("frame.no_period", value=asked)
    visit.one_of("ratio", [name for name in NAMES if metric(name).unit is Unit.SHARE])
    period = parse(asked) or latest(some, visit.now, visit.zone)
    if not some or period is None or not names:
        return _nothing(visit)
    told = reviewing.review(ask, names, period, visit.zone, visit.now.astimezone(ZoneInfo(visit.zone)).date(), visit.promises, scope)
    if all(line.now.value is None or line.now.n == 0 for line in told.lines.values()):
        none = plain("committee.empty_period", language, period=period.name(language))
        return html.Div([_scope(visit, told, some), state.empty(none, language, title=plain("committee.empty_title", language))])
    parts = [_head(visit, told, some), _board(visit, told), matrix(visit, told, MATRIX), _why(visit, told), _weeks(visit, told)]
    return html.Div([part for part in parts if part is not None], className="committee")


def _nothing(visit: Visit) -> Component:
    if limited := nothing(visit.viewer, visit.language):
        title = plain("frame.scope_title", visit.language)
        return html.Div([html.H1(title, className="answer"), state.empty(limited, visit.language)])
    return html.Div(
        [
            html.H1(plain("committee.empty_title", visit.language), className="answer"),
            state.empty(
                plain("committee.empty", visit.language), visit.language, (plain("frame.handbook", visit.language), visit.href("/handbook"))
            ),
        ]
    )


# --- the answer --------------------------------------------------------------------------------------------------------------------


def _head(visit: Visit, told: Review, some: list[Period]) -> Component:
    language = visit.language
    parts = [
        _scope(visit, told, some),
        html.H1(marked(answer(told, language)), className="answer"),
        html.P(marked(evidence(told, language)), className="lede"),
    ]
    if told.period.until(visit.zone) > visit.now:
        parts.append(html.P(plain("committee.running", language), className="state stale st ink watch"))
    elif told.partial:
        at, key = instant(told.as_of, language, visit.zone), "committee.partial_slowest" if told.slowest else "committee.partial"
        parts.append(html.P(plain(key, language, at=at, source=told.slowest), className="state stale st ink watch"))
    return html.Header(parts, className="head")


def _scope(visit: Visit, told: Review, some: list[Period]) -> Component:
    """Which period, against which, and how fresh."""
    language = visit.language
    fresh = tile.as_of(instant(told.as_of, language, visit.zone) if told.as_of else "", language, told.slowest, "asof right")
    against = plain("committee.against", language, previous=told.previous.name(language))
    said = [html.Span(against, className="asof"), fresh]
    return html.Div([_periods(visit, told.period, some), *said], className="scope")


def _periods(visit: Visit, period: Period, some: list[Period]) -> Component:
    """Months and quarters with contacts, latest first; the one in force stays listed even when it holds none."""
    quarters = {Period("quarter", month.first.replace(month=(month.first.month - 1) // 3 * 3 + 1, day=1)) for month in some}
    rows = [
        sorted({*these, *([period] if period.kind == kind else [])}, key=lambda each: each.first, reverse=True)[:18]
        for kind, these in (("month", set(some)), ("quarter", quarters))
    ]
    choices = [pick.Choice(each.name(visit.language), visit.href(period=each.key), each == period) for row in rows for each in row]
    return pick.menu(plain("committee.period", visit.language), choices)


# --- the board of global numbers -----------------------------------------------------------------------------------------------------


def _board(visit: Visit, told: Review) -> Component:
    language = visit.language
    columns = [
        table.Column(plain("committee.column_name", language), name="name"),
        table.Column(told.period.name(language), numeric=True, name="value"),
        table.Column(plain("committee.column_trend", language, n=len(next(iter(told.lines.values())).weeks)), name="course"),
        table.Column(plain("committee.column_movement", language), name="movement"),
        table.Column(plain("committee.column_target", language), name="target"),
        table.Column(plain("committee.column_basis", language), numeric=True, name="basis"),
        table.Column(plain("committee.column_confidence", language), name="confidence"),
        table.Column(plain("committee.column_counter", language), name="counter"),
    ]
    known = [(key, [name for name in names if name in told.lines]) for key, names in GROUPS]
    groups = [table.Group(plain(key, language), [_row(visit, told, told.lines[name]) for name in names]) for key, names in known if names]
    title = plain("committee.board", language, n=len(told.lines))
    grid = table.table(columns, groups, language, title, name="air board")
    note = html.P(plain("committee.confidence_note", language), className="note")
    return html.Section([html.Header([html.H2(title), _key(visit, told)]), grid, note], className="sec")


def _key(visit: Visit, told: Review) -> Component:
    lines = [line for line in told.lines.values() if line.limits]
    young = any(line.limits.provisional for line in lines if line.limits)
    sure = [line.since for line in lines if line.limits and not line.limits.provisional]
    band = [("band", plain("committee.key_band", visit.language, n=sure[0]))] if sure else []
    rough = [("band provisional", plain("committee.key_provisional", visit.language))] if young else []
    marks = [*band, *rough, ("target", plain("committee.key_target", visit.language)), ("out", plain("committee.key_out", visit.language))]
    return legend.legend(marks)


def _row(visit: Visit, told: Review, line: Line) -> list[table.Cell]:
    language = visit.language
    href = visit.href(f"/handbook/{line.metric.id}")
    value = quantity(line.now.value, line.metric.unit, language)
    return [
        [html.A(in_words(line.metric.name, language), href=href)],
        [html.A(value, href=href, className="figure")] if value != NOTHING else value,
        [trend.strip(_course(line), _spoken(line, visit), width=248)],
        [_movement(line, visit)],
        [_target(line, visit)],
        [_basis(line, visit)],
        [_confidence(line, visit)],
        [_counter(told.counter(line), line, visit)],
    ]


def _course(line: Line) -> trend.Course:
    """The line's series with limits kept to what the unit can reach: no share beyond one, nothing below zero."""
    within, target = line.limits, line.target
    most = 1.0 if line.metric.unit is Unit.SHARE else float("inf")
    low, high = (None, None) if within is None else (max(within.low, 0.0), min(within.high, most))
    bar = None if target is None else target.low if target.low is not None else target.high
    return trend.Course(
        line.series,
        low,
        high,
        None if within is None else within.mean,
        bar,
        frozenset(line.signals),
        line.since,
        within is not None and within.provisional,
    )


def _spoken(line: Line, visit: Visit) -> str:
    """The trend in words."""
    language, told = visit.language, line.metric
    shown = [quantity(value, told.unit, language) for value in line.series]
    known = [week for week, value in zip(line.weeks, line.series, strict=True) if value is not None] or line.weeks
    first, last = (plain("committee.week_of", language, day=day(week, language)) for week in (known[0], known[-1]))
    course = _course(line)
    said = trend.summary(in_words(told.name, language), course, shown, first, last, language)
    if course.low is None or course.high is None:
        return said
    low, high = quantity(course.low, told.unit, language), quantity(course.high, told.unit, language)
    return f"{said} {plain('part.trend_limits', language, low=low, high=high)}"


def _movement(line: Line, visit: Visit) -> Component:
    language, told = visit.language, line.metric
    if line.moved is None:
        return html.Span(plain("committee.unjudged", language), className="muted")
    if line.movement is Movement.SIGNAL:
        word = {True: "committee.signal_up", False: "committee.signal_down", None: "committee.signal_other"}[line.improved]
        said = status.movement({True: "good", False: "bad", None: "unknown"}[line.improved], plain(word, language))
    else:
        keys = {
            Movement.NOISE: "committee.noise",
            Movement.PROVISIONAL: "committee.provisional",
            Movement.APART: "committee.apart",
            Movement.UNKNOWN: "committee.unjudged",
        }
        ratio = times(line.apart, language) if line.apart else ""
        said = html.Span(plain(_calm(line) or keys[line.movement], language, times=ratio), className="muted")
    return html.Span([said, html.Small(_changed(line, told, visit))])


def _calm(line: Line) -> str:
    """A better word than noise for a change that is certain but usual, and for weeks beyond chance that the change does not follow."""
    if line.movement is not Movement.NOISE:
        return ""
    if any(at >= line.since for at in line.signals):
        return "committee.strayed"
    return "committee.usual" if line.moved and line.moved.sure else ""


def _changed(line: Line, told: Metric, visit: Visit) -> str:
    moved, language = line.moved, visit.language
    if moved is None:
        return NOTHING
    text = change(moved.value, told.unit, language)
    if moved.low is None or moved.high is None:
        return text
    low, high = (
        number(end * 100, language, 1, sign=True) if told.unit is Unit.SHARE else change(end, told.unit, language)
        for end in (moved.low, moved.high)
    )
    return plain("committee.change_interval", language, change=text, low=low, high=high)


def _target(line: Line, visit: Visit) -> Component:
    language = visit.language
    if line.target is None:
        return html.Span(plain("committee.no_target", language), className="muted")
    return html.Span([status.mark(line.verdict, bar(line.target, line.metric.unit, language)), html.Small(plain(_reach(line), language))])


def bar(target: Target, unit: Unit, language: Language) -> str:
    """A target as it is written: at least, at most, or between."""
    low, high = (None if end is None else quantity(end, unit, language) for end in (target.low, target.high))
    if low and high:
        return plain("committee.between", language, low=low, high=high)
    return f"≥\u00a0{low}" if low else f"≤\u00a0{high}"


def _reach(line: Line) -> str:
    if line.verdict is Verdict.BAD:
        return {True: "committee.reach_in", False: "committee.reach_out", None: "committee.reach_bad"}[line.within]
    return {Verdict.GOOD: "committee.reach_met", Verdict.WATCH: "committee.reach_watch"}.get(line.verdict, "committee.reach_unknown")


def _basis(line: Line, visit: Visit) -> Component:
    language, unit = visit.language, line.metric.unit
    if line.now.n is None:
        return html.Span(NOTHING, className="muted")
    low, high = line.now.low, line.now.high
    width = (
        []
        if low is None or high is None
        else [html.Small(plain("part.low_high", language, low=quantity(low, unit, language), high=quantity(high, unit, language)))]
    )
    return html.Span([plain("part.sample", language, n=line.now.n), *width])


def _confidence(line: Line, visit: Visit) -> Component:
    """How far the figure may be trusted, from its interval or its rows; why, on demand."""
    found = confidence(line.now)
    tone = {Confidence.MEDIUM: "watch", Confidence.LOW: "watch"}.get(found, "")
    why = plain("committee.confidence_interval" if line.now.low is not None else "committee.confidence_rows", visit.language)
    return status.badge(plain(f"committee.confidence_{found}", visit.language), tone, title=why)


def _counter(counter: Line | None, line: Line, visit: Visit) -> Component:
    """What must not get worse while this gets better: its value, its name, and whether it did."""
    language = visit.language
    if counter is None or line.metric.counter is None:
        return html.Span(plain("committee.counter_none", language), className="muted")
    told = counter.metric
    value = html.B(quantity(counter.now.value, told.unit, language), className="nowrap")
    name = html.A(in_words(told.name, language), href=visit.href(f"/handbook/{told.id}"))
    return html.Span([value, " ", name, html.Small(_beside(counter, visit))], title=in_words(line.metric.counter.why, language))


def _beside(counter: Line, visit: Visit) -> Component:
    """The movement of a counter-metric: a signal for the worse stands out, anything else is said in grey."""
    language = visit.language
    if counter.moved is None:
        return html.Span(plain("committee.unjudged", language))
    if counter.movement is not Movement.SIGNAL:
        return html.Span(plain("committee.counter_stable" if counter.movement is Movement.NOISE else "committee.unjudged", language))
    moved = change(counter.moved.value, counter.metric.unit, language)
    return status.mark("watch", moved) if counter.improved is False else html.Span(plain("committee.counter_moved", language, change=moved))


# --- mix or performance --------------------------------------------------------------------------------------------------------------


def _why(visit: Visit, told: Review) -> Component | None:
    ratios = [name for name in told.lines if told.lines[name].metric.unit is Unit.SHARE and told.explained(name)]
    if not ratios:
        return None
    signals = [name for name in ratios if told.lines[name].movement is Movement.SIGNAL]
    asked = visit.first("ratio")
    name = asked if asked in ratios else next(iter(signals or ratios))
    choices = [pick.Choice(told.lines[each].metric.name[visit.language], visit.href(ratio=each), each == name) for each in ratios]
    menu = pick.menu(plain("committee.why_switch", visit.language), choices)
    return decomposition(told, name, visit.language, menu)


# --- the figures behind the trends -----------------------------------------------------------------------------------------------------


def _weeks(visit: Visit, told: Review) -> Component:
    language = visit.language
    lines = list(told.lines.values())
    titles = [plain("part.period", language), *[in_words(line.metric.name, language) for line in lines]]
    rows = [
        [day(monday, language), *[quantity(line.series[at], line.metric.unit, language) for line in lines]]
        for at, monday in enumerate(lines[0].weeks)
    ]
    return html.Section(
        table.toggled(table.plainly(titles, rows, language, plain("committee.weeks_table", language)), language), className="sec"
    )


page = Page(path="/committee", words="frame.committee", order=2, may=GOVERNANCE, layout=layout, asks=frozenset({"period", "ratio"}))
