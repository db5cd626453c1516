"""The live board in words and marks: one text per place, in one language.

A place is `<row>.<column>`; rows are `t` (everything), `c.<channel>`, `q.<channel>.<queue>` and `a.<team>`; what stands around them is in
`margin`. `place@aspect` is a mark of the element there (see `assets/live.js`): class, title, or one of the small drawings. The page is laid
out from the same leaves it is updated with.
"""

import hashlib
from collections.abc import Iterator
from itertools import pairwise

from dashboard.format import NOTHING, Language, age, count, duration, number, percent
from dashboard.live import margin
from dashboard.live.arrival import HOURS, Arrivals
from dashboard.live.board import ENOUGH, Board, Line
from dashboard.live.day import Day
from dashboard.live.floor import SHORT_S
from dashboard.live.piece import pieces
from dashboard.parts.channel import css, label
from dashboard.word import plain, say
from metrics.promise import Promise

SCALE = (0.4, 1.0)  # the ends of the service level's column
WIDTH, HEIGHT, INSET = 120.0, 28.0, 3.0
NO_FLOW = Arrivals((), (), (), 0, None)
LEDE = 17  # the most pieces that sentence has


def row(line: Line) -> str:
    """The place of a row."""
    return ".".join(("q", line.channel, line.queue) if line.queue else ("c", line.channel) if line.channel else ("t",))


def shape(board: Board, language: str) -> str:
    """Equal as long as the rows are."""
    rows = [row(line) for line in (*board.channels, *board.queues)] + [source.name for source in board.sources]
    teams, day = [(crew.team, crew.held) for crew in board.crews], board.day.date if board.day else None
    return hashlib.blake2b(f"{language} {board.filtered} {rows} {teams} {day}".encode(), digest_size=8).hexdigest()


def leaves(board: Board, language: Language) -> dict[str, str]:
    """Every text and mark of the board."""
    found = dict(_head(board, language))
    for line in board.channels:
        found.update(_line(line, language))
        found.update(_note(line, board, language))
        found.update(_flow(line, language, board.day))
    for line in board.queues:
        found.update(_line(line, language))
    found.update(_flow(board.total, language, board.day))
    found["t.waiting"] = count(board.total.waiting, language)
    found["t.late"] = count(board.total.figure("waiting_late").value, language)
    found.update(margin.crews(board, language))
    found.update(margin.feeds(board, language))
    found.update(margin.ended(board, language))
    found.update(margin.balance(board, language))
    return found


# --- the page's answer -----------------------------------------------------------------------------------------------------------


def _head(board: Board, language: Language) -> Iterator[tuple[str, str]]:
    bad = [line for line in board.queues if line.status == "bad"]
    yield "answer", answer(board, language)
    yield (
        "said",
        plain("live.said", language, n=len(bad)) + (f". {plain('live.said_late', language, n=len(board.late))}" if board.late else ""),
    )
    total = board.total
    late = total.figure("waiting_late").value
    text = say("live.lede_waiting", language, n=total.waiting)
    if late and total.waiting:
        text += say("live.lede_beyond", language, n=int(late))
    crew = board.crews[0] if board.crews else None
    if crew and crew.told and crew.present:  # held back, nobody is present
        text += say("live.lede_agents", language, n=crew.busy, present=crew.present) + say("live.lede_ready", language, n=crew.ready)
    text += say(
        "live.lede_flow",
        language,
        handled=count(total.counted("handled"), language),
        abandoned=count(total.counted("abandoned"), language),
        arrived=count(total.arrivals.arrived if total.arrivals else 0, language),
    )
    yield from pieces("lede", text, LEDE)


def answer(board: Board, language: Language) -> str:
    """The page's first line: how many queues are beyond their promise, and who has waited longest against his.

    That no queue is beyond its promise is said only where every queue can be judged; otherwise what is known of those who wait.
    """
    if not board.channels:
        return plain("frame.scope_title" if board.limited and not board.filtered else "live.answer_empty", language)
    bad = sum(line.status == "bad" for line in board.queues)
    late = int(board.total.figure("waiting_late").value or 0)
    judged = all(line.status != "unknown" for line in board.queues)
    worst = max((line for line in board.queues if line.waiting), key=lambda line: (line.multiple or 0, line.oldest_s or 0), default=None)
    silent = [line for line in board.queues if line.silent_since is not None]
    if silent and not bad and not late:
        at = margin.moment(board.late[0].at, board, language)
        return plain("live.answer_silent", language, n=len(silent), name=board.late[0].name, at=at)
    if worst is None:
        if bad:
            return plain("live.answer_bad_calm", language, n=bad)
        return plain("live.answer_calm" if judged else "live.answer_nobody", language)
    what = plain("live.what", language, queue=worst.name, channel=label(worst.channel, language).lower())
    waited = oldest(worst, language)
    if worst.promise is None:
        return plain("live.answer_plain", language, what=what, age=waited)
    said = {"what": what, "age": waited, "promise": duration(worst.promise.within_s, language)}
    if bad:
        return plain("live.answer_bad", language, n=bad, **said)
    if late:
        return plain("live.answer_late" if judged else "live.answer_late_only", language, n=late, **said)
    return plain("live.answer_good" if judged else "live.answer_in_time", language, **said)


# --- one row ---------------------------------------------------------------------------------------------------------------------


