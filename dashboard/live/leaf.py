"""The live board in words and marks: one text per place, in one language.

A place is `<row>.<column>`; rows are `t` (everything), `c.<channel>` and `q.<channel>.<queue>`. `place@aspect` is a mark of the element
there (see `assets/live.js`): class, title, or one of the small drawings. The page is laid out from the same leaves it is updated with.
"""

import hashlib
from collections.abc import Iterator
from itertools import pairwise

from dashboard.format import NOTHING, Language, age, count, duration, instant, number, percent
from dashboard.live.arrival import HOURS, Arrivals
from dashboard.live.board import ENOUGH, Board, Line
from dashboard.live.floor import SHORT_S
from dashboard.parts.channel import css, label
from dashboard.word import plain, say
from metrics.promise import Promise

SCALE = (0.4, 1.0)  # the ends of the service level's column
WIDTH, HEIGHT, INSET = 120.0, 28.0, 3.0
LEDE, BALANCE = 11, 11  # the most pieces those two sentences have
COLD_S = 120  # a source silent for longer than this says so in minutes


def row(line: Line) -> str:
    """The place of a row."""
    return ".".join(("q", line.channel, line.queue) if line.queue else ("c", line.channel) if line.channel else ("t",))


def shape(board: Board, language: str) -> str:
    """Equal as long as the rows are."""
    rows = [row(line) for line in (*board.channels, *board.queues)] + [source.name for source in board.sources]
    return hashlib.blake2b(f"{language} {board.filtered} {rows}".encode(), digest_size=8).hexdigest()


def leaves(board: Board, language: Language) -> dict[str, str]:
    """Every text and mark of the board."""
    found = dict(_head(board, language))
    for line in board.channels:
        found.update(_line(line, language))
        found.update(_flow(line, language))
    for line in board.queues:
        found.update(_line(line, language))
    found.update(_flow(board.total, language))
    found["t.waiting"] = count(board.total.waiting, language)
    found["t.late"] = count(board.total.figure("waiting_late").value, language)
    found.update(_foot(board, language))
    return found


# --- the page's answer -----------------------------------------------------------------------------------------------------------


def _head(board: Board, language: Language) -> Iterator[tuple[str, str]]:
    bad = [line for line in board.queues if line.status == "bad"]
    yield "answer", answer(board, language)
    yield "said", plain("live.said", language, n=len(bad))
    total = board.total
    late = total.figure("waiting_late").value
    text = say("live.lede_waiting", language, n=total.waiting)
    if late and total.waiting:
        text += say("live.lede_beyond", language, n=int(late))
    text += say(
        "live.lede_flow",
        language,
        handled=count(total.figure("handled").value, language),
        abandoned=count(total.figure("abandoned").value, language),
        arrived=count(total.arrivals.arrived if total.arrivals else 0, language),
    )
    yield from pieces("lede", text, LEDE)


def answer(board: Board, language: Language) -> str:
    """The page's first line: how many queues are beyond their promise, and who has waited longest against his."""
    if not board.channels:
        return plain("live.answer_empty", language)
    bad = sum(line.status == "bad" for line in board.queues)
    late = board.total.figure("waiting_late").value or 0
    worst = max((line for line in board.queues if line.waiting), key=lambda line: (line.multiple or 0, line.oldest_s or 0), default=None)
    if worst is None:
        return plain("live.answer_bad_calm", language, n=bad) if bad else plain("live.answer_calm", language)
    what = plain("live.what", language, queue=worst.name, channel=label(worst.channel, language).lower())
    waited = oldest(worst, language)
    if worst.promise is None:
        return plain("live.answer_plain", language, what=what, age=waited)
    promised = duration(worst.promise.within_s, language)
    if bad:
        return plain("live.answer_bad", language, n=bad, what=what, age=waited, promise=promised)
    if late:
        return plain("live.answer_late", language, n=int(late), what=what, age=waited, promise=promised)
    return plain("live.answer_good", language, what=what, age=waited, promise=promised)


# --- one row ---------------------------------------------------------------------------------------------------------------------


