"""One definition: words, formula, worked example, the figures here, variants, parameters, query, and where it is used."""

from dash import html
from dash.development.base_component import Component

from dashboard import definition
from dashboard.ask import ask
from dashboard.definition import Variant
from dashboard.format import NOTHING, Language, axis_marks, change, duration, number, percent, quantity
from dashboard.limit import limits, nothing
from dashboard.page import Page, Visit
from dashboard.pages.handbook import family_name, other_language
from dashboard.parts import channel, code, formula, state, table, whisker
from dashboard.parts.prose import prose
from dashboard.parts.scale import around
from dashboard.period import Period, latest, months
from dashboard.viewer import EVERYONE
from dashboard.word import in_words, known, plain
from metrics import small
from metrics.dimension import DIMENSIONS, has
from metrics.example import Table as Rows
from metrics.example import examples
from metrics.fact import FACTS, tables
from metrics.family import families, family
from metrics.metric import Case, Metric, Number, Parameter, Unit
from metrics.registry import metrics

VOLUME = "contacts"
LONG = 96  # a statement with a longer line takes the whole width of the page


def one(visit: Visit) -> Component:
    """One definition, whole."""
    name, language = visit.values["metric"], visit.language
    told = metrics().get(name)
    if told is None:
        return state.empty(
            plain("handbook.missing", language, name=name), language, (plain("handbook.missing_link", language), visit.href("/handbook"))
        )
    period = latest(months(ask, VOLUME, visit.zone), visit.now, visit.zone)
    around = [html.Div([each for each in (_counter(visit, told), _used(visit, told)) if each is not None]), _related(visit, told)]
    parts = [
        _head(visit, told, period),
        _example(visit, told),
        *_variants(visit, told, period),
        _parameters(visit, told),
        html.Div([_query(visit, told, period), html.Div(around, className="c5 aside")], className="grid"),
    ]
    return html.Article([part for part in parts if part is not None], className="handbook")


def _head(visit: Visit, told: Metric, period: Period | None) -> Component:
    language, other = visit.language, other_language(visit.language)
    crumb = html.P(
        [
            html.A(plain("frame.handbook", language), href=visit.href("/handbook")),
            f" › {family_name(family(told.id), language)} › ",
            html.Code(told.id),
        ],
        className="crumb",
    )
    words = html.Div(
        [
            html.Div(
                [html.H1(in_words(told.name, language), className="answer"), html.P(in_words(told.name, other), lang=other)],
                className="named",
            ),
            html.P(in_words(told.definition, language), className="definition"),
            html.P(in_words(told.why, language), className="reason"),
            formula.formula(in_words(told.name, language), in_words(told.formula, language)),
            _here(visit, told, period),
        ]
    )
    return html.Div([crumb, html.Div([words, _facts(visit, told)], className="two")])


def _facts(visit: Visit, told: Metric) -> Component:
    language = visit.language
    source = told.source
    groups = ", ".join(in_words(text, language).lower() for name, text in DIMENSIONS.items() if all(has(fact, name) for fact in told.facts))
    pairs: list[tuple[str, str | Component | list[Component | str]]] = [
        ("id", html.Code(told.id)),
        ("unit", plain(f"handbook.unit_{told.unit}", language)),
        ("better", plain(f"handbook.better_{told.better}", language)),
        ("target", _target(visit, told)),
        ("kind", plain(f"handbook.kind_{told.kind}", language)),
        ("interval", plain(f"handbook.interval_{told.interval}", language)),
        ("counts", ", ".join(dict.fromkeys(in_words(FACTS[fact].name, language) for fact in told.facts))),
        ("stamp", ", ".join(dict.fromkeys(_stamp(part.stamp, told, language) for part in told.top))),
        ("groups", groups or NOTHING),
        ("owner", in_words(told.owner, language)),
        ("source", html.A([source.author, ", ", html.Cite(source.title)], href=source.address, rel="noreferrer")),
    ]
    return html.Dl(
        [child for key, value in pairs for child in (html.Dt(plain(f"handbook.{key}", language)), html.Dd(value))], className="facts"
    )


