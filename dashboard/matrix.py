"""The committee's numbers channel by channel: small multiples of dots, one scale a column, nothing averaged."""

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from dashboard import review as reviewing
from dashboard.format import NOTHING, Language, axis_marks, quantity
from dashboard.page import Visit
from dashboard.parts import channel, legend, table, whisker
from dashboard.parts.scale import Scale, around
from dashboard.review import Line, Review
from dashboard.word import in_words, plain
from metrics.judge import FEW
from metrics.metric import Metric


def matrix(visit: Visit, told: Review, chosen: Sequence[str]) -> Component | None:
    """One row a channel, one column a metric on its own scale, the period before as a hollow dot; None when nothing is known by channel."""
    language = visit.language
    names = [name for name in chosen if told.channels.get(name)]
    if not names:
        return None
    scales = {name: _scale(told, name) for name in names}
    codes, left_out = _codes(told, names)
    columns = [
        table.Column(plain("part.channel", language), name="name"),
        *[
            table.Column(in_words(told.lines[name].metric.name, language), href=visit.href(f"/handbook/{name}"), name="cell")
            for name in names
        ],
    ]
    axis: list[table.Cell] = [[""], *[[_axis(visit, told.lines[name].metric, scales[name])] for name in names]]
    rows = [[[channel.name(code, language)], *[_cell(visit, told, name, code, scales[name]) for name in names]] for code in codes]
    total: list[table.Cell] = [plain("channel.all", language), *[_cell(visit, told, name, "", scales[name]) for name in names]]
    title = plain("committee.matrix", language)
    marks = [
        ("now", told.period.name(language)),
        ("before", told.previous.name(language)),
        ("target", plain("committee.key_target", language)),
        ("small", plain("committee.key_small", language)),
    ]
    said = ", ".join(channel.label(code, language) for code in left_out)
    absent = [" ", plain("committee.unmeasured", language, channels=said)] if left_out else []
    return html.Section(
        [
            html.Header([html.H2(title), legend.legend(marks)]),
            table.table(columns, [table.Group("", [axis, *rows], ("axis",))], language, title, total, name="matrix"),
            html.P([plain("committee.matrix_lede", language), *_promised(told, names, language), *absent], className="note"),
        ],
        className="sec",
    )


def _codes(told: Review, names: Sequence[str]) -> tuple[list[str], list[str]]:
    """The channels to show, in their order, and those that have next to nothing to show (a value in fewer than half of the columns)."""
    count = {code: 0 for name in names for code in told.channels[name]}
    for name in names:
        for code, (_, now) in told.channels[name].items():
            count[code] += now.value is not None
    order = channel.ordered(count)
    return [code for code in order if 2 * count[code] >= len(names)], [code for code in order if 0 < 2 * count[code] < len(names)]


def _scale(told: Review, name: str) -> Scale:
    """One scale for a column: every channel's values in both periods, and the whole's; the target where it is not far away."""
    line = told.lines[name]
    values = [figure.value for two in told.channels[name].values() for figure in two if (figure.n or 0) >= FEW] + [
        line.now.value,
        line.before.value,
    ]
    return around(values, 6, 94, share=0.08)


def _axis(visit: Visit, told: Metric, scale: Scale) -> Component:
    marks = axis_marks(scale.low, scale.high, 3, told.unit, visit.language)
    return whisker.axis(scale, [marks[0], marks[-1]] if len(marks) > 1 else marks)


def _cell(visit: Visit, told: Review, name: str, code: str, scale: Scale) -> table.Cell:
    """One channel's figure; an empty `code` is all channels together, as they were asked."""
    line, language = told.lines[name], visit.language
    before, now = told.channels[name].get(code, (reviewing.NONE, reviewing.NONE)) if code else (line.before, line.now)
    if now.value is None and before.value is None:
        return NOTHING
    value, previous = (quantity(figure.value, line.metric.unit, language) for figure in (now, before))
    label = plain(
        "committee.cell",
        language,
        name=in_words(line.metric.name, language),
        channel=channel.label(code or "all", language),
        value=value,
        previous=previous,
    )
    dot = whisker.Dot(
        now.value, now.low, now.high, before.value, _mark(visit, line, code), channel.css(code) if code else "", (now.n or 0) < FEW
    )
    return [html.Span([whisker.row(dot, scale, label), html.Span(value, className="b" if not code else "")], className="plot")]


def _mark(visit: Visit, line: Line, code: str) -> float | None:
    """Where the target stands in a cell: a channel's own promise where the metric is judged by promises."""
    if line.metric.promised and code:
        return visit.promises[code].share if code in visit.promises else None
    target = line.target
    return None if target is None else target.low if target.low is not None else target.high


def _promised(told: Review, names: Sequence[str], language: Language) -> list[str]:
    """What the targets are in the columns that are judged by promises."""
    these = [told.lines[name].metric for name in names if told.lines[name].metric.promised]
    return [f" {plain('committee.promised', language, name=in_words(each.name, language))}" for each in these]
