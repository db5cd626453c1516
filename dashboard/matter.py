"""Sentences about maturity that several pages and the exports share."""

from collections.abc import Sequence
from datetime import date

from dash import html
from dash.development.base_component import Component

from dashboard.format import Language, count, day, euros, number, percent
from dashboard.page import Visit
from dashboard.parts import ladder
from dashboard.scorecard import entities, entity_name, entity_of
from dashboard.word import in_words, plain
from metrics.interval import wilson
from metrics.maturity.answer import Waiver
from metrics.maturity.card import Card
from metrics.maturity.model import Bar, Criterion, Kind
from metrics.maturity.score import Judged, Scored, Valued


def named(found: Card, dimension: str, language: Language) -> str:
    """What a dimension is called."""
    return in_words(found.now.scores[dimension].dimension.name, language)


def joined(names: Sequence[str], language: Language) -> str:
    """Names in a sentence: a, b and c."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {plain('maturity.and', language)} {names[-1]}"


def tab(visit: Visit, *parts: str) -> str:
    """What a tab is called: these parts, and the entity where it is not the company."""
    entity = entity_of(visit)
    known = entity_name(entity, visit.language) if entity in entities() else entity
    return " · ".join((*parts, *([known] if entity else [])))


def mark_of(value: float | None) -> str:
    """The square of a value."""
    return ladder.UNKNOWN if value is None else ladder.FULL if value == 1 else ladder.HALF if value == 0.5 else ladder.EMPTY


def title_of(criterion: Criterion, language: Language) -> str:
    """A question, or what an indicator is called."""
    return in_words(criterion.text, language)


def said_gap(each: Scored, language: Language) -> str:
    """What is said beside what is done."""
    if each.gap == 0:
        return plain("maturity.in_step", language)
    return plain("maturity.says_more" if each.gap > 0 else "maturity.does_more", language, n=abs(each.gap))


def movement(moved: float | None, language: Language) -> Component:
    """By how much a score moved, with an arrow."""
    if moved is None:
        return html.Div("–", className="moved flat")
    arrow = "↗" if moved >= 0.005 else "↘" if moved <= -0.005 else "→"
    return html.Div(f"{arrow} {number(moved, language, 2, sign=True)}", className=f"moved{' flat' if arrow == '→' else ''}")


def figure(judged: Judged, language: Language, value: float | None) -> str:
    """A value of a test as it is written: a share, a number, points of margin."""
    if value is None:
        return "–"
    if judged.test.kind is Kind.COUNT:
        return count(value, language)
    return percent(value, language, 1)


def bar_of(bar: Bar, language: Language) -> str:
    """A threshold as it is written."""
    value = count(bar.threshold, language) if bar.kind is Kind.COUNT else percent(bar.threshold, language, 1)
    sign = ">" if bar.kind is Kind.UPLIFT else "≥" if bar.at_least is not None else "≤"
    return f"{sign}\u00a0{value}"


def pair(judged: Judged, language: Language) -> str:
    """Numerator and denominator as they were counted."""
    if judged.test.kind is Kind.COUNT:
        return count(judged.top, language) if judged.n else "–"
    if judged.test.kind is Kind.UPLIFT:
        return "–" if judged.value is None else f"n = {count(judged.n, language)}"
    told = euros if judged.test.euros else count
    return f"{told(judged.top, language)} / {told(judged.bottom, language)}" if judged.n else "–"


def exit_of(judged: Judged, language: Language) -> str:
    """What would pass, in units: how many more, how many rows are missing."""
    bar = judged.test
    if judged.mark is None:
        if bar.if_any and judged.n < bar.minimum:
            return plain("maturity.exit_unasked", language, n=judged.n, of=bar.minimum)
        if judged.n == 0:
            return plain("maturity.exit_nothing", language)
        if judged.n >= bar.minimum:
            return plain("maturity.exit_unknown", language)
        return plain("maturity.exit_few", language, n=judged.n, of=bar.minimum)
    if judged.mark == 1:
        return plain("maturity.exit_met", language)
    need = _needed(judged)
    if need is None:
        return plain("maturity.exit_close" if judged.mark else "maturity.exit_missed", language)
    if bar.at_least is not None:
        return plain("maturity.exit_more", language, n=need, of=count(judged.bottom, language))
    return plain("maturity.exit_less", language, n=need, of=count(judged.bottom, language))


def way_of(one: Valued, judged: Judged, language: Language) -> str:
    """What would pass; where an arrangement counts in place of the figure, that it does."""
    if one.agreed is not None and one.value == 1 and judged.mark != 1:
        return plain("maturity.exit_agreed", language)
    return exit_of(judged, language)


def _needed(judged: Judged) -> int | None:
    """How many of the present rows would have to be as they should be for the test to pass; None where that is no way to pass."""
    bar, n = judged.test, round(judged.bottom)
    if bar.kind is Kind.CENSUS and bar.at_least is not None:
        return -(-round(bar.at_least * n * 1000) // 1000)
    if bar.kind is not Kind.RATE or n == 0:
        return None
    low, high = 0, n
    while low < high:  # the bound grows with the count
        middle = (low + high) // 2
        bounds = wilson(middle, n) or (0.0, 1.0)
        if bar.at_least is not None:
            low, high = (low, middle) if bounds[0] >= bar.at_least else (middle + 1, high)
        else:
            low, high = (middle + 1, high) if bounds[1] <= (bar.at_most or 0) else (low, middle)
    if bar.at_least is not None:
        bounds = wilson(low, n) or (0.0, 1.0)
        return low if bounds[0] >= bar.at_least else None
    return low - 1 if low else None


def said_held(found: Card, dimension: str, language: Language) -> str:
    """Which level holds beside the one computed, and whether it is stable ground."""
    state = found.held[dimension]
    if not state.level:
        return plain("maturity.held_none", language)
    level = in_words(found.model.levels[state.level], language)
    return plain("maturity.held" if state.stable else "maturity.unstable", language, level=level, n=state.months)


def said_agreed(agreed: Waiver, today: date, language: Language) -> str:
    """What is arranged in place of what is measured, through which day and by whose approval."""
    over = agreed.until is None or agreed.until < today
    key = "maturity.equivalent_over" if over else "maturity.equivalent_said"
    until = day(agreed.until, language) if agreed.until else ""
    return plain(key, language, day=until, approver=agreed.approver, reason=agreed.reason)


def sendable(language: Language) -> dict[str, str]:
    """What the script says beside the forms of a page: what is not sent yet, that the server is out of reach or does not know who sends."""
    words = {"gone": "line_gone", "out": "signed_out", "draft": "draft_kept", "undraft": "saved_discard"}
    return {"data-maturity": "", **{f"data-{name}": plain(f"maturity.{key}", language) for name, key in words.items()}}
