"""What stands beside a ranking or a day: where the time went, which channels ran together, how many at once, and the equations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dash import html
from dash.development.base_component import Component

from dashboard.agent.balance import MILLISECONDS, Equation, equations
from dashboard.agent.tally import NONE, SHARES, Tally
from dashboard.format import NOTHING, Language, count, duration, hours, number, parts, percent
from dashboard.page import Visit
from dashboard.parts import bullet, channel, heat, stack, state, status, table
from dashboard.word import plain

MINUTE = 60


def times(values: Sequence[float], total: float, language: Language) -> tuple[list[str], str]:
    """Times and their sum in whole minutes, adding up as they stand."""
    whole = round(total / MINUTE)
    shown = parts([value / MINUTE for value in values], whole, 0)
    return [hours(long * MINUTE or min(value, 1), language, short=True) for long, value in zip(shown, values, strict=True)], _time(
        whole * MINUTE, language
    )


def _time(value: float, language: Language) -> str:
    """A time by itself."""
    return hours(value, language, short=True)


def _told(text: str, language: Language, *, held: bool) -> table.Cell:
    return [state.withheld(language)] if held else text


def section(title: str, note: str, *content: Component) -> Component:
    """A part of a page: its name, a remark at the right, and what is in it."""
    head = html.Header([html.H2(title), *([html.Span(note, className="asof")] if note else [])])
    return html.Section([head, *content], className="sec")


def channels(visit: Visit, tally: Tally, order: Sequence[str], share: str) -> Component:
    """Each channel's time: in full, with it open, shared out; and what a contact took, counted in full and shared out."""
    language = visit.language
    columns = [
        table.Column(plain("agent_time.channel", language)),
        table.Column(plain("agent_time.contacts_short", language), numeric=True),
        table.Column(plain("agent_time.gross", language), numeric=True, href=visit.href("/handbook/agent_time_gross")),
        table.Column(plain("agent_time.open", language), numeric=True, href=visit.href("/handbook/agent_time_union"), name="open"),
        table.Column(plain(f"agent_time.share_{share}", language), numeric=True, href=visit.href(f"/handbook/{SHARES[share]}"), name="b"),
        table.Column(plain("agent_time.aht", language), numeric=True, href=visit.href("/handbook/aht")),
        table.Column(plain("agent_time.aht_adjusted", language), numeric=True, href=visit.href("/handbook/aht_adjusted")),
    ]
    gross, all_gross = times([tally.of(code, "agent_time_gross") for code in order], tally.gross, language)
    shared = [tally.of(code, "share") for code in order]
    share_s, all_share = times(shared, sum(shared), language)
    rows: list[list[table.Cell]] = [
        [
            [channel.name(code, language)],
            count(tally.ended(code), language),
            _told(gross[at], language, held=tally.hides(code, "agent_time_gross")),
            _told(_time(tally.of(code, "agent_time_union"), language), language, held=tally.hides(code, "agent_time_union")),
            _told(
                share_s[at] if tally.channels[code].get("share", NONE).value is not None else NOTHING,
                language,
                held=tally.hides(code, "share"),
            ),
            *(_told(_handle(tally, [code], name, language), language, held=tally.hides(code, name)) for name in ("aht", "aht_adjusted")),
        ]
        for at, code in enumerate(order)
    ]
    total: list[table.Cell] = [
        plain("agent_time.all", language),
        _told(count(tally.contacts, language), language, held=tally.partly),
        _told(all_gross, language, held=tally.partly),
        [html.Span(plain("agent_time.overlaps", language), className="muted")],
        _told(NOTHING if tally.unshared else all_share, language, held=tally.partly),
        *(_told(_handle(tally, order, name, language), language, held=tally.partly) for name in ("aht", "aht_adjusted")),
    ]
    title = plain("agent_time.where", language)
    note = plain("agent_time.in_hours", language)
    return section(
        title, note, *_squeezed(tally, order, language), table.table(columns, [table.Group("", rows)], language, title, total, "sums")
    )


def _squeezed(tally: Tally, order: Sequence[str], language: Language) -> list[Component]:
    """Gross above and wall below; nothing where the channels told are not all of those behind the wall."""
    if not tally.gross or tally.unshared or tally.partly or tally.narrowed:
        return []
    above = [(channel.css(code), tally.of(code, "agent_time_gross")) for code in order]
    below = [(channel.css(code), seconds) for code, seconds in tally.shares(order)]
    said = plain("agent_time.squeezed", language, gross=hours(tally.gross, language), wall=hours(tally.wall, language))
    note = plain("agent_time.squeezed_note", language, n=number(tally.at_once, language, 2))
    return [html.Div([stack.squeezed(above, below, said), html.P(note, className="asof")], className="squeezer")]