def _line(line: Line, language: Language) -> Iterator[tuple[str, str]]:
    at, status = row(line), line.status
    yield f"{at}.status@class", f"st {status}"
    yield f"{at}.status@title", plain(f"live.{status}", language)
    yield f"{at}.status.word", plain(f"live.{status}", language)
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
        yield f"{at}.in_hand", count(line.figure("in_hand").value or 0, language)
        yield f"{at}.in_hand@class", "num" if line.figure("in_hand").value else "num na"


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
    low, high = number(figure.low * 100, language), number(figure.high * 100, language)
    if low == high:
        return percent(figure.low, language, 0)
    return plain("live.range", language, low=low, high=percent(figure.high, language, 0))


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


def _flow(line: Line, language: Language) -> Iterator[tuple[str, str]]:
    at, flow = row(line), line.arrivals
    handled, abandoned = line.figure("handled").value, line.figure("abandoned").value
    yield f"{at}.handled", count(handled or 0, language)
    yield f"{at}.handled@class", "num" if handled else "num na"
    yield f"{at}.abandoned", count(abandoned, language) if abandoned else NOTHING
    yield f"{at}.abandoned@class", "num" if abandoned else "num na"
    rate = line.figure("abandon_rate").value
    yield f"{at}.abandon_rate", percent(rate, language) if rate else ""
    yield f"{at}.arrived", count(flow.arrived if flow else 0, language)
    yield f"{at}.arrived@class", "num" if flow and flow.arrived else "num na"
    against = flow.against if flow else None
    yield f"{at}.against", NOTHING if against is None else _percent_change(against, language)
    if line.channel:
        yield f"{at}.curve@curve", curve(flow)
        yield f"{at}.curve@class", f"curve {css(line.channel)}"


def _percent_change(value: float, language: Language) -> str:
    return number(value * 100, language, sign=True) + percent(0, language, 0)[1:]


def curve(flow: Arrivals | None) -> str:
    """A day's arrivals as the paths of a drawing: the usual range, today's line, and where the line ends."""
    if flow is None:
        return "||"
    most = max((*flow.high, *flow.today, 1))

    def x(hour: float) -> float:
        return hour / HOURS * WIDTH

    def y(contacts: float) -> float:
        return HEIGHT - INSET - contacts / most * (HEIGHT - 2 * INSET)

    top = [(x(at + 0.5), y(value)) for at, value in enumerate(flow.high)]
    bottom = [(x(at + 0.5), y(value)) for at, value in enumerate(flow.low)]
    band = _path([*top, *reversed(bottom)]) + "Z" if top else ""
    today = [(x(at + 0.5), y(value)) for at, value in enumerate(flow.today)]
    end = f"{today[-1][0]:.1f},{today[-1][1]:.1f}" if today else ""
    return f"{band}|{_path(today) if len(today) > 1 else ''}|{end}"


def _path(points: list[tuple[float, float]]) -> str:
    pairs = [f"{px:.1f} {py:.1f}" for px, py in points]
    return "M" + "L".join(pairs) if all(True for _ in pairwise(pairs)) and pairs else ""


# --- the footer ------------------------------------------------------------------------------------------------------------------


def _foot(board: Board, language: Language) -> Iterator[tuple[str, str]]:
    for source in board.sources:
        silent = max(0.0, (board.at - source.at).total_seconds())
        yield f"s.{source.name}", duration(silent // 5 * 5, language) if silent < COLD_S else age(silent, language)
        yield f"s.{source.name}@title", plain("live.source_title", language, at=instant(source.at, language, board.zone))
    total = board.balance
    if total is None or not total.received:
        yield from pieces("balance", plain("live.balance_none", language), BALANCE)
        return
    values = {name: getattr(total, name) for name in ("received", "stored", "duplicate", "quarantined", "residual")}
    yield from pieces("balance", say("live.balance", language, **values), BALANCE)
    yield "balance@class", "balance" if total.residual == 0 else "balance wrong"


def pieces(place: str, text: str, most: int) -> Iterator[tuple[str, str]]:
    """A sentence with `**bold**` marks as a fixed number of leaves, every second one bold; a shorter sentence leaves the last empty."""
    found = text.split("**")
    for at in range(most):
        yield f"{place}.{at}", found[at] if at < len(found) else ""