def _stamp(stamp: str | Case, told: Metric, language: Language) -> str:
    if isinstance(stamp, Case):
        parameter = told.parameter(stamp.parameter)
        return plain("handbook.stamp_choice", language, name=parameter.name if parameter else stamp.parameter)
    return plain(f"handbook.stamp_{stamp}", language) if known(f"handbook.stamp_{stamp}") else stamp


def _target(visit: Visit, told: Metric) -> str:
    language = visit.language
    if told.promised:
        words = []
        for code in channel.ordered(visit.promises):
            share, time = percent(visit.promises[code].share, language, 0), duration(visit.promises[code].within_s, language)
            words.append(f"{channel.label(code, language)} ≥\u00a0{share}, {time}")
        return plain("handbook.target_promised", language, promises=" · ".join(words) or NOTHING)
    if told.target is None:
        return plain("handbook.target_none", language)
    low, high = (None if end is None else quantity(end, told.unit, language) for end in (told.target.low, told.target.high))
    bar = plain("handbook.between", language, low=low, high=high) if low and high else f"≥\u00a0{low}" if low else f"≤\u00a0{high}"
    return f"{bar} · {in_words(told.target.why, language)}"


def _here(visit: Visit, told: Metric, period: Period | None) -> Component:
    """The metric's own figures in this company, as an equation where it is a ratio."""
    language = visit.language
    if period is None:
        return html.Section(
            [
                html.Header(html.H2(plain("handbook.now_title", language))),
                html.P(nothing(visit.viewer, language) or plain("handbook.now_empty", language), className="sheet muted"),
            ],
            className="sec",
        )
    name = period.name(language)
    found = definition.figure(ask, told, period, visit.zone)
    title = plain("handbook.now", language, period=name)
    title = " · ".join(each for each in (title[:1].upper() + title[1:], limits(visit.viewer, language)) if each)
    value = definition.written(told, found.value, language)
    ends = {"low": definition.written(told, found.low, language), "high": definition.written(told, found.high, language)}
    if found.value is None:
        said = prose("handbook.now_withheld" if small.hides(found) else "handbook.now_none", language, period=name)
    elif found.top is not None and found.bottom is not None:
        pair = {"top": _amount(found.top, told, language), "bottom": number(found.bottom, language), "value": value}
        said = (
            prose("handbook.quotient_interval", language, **pair, **ends)
            if found.low is not None
            else prose("handbook.quotient", language, **pair)
        )
    else:
        said = (
            prose("handbook.plain_value", language, value=value)
            if found.n is None
            else prose("handbook.plain_n", language, value=value, n=found.n)
        )
    return html.Section([html.Header(html.H2(title)), html.P(said, className="sheet")], className="sec")


def _amount(value: float, told: Metric, language: Language) -> str:
    """The top of a ratio: a count, or a sum of time where the ratio is a duration."""
    return definition.written(told, value, language) if told.unit is Unit.SECONDS else number(value, language)


# --- the worked example ------------------------------------------------------------------------------------------------------------------


def _example(visit: Visit, told: Metric) -> Component | None:
    """A few rows, and how the number comes out of them; the very rows and numbers the tests check."""
    found = examples().get(told.example)
    if found is None:
        return None
    language = visit.language
    shown = [_rows(visit, each) for each in found.tables if each.fact in FACTS and each.fact in tables(told.facts)]
    single = len(found.answers) == 1
    values = [html.P(_answer(told, dict(answer), language), className="key" if single else "b") for answer in found.answers]
    words = [*values, html.P(in_words(found.words, language), className="sheet")]
    note = html.Span(plain("handbook.example_now", language, at=found.now), className="asof")
    return html.Section(
        [
            html.Header([html.H2(plain("handbook.example", language)), note]),
            html.Div([html.Div(shown, className="c7"), html.Div(words, className="c5")], className="grid"),
        ],
        className="sec",
    )


def _rows(visit: Visit, rows: Rows) -> Component:
    fact = FACTS[rows.fact].name
    name = in_words(fact, visit.language)
    columns = [table.Column(title) for title in rows.columns]
    return table.table(
        columns, [table.Group(name[:1].upper() + name[1:], [list(row) for row in rows.rows])], visit.language, name, name="rows"
    )


