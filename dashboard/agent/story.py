"""The first lines of a day: how long the agent was busy, what the contacts log beside it, and what cannot be as it is said."""

from __future__ import annotations

from dashboard.agent.day import Day, odd
from dashboard.format import Language, day, hours, number, part, typography
from dashboard.parts.channel import label
from dashboard.word import plain, say


def answer(told: Day, language: Language) -> str:
    """What the page says first."""
    name, on = told.name, day(told.window.day, language)
    if not told.known:
        return plain("agent_day.answer_unknown", language, name=name, day=on)
    if told.tally is None:
        return plain("agent_day.answer_partial", language, name=name, day=on, n=sum(part.taken for part in told.parts))
    tally = told.tally
    wall, gross, at_once = tally.wall, tally.gross, tally.at_once or 0
    if not wall:
        return plain("agent_day.answer_idle", language, name=name, day=on)
    if all(level < 2 for level, _ in told.levels):  # what merely rounds to one at a time is not it
        return plain("agent_day.answer_single", language, name=name, wall=hours(wall, language))
    return plain(
        "agent_day.answer",
        language,
        name=name,
        wall=hours(wall, language),
        gross=hours(gross, language),
        at_once=number(at_once, language, 2),
    )


def lede(told: Day, language: Language) -> str:
    """The second line: the channel whose contacts hide most, how much ran on several channels, and how many at most."""
    tally = told.tally
    if tally is None or not tally.wall:
        return say("agent_day.lede_none", language, day=day(told.window.day, language))
    said = []
    gap = {code: tally.of(code, "agent_time_gross") - tally.of(code, "share") for code in tally.channels}
    widest = max(gap, key=lambda code: gap[code], default="")
    if widest and gap[widest] > 60 and not tally.unshared:
        share, gross = tally.of(widest, "share"), tally.of(widest, "agent_time_gross")
        said.append(
            say(
                "agent_day.lede_channel",
                language,
                channel=label(widest, language),
                share=hours(share, language),
                gross=hours(gross, language),
            )
        )
    peak = max((level for level, _ in told.levels), default=0)
    if peak > 1:
        said.append(say("agent_day.lede_several", language, share=part(tally.several, language), n=peak))
    else:
        said.append(say("agent_day.lede_one", language))
    if told.live:
        said.append(say("agent_day.lede_live", language))
    return typography(" ".join(said), language)


def oddities(told: Day, language: Language) -> list[str]:
    """What the events contradict, each with how long."""
    moments, present = told.detail.moments or (), told.detail.present
    long = {"out": 0.0, "pause": 0.0}
    for each in moments:
        kind = odd(each, present=present)
        if kind:
            long[kind] += (each.until - each.at).total_seconds()
    said = [plain(f"agent_day.odd_{kind}_long", language, time=hours(seconds, language)) for kind, seconds in long.items() if seconds >= 1]
    endless = sum(part.going_on and part.taken for part in told.parts)
    if endless and not told.live:
        said.append(plain("agent_day.odd_endless", language, n=endless))
    return said
