"""What else has to be said of agent time: what the events contradict, what another system would have said, and what each measure means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dash import html
from dash.development.base_component import Component

from dashboard.agent.aside import section
from dashboard.agent.tally import NONE, SHARES, Ask, Tally
from dashboard.format import NOTHING, count, duration, hours, part, percent
from dashboard.page import Visit
from dashboard.parts import state, status, table
from dashboard.word import in_words, known, plain
from metrics import small
from metrics.query import Query
from metrics.registry import metric, metrics
from metrics.result import Figure, Row
from sql.standing import Clock

ODD = ("busy_in_pause", "busy_signed_out", "agent_time_provisional")
COUNTED = ("work_never_ended", "work_in_future", "work_before_offer", "work_ended_first", "wrapup_before_end", "contact_before_start")
POLICY = "agent_time_policy_"
MOST_DAYS = 28  # of a longer period the last ones: whose clock is wrong is asked to mend it
BESIDE_VOICE = "agent_time_policy_nice_concurrent"  # 0 where voice has the agent to itself, which is a finding and no gap
EXPLAINED = ("agent_time_gross", "agent_time_wall", *SHARES.values(), "agent_time_union", "agent_time_exclusive", "agent_time_multichannel",
             "effective_concurrency", "aht_adjusted", "occupancy", "capacity_utilisation", "capacity_coverage", "staffed_time")  # fmt: skip


def oddities(ask: Ask, base: Query, tally: Tally, visit: Visit, clocks: Sequence[Clock] = ()) -> Component | None:
    """Times and counts of what cannot be as it is said; none of it is taken out of the figures, all of it is shown, with whose it is.

    `clocks` are the sources whose clock is ahead; of a limited viewer only those that sent something in sight are told.
    """
    language = visit.language
    if not tally.wall and not tally.seconds("staffed_time"):
        return None
    apart = replace(base, where=tuple(pair for pair in base.where if pair[0] != "channel"), metrics=COUNTED, by=("source",))
    counted = ask(apart).rows
    rows: list[list[table.Cell]] = []
    for name in ODD:
        if tally.held(name):
            rows.append([_name(name, visit), [state.withheld(language)], NOTHING])
            continue
        seconds = tally.seconds(name)
        share = part(seconds / tally.wall, language) if seconds and tally.wall else ""
        more = [html.Small(plain("agent_time.odd_part", language, share=share))] if share else []
        rows.append([_name(name, visit), [_mark(seconds, name, visit)], [hours(seconds, language), *more]])
    rows += [_counted(name, counted, visit) for name in COUNTED]
    scope, sent = visit.viewer.scope, {str(row.keys.get("source", "")) for row in counted}
    rows += _ahead([each for each in clocks if not scope.only or each.source in sent], visit)
    columns = [
        table.Column(plain("agent_time.odd", language)),
        table.Column(plain("agent_time.odd_status", language), name="mark"),
        table.Column(plain("agent_time.odd_amount", language), numeric=True),
    ]
    title = plain("agent_time.oddities", language)
    grid = table.table(columns, [table.Group("", rows)], language, title, name="odds")
    return section(title, plain("agent_time.oddities_note", language), grid)


def _counted(name: str, rows: Sequence[Row], visit: Visit) -> list[table.Cell]:
    """How often something happened, and to which sources."""
    language = visit.language
    found = {str(row.keys.get("source", "")): row.figures.get(name, NONE) for row in rows}
    if any(small.hides(figure) for figure in found.values()):
        return [_name(name, visit), [state.withheld(language)], NOTHING]
    many = {source: int(figure.value) for source, figure in found.items() if figure.value}
    most_first = sorted(filter(None, many), key=lambda source: (-many[source], source))
    whose = " · ".join(f"{source} {count(many[source], language)}" for source in most_first)
    told = [html.Small(whose)] if whose else []
    total = sum(many.values())
    return [[*_name(name, visit), *told], [_mark(total, name, visit)], count(total, language)]


def _ahead(clocks: Sequence[Clock], visit: Visit) -> list[list[table.Cell]]:
    """The sources whose events are stamped later than they were received, a line each; one line where there is none."""
    language = visit.language
    what = html.Span(plain("agent_time.ahead", language), title=plain("agent_time.ahead_title", language, n=MOST_DAYS))
    if not clocks:
        return [[[what], [status.mark("good", plain("agent_time.odd_none", language))], count(0, language)]]
    return [
        [
            [
                what,
                html.Small(
                    plain(
                        "agent_time.ahead_of",
                        language,
                        source=each.source,
                        share=part(each.ahead / each.events, language),
                        usual=duration(each.usual_s, language),
                        most=duration(each.most_s, language),
                    )
                ),
            ],
            [status.mark("watch", plain("agent_time.odd_some", language))],
            count(each.ahead, language),
        ]
        for each in clocks
    ]


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