def _answer(told: Metric, answer: dict[str, str], language: Language) -> str:
    """One expected row: its group where it has one, then the value."""
    value = answer.pop("value", "")
    group = " ".join(text for name, text in answer.items() if name in DIMENSIONS or name == "at")
    shown = NOTHING if value in ("", "none") else quantity(float(value), told.unit, language)
    return f"{group} = {shown}" if group else shown


# --- variants --------------------------------------------------------------------------------------------------------------------------


def _variants(visit: Visit, told: Metric, period: Period | None) -> list[Component]:
    """For every parameter that is a choice: the same contacts under each, so that nobody compares two rules by mistake."""
    if period is None:
        return []
    found = [(parameter, definition.variants(ask, told, parameter, period, visit.zone)) for parameter in told.parameters]
    return [
        _compared(visit, told, parameter, some, period) for parameter, some in found if any(each.figure.value is not None for each in some)
    ]


def _compared(visit: Visit, told: Metric, parameter: Parameter, some: list[Variant], period: Period) -> Component:
    """One parameter's variants. Where they give one answer here, that is said, and no drawing pulls apart what a reader cannot tell."""
    language = visit.language
    values = [each.figure.value for each in some if each.figure.value is not None]
    title, note, differ = _told_apart(values, told, period, language)
    scale = around(values, 8, 292, share=0.12)
    columns = [
        table.Column(plain("handbook.variant", language)),
        table.Column(plain("handbook.says", language), name="w"),
        table.Column(plain("handbook.count", language), numeric=True),
        table.Column(plain("handbook.result", language), numeric=True),
        table.Column("", name="dx"),
    ]
    rows = [
        [
            html.B(each.value),
            _says(parameter, each.value, language),
            _pair(each, told, language),
            [html.B(definition.written(told, each.figure.value, language))],
            [whisker.row(whisker.Dot(each.figure.value), scale, "")] if differ else "",
        ]
        for each in some
    ]
    axis: list[table.Cell] = ["", "", "", "", [whisker.axis(scale, axis_marks(scale.low, scale.high, 4, told.unit, language))]]
    marks = ["use" if each.used else "" for each in some]
    group = table.Group("", [axis, *rows], ["axis", *marks]) if differ else table.Group("", rows, marks)
    grid = table.table(columns, [group], language, title, name="variants")
    return html.Section(
        [
            html.Header([html.H2(title), html.Span(in_words(parameter.text, language), className="asof")]),
            grid,
            html.P(f"{note} {plain('handbook.variant_used', language)}", className="note"),
        ],
        className="sec",
    )


def _told_apart(values: list[float], told: Metric, period: Period, language: Language) -> tuple[str, str, bool]:
    """What may be claimed of variants: a title, how far they are apart, and whether they are. Two answers are two when their difference
    prints as more than nothing; 84.349 and 84.351 are one, whatever their last digits are rounded to."""
    n, name, answers = len(values), period.name(language), [min(values)]
    for value in sorted(values):
        if any(digit in "123456789" for digit in change(value - answers[-1], told.unit, language)):
            answers.append(value)
    if len(answers) == 1:
        how = "none" if min(values) == max(values) else "small"
        return plain(f"handbook.variants_{how}", language, n=n), plain(f"handbook.spread_{how}", language, period=name), False
    many = len(answers)
    title = plain("handbook.variants", language, n=n) if many == n else plain("handbook.variants_some", language, n=n, answers=many)
    apart = change(max(values) - min(values), told.unit, language).lstrip("+")
    return title, plain("handbook.spread", language, spread=apart, period=name), True


def _says(parameter: Parameter, value: str, language: Language) -> str:
    allowed = () if isinstance(parameter.allowed, Number) else parameter.allowed
    return next((in_words(choice.text, language) for choice in allowed if choice.value == value), "")


def _pair(each: Variant, told: Metric, language: Language) -> str:
    if each.figure.top is None or each.figure.bottom is None:
        return NOTHING if each.figure.n is None else number(each.figure.n, language)
    return f"{_amount(each.figure.top, told, language)} ÷ {number(each.figure.bottom, language)}"


