"""What stands around the rows of the live board, in words and marks: who is there, which sources are late, the day before, the balance."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from dashboard.format import NOTHING, Language, age, clock, count, day, duration, instant, percent, weekday
from dashboard.live.board import Board
from dashboard.live.crew import Crew
from dashboard.live.day import Day
from dashboard.live.feed import Feed
from dashboard.live.piece import pieces
from dashboard.parts.channel import label, ordered
from dashboard.word import plain, say

BALANCE, ENDED = 11, 11  # the most pieces those two sentences have
COLD_S = 120  # a source silent for longer than this says so in minutes
DETAILED, NAMED = 2, 4  # so many late sources are told with what is usual of them, so many by name
ALL = "t"


# --- agents ----------------------------------------------------------------------------------------------------------------------


def team(crew: Crew, first: Crew) -> str:
    """The place of a crew's row."""
    return f"a.{ALL}" if crew is first else f"a.team.{crew.team}"


def crews(board: Board, language: Language) -> Iterator[tuple[str, str]]:
    """The agents of each team: how many are present, in contact, ready and not available, and what they have in hand."""
    for crew in board.crews:
        at, withheld = team(crew, board.crews[0]), plain("part.withheld", language)
        for name, value in (("busy", crew.busy), ("contacts", crew.contacts)):
            yield f"{at}.{name}", withheld if crew.held else count(value, language)
            yield f"{at}.{name}@class", "num" if value else "num na"
        for name, value in (("present", crew.present), ("ready", crew.ready), ("away", crew.away)):
            yield f"{at}.{name}", withheld if crew.held else count(value, language) if crew.told else NOTHING
            yield f"{at}.{name}@class", "num" if value and crew.told else "num na"
        yield f"{at}.crew@crew", f"{crew.busy} {crew.ready} {crew.away}"
        yield f"{at}.present@title", plain("live.crew_few", language) if crew.held else ""


# --- sources ---------------------------------------------------------------------------------------------------------------------


def feeds(board: Board, language: Language) -> Iterator[tuple[str, str]]:
    """The line that says which sources are late, and how fresh each source is."""
    late = board.late
    yield "late", _late(late, board, language) if late else ""
    yield "late@class", "late st ink watch" if late else "late"
    for feed in board.sources:
        at = f"s.{feed.name}"
        yield at, silent_for(feed.silent_s, language)
        yield f"{at}.mark@class", f"st {'watch' if feed.late else 'unknown' if feed.limit_s is None else 'good'}"
        yield f"{at}.mark@title", plain(f"live.feed_{'late' if feed.late else 'unjudged' if feed.limit_s is None else 'kept'}", language)
        usual = "" if feed.usual_s is None else plain("live.source_usual", language, usual=_upto(feed.usual_s, language))
        yield f"{at}@title", plain("live.source_title", language, at=instant(feed.at, language, board.zone)) + usual


def _late(late: tuple[Feed, ...], board: Board, language: Language) -> str:
    told = [_told(feed, board, language, detailed=len(late) <= DETAILED) for feed in late[:NAMED]]
    rest = [plain("live.late_more", language, n=len(late) - NAMED)] if len(late) > NAMED else []
    return plain("live.late", language, n=len(late), names=" · ".join([*told, *rest]))


def _told(feed: Feed, board: Board, language: Language, *, detailed: bool) -> str:
    said = plain("live.late_each", language, name=feed.name, at=moment(feed.at, board, language))
    if not detailed or feed.limit_s is None:
        return said
    if feed.usual_s is None:
        return f"{said} {plain('live.late_limit', language, limit=duration(feed.limit_s, language))}"
    return f"{said} {plain('live.late_usual', language, usual=_upto(feed.usual_s, language))}"


def _upto(seconds: float, language: Language) -> str:
    """A usual silence in whole minutes, never less than it was."""
    return duration(-(-seconds // 60) * 60 if seconds >= 60 else max(seconds, 1), language)


def moment(at: datetime, board: Board, language: Language) -> str:
    """When something stopped: the time of day, with its date when it was not today."""
    zone = ZoneInfo(board.zone)
    local = at.astimezone(zone).date()
    if local == board.at.astimezone(zone).date():
        return clock(at, board.zone)
    return plain("live.moment", language, day=day(local, language, "short"), time=clock(at, board.zone))


def silent(seconds: float, language: Language) -> str:
    """Under a channel's name: for how long a source of it has said nothing."""
    return plain("live.silent_for", language, age=silent_for(seconds, language))


def silent_for(seconds: float, language: Language) -> str:
    """How long a source has been silent: in steps of five seconds at first, then in minutes."""
    return duration(max(0.0, seconds) // 5 * 5, language) if seconds < COLD_S else age(seconds, language)


# --- the day before --------------------------------------------------------------------------------------------------------------


def which(told: Day, language: Language) -> str:
    """Which day stands beside today, in a word: "yesterday", or its weekday."""
    return plain("live.yesterday", language) if told.yesterday else weekday(told.date, language)


def ended(board: Board, language: Language) -> Iterator[tuple[str, str]]:
    """The sentence on the last day that is over, while today has hardly begun."""
    told = board.day
    if told is None:
        return
    key = "live.ended_yesterday" if told.yesterday else "live.ended_before"
    text = say(key, language, day=day(told.date, language, "weekday"))
    values = {name: count(told.figure("", name).value or 0, language) for name in ("handled", "abandoned")}
    text += say("live.ended_flow", language, arrived=count(told.contacts(""), language), **values)
    kept = told.figure("", "promise_kept").value
    if kept is not None:
        text += say("live.ended_kept", language, kept=percent(kept, language))
        missed = ", ".join(label(code, language) for code in ordered(told.missed))
        text += say("live.ended_missed", language, n=len(told.missed), channels=missed) if missed else say("live.ended_none", language)
    yield from pieces("ended", f"{text}.", ENDED)


def then(at: str, channel: str, promised: bool, told: Day, language: Language) -> Iterator[tuple[str, str]]:
    """Under today's figures of a row: those of the day that is over."""
    for name in ("handled", "abandoned"):
        yield f"{at}.{name}.then", count(told.figure(channel, name).value or 0, language)
    yield f"{at}.abandon_rate.then", percent(told.figure(channel, "abandon_rate").value, language)
    yield f"{at}.arrived.then", count(told.contacts(channel), language)
    if channel:
        yield f"{at}.level.then", percent(told.figure(channel, "promise_kept").value, language, 0) if promised else ""


# --- the footer ------------------------------------------------------------------------------------------------------------------


def balance(board: Board, language: Language) -> Iterator[tuple[str, str]]:
    """What became of everything received."""
    total = board.balance
    if total is None:
        yield from pieces("balance", "", BALANCE)
        return
    if not total.received:
        yield from pieces("balance", plain("live.balance_none", language), BALANCE)
        return
    values = {name: getattr(total, name) for name in ("received", "stored", "duplicate", "quarantined", "residual")}
    yield from pieces("balance", say("live.balance", language, **values), BALANCE)
    yield "balance@class", "balance" if total.residual == 0 else "balance wrong"