def _handle(tally: Tally, codes: Sequence[str], name: str, language: Language) -> str:
    """A handle time over some channels, from its parts."""
    figures = [tally.channels[code].get(name, NONE) for code in codes]
    bottom = sum(figure.bottom or 0 for figure in figures)
    return duration(sum(figure.top or 0 for figure in figures) / bottom, language) if bottom else NOTHING


def overlap(visit: Visit, tally: Tally, pairs: Mapping[tuple[str, str], float | None], order: Sequence[str]) -> Component | None:
    """Channel by channel: how long both were open at once; the diagonal how long each was open at all."""
    if len(order) < 2:
        return None
    language = visit.language
    alone = {(code, code): None if tally.hides(code, "agent_time_union") else tally.of(code, "agent_time_union") for code in order}
    values = dict(pairs) | alone
    texts = {pair: "" if seconds is None else _time(seconds, language) for pair, seconds in values.items()}
    caption = plain("agent_time.overlap", language)
    note = f"{plain('agent_time.in_hours', language)}{plain('agent_time.overlap_note', language)}"
    return section(caption, note, heat.square(order, values, texts, language, caption))


def profile(visit: Visit, levels: Sequence[tuple[int, float]], wall: float) -> Component | None:
    """How long one, two, three… contacts were in hand, from zero, and what part of the time worked that is."""
    if not levels or not wall:
        return None
    language = visit.language
    columns = [
        table.Column(plain("agent_time.at_once", language)),
        table.Column("", name="bar"),
        table.Column(plain("agent_time.time", language), numeric=True),
        table.Column(plain("agent_time.of_wall", language), numeric=True),
    ]
    most = max(seconds for _, seconds in levels)
    shown, whole = times([seconds for _, seconds in levels], wall, language)
    rows: list[list[table.Cell]] = [
        [
            count(level, language),
            [bullet.meter(seconds / most)],
            shown[at],
            percent(seconds / wall, language),
        ]
        for at, (level, seconds) in enumerate(levels)
    ]
    total: list[table.Cell] = [plain("agent_time.wall", language), "", whole, percent(1, language)]
    title = plain("agent_time.profile", language)
    note = plain("agent_time.in_hours", language)
    return section(title, note, table.table(columns, [table.Group("", rows)], language, title, total, "levels"))


def balance(
    visit: Visit, tally: Tally, levels: Sequence[tuple[int, float]], order: Sequence[str], *, shares: bool = True
) -> Component | None:
    """The equations as printed, each with its residual; those about channels are left out where only some are shown (`shares`)."""
    found = [each for each in equations(tally, levels, order) if shares or each.name not in ("shares", "gross")]
    if not found:
        return None
    language = visit.language
    items = [html.Li(_equation(each, visit)) for each in found]
    note = plain("agent_time.balance_note", language)
    return section(plain("agent_time.balance", language), note, html.Ul(items, className="balances"))


def _equation(each: Equation, visit: Visit) -> list[Component]:
    language = visit.language
    terms, total = each.printed()
    said = " + ".join(_term(each.name, name, seconds, language) for name, seconds in terms) or "0"
    residual = count(each.residual_ms, language)
    verdict = status.mark("good" if each.residual_ms == 0 else "bad", plain("agent_time.residual", language, n=residual))
    return [
        html.Span([said, html.Small(plain(f"agent_time.equation_{each.name}", language))]),
        html.Span(
            [f"=\u00a0{number(total, language, each.decimals)}\u00a0s", html.Small(plain(f"agent_time.result_{each.name}", language))],
            className="num b",
        ),
        verdict,
    ]


def _term(equation: str, name: str, seconds: float, language: Language) -> str:
    amount = count(seconds, language)
    if equation == "shares":
        return f"{channel.label(name, language)} {amount}"
    if equation == "levels":
        return amount
    if equation == "gross":
        return f"{name}\u00a0×\u00a0{number(seconds / int(name), language, MILLISECONDS)}"
    return f"{plain(f'agent_time.term_{name}', language)} {amount}"