def _parameters(visit: Visit, told: Metric) -> Component | None:
    if not told.parameters:
        return None
    language = visit.language
    columns = [
        table.Column(plain(f"handbook.{key}", language), name="w" if key in ("meaning", "allowed") else "")
        for key in ("parameter", "meaning", "here", "allowed")
    ]
    rows: list[list[table.Cell]] = [
        [[html.Code(each.name)], in_words(each.text, language), [html.B(_default(each, language))], _allowed(each, language)]
        for each in told.parameters
    ]
    title = plain("handbook.parameters", language)
    return html.Section(
        [html.Header(html.H2(title)), table.table(columns, [table.Group("", rows)], language, title, name="air")], className="sec"
    )


def _default(each: Parameter, language: Language) -> str:
    return each.default if isinstance(each.default, str) else number(each.default, language, 0 if float(each.default).is_integer() else 2)


def _allowed(each: Parameter, language: Language) -> str:
    if isinstance(each.allowed, Number):
        return plain("handbook.between", language, low=number(each.allowed.low, language), high=number(each.allowed.high, language))
    return ", ".join(choice.value for choice in each.allowed)


# --- behind and around --------------------------------------------------------------------------------------------------------------------


def _query(visit: Visit, told: Metric, period: Period | None) -> Component:
    language = visit.language
    shown = period or Period("month", visit.now.date().replace(day=1))
    found = definition.statements(told, shown, visit.zone, visit.viewer.scope, visit.promises)
    blocks: list[Component] = []
    for at, each in enumerate(found):
        blocks += [
            code.sql(each.sql, plain("handbook.statement", language, n=at + 1)),
            html.Details([html.Summary(plain("handbook.bound", language)), code.values(list(each.parameters.items()))], className="more"),
        ]
    return html.Section(
        [
            html.Header([html.H2(plain("handbook.query", language))]),
            *blocks,
            html.P(plain("handbook.query_note", language), className="note"),
        ],
        className="sec c12" if any(len(line) > LONG for each in found for line in each.sql.splitlines()) else "sec c7",
    )


def _used(visit: Visit, told: Metric) -> Component:
    language = visit.language
    stems = definition.mentions().get(told.id, frozenset())
    uses = [
        html.Li([html.B(plain(f"frame.{stem}", language)), html.A(plain("handbook.used_page", language), href=visit.href(f"/{stem}"))])
        for stem in sorted(stems)
        if known(f"frame.{stem}")
    ]
    uses.append(html.Li([html.B(plain("handbook.used_api", language)), html.Code("POST /api/v1/query")]))
    uses.append(html.Li([html.B(plain("handbook.used_line", language)), html.Code(f"apogee query {told.id}")]))
    return html.Section([html.Header(html.H2(plain("handbook.used", language))), html.Ul(uses, className="uses")], className="sec")


def _counter(visit: Visit, told: Metric) -> Component | None:
    """What to read beside it, and why."""
    language = visit.language
    if told.counter is None:
        return None
    other = metrics()[told.counter.metric]
    link = html.A(in_words(other.name, language), href=visit.href(f"/handbook/{other.id}"))
    row = html.Li([link, html.Span(in_words(told.counter.why, language))])
    return html.Section([html.Header(html.H2(plain("handbook.read_with", language))), html.Ul([row], className="uses")], className="sec")


def _related(visit: Visit, told: Metric) -> Component:
    language = visit.language
    others = [metrics()[name] for name in families()[family(told.id)] if name != told.id]
    rows = [
        html.Li(
            [
                html.A(in_words(each.name, language), href=visit.href(f"/handbook/{each.id}")),
                html.Span(in_words(each.formula, language), className="muted"),
            ]
        )
        for each in others
    ]
    return html.Section([html.Header(html.H2(plain("handbook.related", language))), html.Ul(rows, className="uses")], className="sec")


page = Page(path="/handbook/<metric>", words="frame.handbook", order=None, may=EVERYONE, layout=one)