def _line(line: Line, language: Language) -> Iterator[tuple[str, str]]:
    at, status = row(line), line.status
    yield f"{at}.status@class", f"st {status}"
    word = plain("live.silent" if line.silent_since is not None else f"live.{status}", language)
    yield f"{at}.status@title", word
    yield f"{at}.status.word", word
    yield f"{at}.waiting", count(line.waiting, language)
    yield f"{at}.waiting@class", "num big" if line.waiting else "num big na"
    yield f"{at}.oldest", oldest(line, language)
    yield f"{at}.oldest@class", "num" if line.oldest_s is not None else "num na"
    late = line.late
    yield f"{at}.late", count(late, language)
    yield f"{at}.late@class", "num b" if late else "num na"
    yield f"{at}.level", level(line, language)
    yield f"{at}.level@class", "num" if line.decided >= ENOUGH else "num muted"
    if not line.queue:
        yield f"{at}.multiple@bar", "" if line.multiple is None else f"{line.multiple:.3f}"
        yield f"{at}.bounds@bounds", _bounds(line)
        yield f"{at}.in_hand", count(line.counted("in_hand"), language)
        yield f"{at}.in_hand@class", "num" if line.counted("in_hand") else "num na"


def _note(line: Line, board: Board, language: Language) -> Iterator[tuple[str, str]]:
    """Under a channel's name: what it promises, or since how long a source of it has been silent."""
    at, since = row(line), line.silent_since
    told = promise(line.promise, language) if since is None else margin.silent((board.at - since).total_seconds(), language)
    yield f"{at}.note", told
    yield f"{at}.note@class", "" if since is None else "st ink watch"


def oldest(line: Line, language: Language) -> str:
    """How long the oldest has waited: by the second where the promise is short, else by the minute."""
    short = line.promise is not None and line.promise.within_s <= SHORT_S
    return duration(line.oldest_s, language) if short and (line.oldest_s or 0) < 3600 else age(line.oldest_s, language)


def level(line: Line, language: Language) -> str:
    """The live service level as its bounds in whole percents, one number when they agree, its n when that is too small to judge."""
    figure = line.figure("service_level_live")
    if line.promise is None or figure.low is None or figure.high is None:
        return NOTHING
    if line.decided < ENOUGH:
        return plain("live.sample", language, n=line.decided) if line.decided else NOTHING
    share = line.promise.share
    hidden = any(round(end * 100) == round(share * 100) and end < share for end in (figure.low, figure.high))
    digits = 1 if hidden else 0  # 79.7 beside a promise of 80 is not printed as 80
    low, high = (number(end * 100, language, digits) for end in (figure.low, figure.high))
    if low == high:
        return percent(figure.low, language, digits)
    return plain("live.range", language, low=low, high=percent(figure.high, language, digits))


def _bounds(line: Line) -> str:
    figure, target = line.figure("service_level_live"), line.promise
    mark = "-1" if target is None else f"{_on_scale(target.share):.3f}"
    if line.decided < ENOUGH or figure.low is None or figure.high is None or target is None:
        return f"- - {mark}"
    return f"{_on_scale(figure.low):.3f} {_on_scale(figure.high):.3f} {mark} {line.status}"


def _on_scale(share: float) -> float:
    return min(1.0, max(0.0, (share - SCALE[0]) / (SCALE[1] - SCALE[0])))


def promise(made: Promise | None, language: Language) -> str:
    """What a channel promises, in words."""
    if made is None:
        return plain("live.no_promise", language)
    return plain("live.promise", language, share=percent(made.share, language, 0), time=duration(made.within_s, language))


# --- what flowed today -----------------------------------------------------------------------------------------------------------


def _flow(line: Line, language: Language, day: Day | None) -> Iterator[tuple[str, str]]:
    at, flow = row(line), line.arrivals
    for name in ("handled", "abandoned"):
        yield f"{at}.{name}", count(line.counted(name), language)
        yield f"{at}.{name}@class", "num" if line.counted(name) else "num na"
    yield f"{at}.abandon_rate", percent(line.figure("abandon_rate").value, language)
    yield f"{at}.arrived", count(flow.arrived if flow else 0, language)
    yield f"{at}.arrived@class", "num" if flow and flow.arrived else "num na"
    against = flow.against if flow else None
    yield f"{at}.against", NOTHING if against is None else _percent_change(against, language)
    if line.channel:
        yield f"{at}.curve@curve", curve(flow, day.arrived.get(line.channel, ()) if day else ())
        yield f"{at}.curve@class", f"curve {css(line.channel)}"
    if day:
        yield from margin.then(at, line.channel, line.promise is not None, day, language)


def _percent_change(value: float, language: Language) -> str:
    return number(value * 100, language, sign=True) + percent(0, language, 0)[1:]


def curve(flow: Arrivals | None, before: tuple[int, ...] = ()) -> str:
    """A day's arrivals as the paths of a drawing: the usual range, today's line, where the line ends, and the line of the day before."""
    flow = flow or NO_FLOW
    most = max((*flow.high, *flow.today, *before, 1))

    def x(hour: float) -> float:
        return hour / HOURS * WIDTH

    def y(contacts: float) -> float:
        return HEIGHT - INSET - contacts / most * (HEIGHT - 2 * INSET)

    top = [(x(at + 0.5), y(value)) for at, value in enumerate(flow.high)]
    bottom = [(x(at + 0.5), y(value)) for at, value in enumerate(flow.low)]
    band = _path([*top, *reversed(bottom)]) + "Z" if top else ""
    today, then = ([(x(at + 0.5), y(value)) for at, value in enumerate(hours)] for hours in (flow.today, before))
    end = f"{today[-1][0]:.1f},{today[-1][1]:.1f}" if today else ""
    return f"{band}|{_path(today) if len(today) > 1 else ''}|{end}|{_path(then)}"


def _path(points: list[tuple[float, float]]) -> str:
    pairs = [f"{px:.1f} {py:.1f}" for px, py in points]
    return "M" + "L".join(pairs) if all(True for _ in pairwise(pairs)) and pairs else ""
