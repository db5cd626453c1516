"""What else has to be said of agent time: what the events contradict, what another system would have said, and what each measure means."""

from __future__ import annotations

from dataclasses import replace

from dash import html
from dash.development.base_component import Component

from dashboard.agent.aside import section
from dashboard.agent.tally import NONE, SHARES, Ask, Tally
from dashboard.format import NOTHING, count, hours, part, percent
from dashboard.page import Visit
from dashboard.parts import state, status, table
from dashboard.word import in_words, known, plain
from metrics import small
from metrics.query import Query
from metrics.registry import metric, metrics
from metrics.result import Figure

ODD = ("busy_in_pause", "busy_signed_out", "agent_time_provisional")
COUNTED = ("work_never_ended", "work_in_future", "work_before_offer", "work_ended_first")
POLICY = "agent_time_policy_"
BESIDE_VOICE = "agent_time_policy_nice_concurrent"  # 0 where voice has the agent to itself, which is a finding and no gap
EXPLAINED = ("agent_time_gross", "agent_time_wall", *SHARES.values(), "agent_time_union", "agent_time_exclusive", "agent_time_multichannel",
             "effective_concurrency", "aht_adjusted", "occupancy", "capacity_utilisation", "capacity_coverage", "staffed_time")  # fmt: skip


def oddities(ask: Ask, base: Query, tally: Tally, visit: Visit) -> Component | None:
    """Times and counts of what cannot be as it is said; none of it is taken out of the figures, all of it is shown."""
    language = visit.language
    if not tally.wall and not tally.seconds("staffed_time"):
        return None
    apart = replace(base, where=tuple(pair for pair in base.where if pair[0] != "channel"), metrics=COUNTED, by=())
    counted = ask(apart).rows
    rows: list[list[table.Cell]] = []
    for name in ODD:
        if tally.held(name):
            rows.append([_name(name, visit), [state.withheld(language)], NOTHING, NOTHING])
            continue
        seconds = tally.seconds(name)
        shown = part(seconds / tally.wall, language) if tally.wall else NOTHING
        rows.append([_name(name, visit), [_mark(seconds, name, visit)], hours(seconds, language), shown])
    for name in COUNTED:
        figure = counted[0].figures.get(name, NONE) if counted else NONE
        mark = state.withheld(language) if small.hides(figure) else _mark(figure.value or 0, name, visit)
        rows.append([_name(name, visit), [mark], count(figure.value, language), ""])
    columns = [
        table.Column(plain("agent_time.odd", language)),
        table.Column(plain("agent_time.odd_status", language), name="mark"),
        table.Column(plain("agent_time.time", language), numeric=True),
        table.Column(plain("agent_time.of_wall", language), numeric=True),
    ]
    title = plain("agent_time.oddities", language)
    return section(title, plain("agent_time.oddities_note", language), table.table(columns, [table.Group("", rows)], language, title))


def _name(name: str, visit: Visit, short: str = "") -> list[Component]:
    return [
        html.A(
            short or in_words(metric(name).name, visit.language),
            href=visit.href(f"/handbook/{name}"),
            title=in_words(metric(name).definition, visit.language),
        )
    ]


def _mark(amount: float, name: str, visit: Visit) -> Component:
    if not amount:
        return status.mark("good", plain("agent_time.odd_none", visit.language))
    if name == "agent_time_provisional":
        return status.mark("unknown", plain("agent_time.odd_provisional", visit.language))
    return status.mark("watch", plain("agent_time.odd_some", visit.language))


def policies(ask: Ask, base: Query, tally: Tally, visit: Visit) -> Component | None:
    """The same work by the rules of other systems, beside what was worked; None where no such rule is in the catalogue."""
    names = tuple(name for name in metrics() if name.startswith(POLICY))
    if not names or not tally.wall:
        return None
    language = visit.language
    apart = replace(base, where=tuple(pair for pair in base.where if pair[0] != "channel"), metrics=names, by=())
    found = ask(apart).rows
    figures = found[0].figures if found else {}
    rows = [_policy(name, figures.get(name, NONE), tally, visit) for name in names]
    columns = [
        table.Column(plain("agent_time.policy", language)),
        table.Column(plain("agent_time.time", language), numeric=True),
        table.Column(plain("agent_time.policy_against", language), numeric=True),
    ]
    title = plain("agent_time.policies", language)
    note = html.P(plain("agent_time.policies_note", language), className="note")
    return section(title, plain("agent_time.policies_head", language), table.table(columns, [table.Group("", rows)], language, title), note)


def _policy(name: str, figure: Figure, tally: Tally, visit: Visit) -> list[table.Cell]:
    language = visit.language
    short = f"agent_time.policy_{name.removeprefix(POLICY)}"
    rule = _name(name, visit, plain(short, language) if known(short) else "")
    if small.hides(figure):
        return [rule, [state.withheld(language)], ""]
    if figure.value is None:
        missing = html.Span(plain("agent_time.policy_none", language), className="muted")
        return [rule, [missing], ""]
    never = [html.Small(plain("agent_time.policy_never", language))] if figure.value == 0 and name == BESIDE_VOICE else []
    return [[*rule, *never], hours(figure.value, language), percent(figure.value / tally.wall, language, 0)]


def explained(visit: Visit) -> Component:
    """Each measure in plain words, and why the sums agree; folded, as one reads it once."""
    language = visit.language
    items = []
    for name in EXPLAINED:
        told = metric(name)
        items += [
            html.Dt(html.A(in_words(told.name, language), href=visit.href(f"/handbook/{name}"))),
            html.Dd(in_words(told.definition, language)),
        ]
    why = [html.P(plain(f"agent_time.why_{at}", language)) for at in (1, 2, 3)]
    return html.Details(
        [html.Summary(plain("agent_time.explain", language)), *why, html.Dl(items, className="facts explain")], className="more explained"
    )
