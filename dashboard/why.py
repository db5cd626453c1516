"""Mix or performance: one ratio's move between two periods, explained channel by channel in an equation that closes as printed."""

from collections.abc import Sequence
from itertools import accumulate

from dash import html
from dash.development.base_component import Component

from dashboard.format import NOTHING, Language, axis_marks, number, parts, percent, points
from dashboard.parts import channel, step, table, whisker
from dashboard.parts.scale import Scale, around
from dashboard.review import Review
from dashboard.sentence import inside
from dashboard.word import in_words, plain
from metrics.mix import Effect, Explanation

WIDTH = 560


def decomposition(told: Review, name: str, language: Language, menu: Component) -> Component:
    """The section that explains one ratio; `menu` chooses another."""
    found = told.explained(name)
    title = in_words(told.lines[name].metric.name, language)
    if found is None:
        return html.Section(
            [html.Header([html.H2(title), menu]), html.P(plain("committee.why_none", language, name=title))], className="sec"
        )
    effects = sorted(found.effects, key=lambda effect: channel.ordered([each.part for each in found.effects]).index(effect.part))
    start, end = (round(float(value), 4) for value in (found.before, found.after))
    printed = parts([float(effect.performance) for effect in effects] + [float(effect.mix) for effect in effects], end - start, 4)
    performance, mix = printed[: len(effects)], printed[len(effects) :]
    moved = points(end - start, language, 2)
    header = [
        html.H2(plain("committee.why", language, name=inside(title), change=moved)),
        html.Span(_mostly(found, language), className="muted"),
        menu,
    ]
    grid = _table(told, effects, (start, end), (performance, mix), language)
    sums = {"start": percent(start, language, 2), "performance": _effect(sum(performance), language), "mix": _effect(sum(mix), language)}
    residual = number(float(found.residual) * 100, language) if found.residual == 0 else number(float(found.residual) * 100, language, 6)
    note = html.P(plain("committee.equation", language, end=percent(end, language, 2), residual=residual, **sums), className="note")
    return html.Section([html.Header(header), grid, note], className="sec why")


def _mostly(found: Explanation, language: Language) -> str:
    """Which of the two kinds of effect weighs more, and in which channel first."""
    by_performance = abs(found.performance) >= abs(found.mix)
    key = "committee.why_main_performance" if by_performance else "committee.why_main_mix"
    total = found.performance if by_performance else found.mix
    way = 1 if total >= 0 else -1
    first = max(found.effects, key=lambda effect: way * (effect.performance if by_performance else effect.mix))
    return plain(key, language, channel=channel.label(first.part, language))


def _effect(value: float, language: Language) -> str:
    return number(value * 100, language, 2, sign=True)


def _table(
    told: Review, effects: Sequence[Effect], ends: tuple[float, float], printed: tuple[list[float], list[float]], language: Language
) -> Component:
    steps = list(accumulate([*printed[0], *printed[1]], initial=ends[0]))
    scale = around(steps, 8, WIDTH - 8)
    columns = [
        table.Column(plain("part.channel", language)),
        table.Column("", numeric=True),
        table.Column("", numeric=True),
        table.Column("", name="steps"),
        table.Column(plain("committee.effect", language), numeric=True),
    ]
    groups = [
        table.Group("", [_axis(scale, language), _end(told.previous.name(language), ends[0], scale, language)], ("axis", "level")),
        _kind("performance", effects, steps[: len(effects) + 1], printed[0], scale, language),
        _kind("mix", effects, steps[len(effects) :], printed[1], scale, language),
    ]
    caption = plain("committee.why", language, name=told.period.name(language), change=points(ends[1] - ends[0], language, 2))
    return table.table(columns, groups, language, caption, _end(told.period.name(language), ends[1], scale, language), name="waterfall")


def _kind(kind: str, effects: Sequence[Effect], steps: list[float], amounts: list[float], scale: Scale, language: Language) -> table.Group:
    """The effects of one kind, each from the running total before it to the one after, and their sum."""
    heading = f"{plain(f'committee.{kind}', language)} · {plain(f'committee.{kind}_is', language)}"
    mix = kind == "mix"
    rows: list[list[table.Cell]] = []
    still: list[str] = []
    for effect, start, end, amount in zip(effects, steps, steps[1:], amounts, strict=False):
        if not round(amount, 4):
            still.append(channel.label(effect.part, language))
            continue
        before, now = (percent(value, language) for value in (effect.weights if mix else effect.rates))
        drawn = step.effect(start, end, scale, hollow=mix)
        after = now if now == NOTHING else f"→ {now}"
        rows.append([[channel.name(effect.part, language)], before, after, [drawn], _effect(amount, language)])
    if still:
        said = html.Span(plain("committee.still", language, n=len(still)), title=", ".join(still), className="muted")
        rows.append([[said], "", "", "", _effect(0.0, language)])
    rows.append([plain(f"committee.{kind}", language), "", "", "", _effect(sum(amounts), language)])
    return table.Group(heading, rows, [*[""] * (len(rows) - 1), "sum"])


def _end(name: str, value: float, scale: Scale, language: Language) -> list[table.Cell]:
    return [name, "", "", [step.level(value, scale)], percent(value, language, 2)]


def _axis(scale: Scale, language: Language) -> list[table.Cell]:
    return ["", "", "", [whisker.axis(scale, axis_marks(scale.low, scale.high, 4, "share", language))], ""]
