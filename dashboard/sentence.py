"""The first line of the committee's page: what moved and what is missed, said from intervals and limits, never from the points alone."""

from collections.abc import Sequence
from math import log

from babel.lists import format_list

from dashboard.format import Language, number, typography
from dashboard.review import Line, Review
from dashboard.word import in_words, plain, say
from metrics.change import Movement
from metrics.judge import Verdict

MOST = 3


def answer(told: Review, language: Language) -> str:
    """The page's answer: movements that chance does not explain, and targets missed for sure."""
    sentence = say(
        "committee.answer", language, period=told.period.name(language), moves=_moves(told, language), targets=_targets(told, language)
    )
    return typography(sentence[:1].upper() + sentence[1:], language)


def _moves(told: Review, language: Language) -> str:
    signals = [line for line in told.lines.values() if line.movement is Movement.SIGNAL]
    if signals:
        ways = (("committee.moves_up", True), ("committee.moves_down", False), ("committee.moves_other", None))
        named = [(key, [line for line in signals if line.improved is way]) for key, way in ways]
        return "; ".join(plain(key, language, names=names(lines, language)) for key, lines in named if lines)
    others = [line.apart for line in told.lines.values() if line.movement is Movement.APART and line.apart]
    if others:
        return plain("committee.moves_apart", language, times=times(min(others, key=lambda ratio: abs(log(ratio))), language))
    known = any(line.limits and not line.limits.provisional for line in told.lines.values())
    return plain("committee.moves_none" if known else "committee.moves_young", language)


def times(ratio: float, language: Language) -> str:
    """How many times as many, or as few: "× 14", "÷ 4"."""
    return f"×\u00a0{number(ratio, language, 0)}" if ratio > 1 else f"÷\u00a0{number(1 / ratio, language, 0)}"


def names(lines: Sequence[Line], language: Language) -> str:
    """The names of some metrics inside a sentence, the first few and how many more."""
    shown = [inside(in_words(line.metric.name, language)) for line in lines[:MOST]]
    more = len(lines) - MOST
    return format_list([*shown, plain("committee.others", language, n=more)] if more > 0 else shown, locale=language)


def inside(name: str) -> str:
    """A name as it is written inside a sentence: its capital falls, unless it is an abbreviation (ASA, SMS)."""
    return name if name[1:2].isupper() or name[1:2] == "-" else name[:1].lower() + name[1:]


def _targets(told: Review, language: Language) -> str:
    aimed = [line for line in told.lines.values() if line.target is not None]
    missed = [line for line in aimed if line.verdict is Verdict.BAD]
    if not aimed:
        return plain("committee.missed_no_target", language)
    return plain("committee.missed", language, n=len(missed), of=len(aimed)) if missed else plain("committee.missed_none", language)


def evidence(told: Review, language: Language) -> str:
    """The line below: how many signal, how many stay within chance, how many cannot be judged, and the targets one by one."""
    counts = {kind: sum(line.movement is kind for line in told.lines.values()) for kind in Movement}
    said = [
        say("committee.lede_signal", language, n=counts[Movement.SIGNAL], of=len(told.lines)),
    ]
    said += [say("committee.lede_noise", language, n=counts[Movement.NOISE])] if counts[Movement.NOISE] else []
    said += [say("committee.lede_provisional", language, n=counts[Movement.PROVISIONAL])] if counts[Movement.PROVISIONAL] else []
    said += [say("committee.lede_apart", language, n=counts[Movement.APART])] if counts[Movement.APART] else []
    said += [say("committee.lede_unknown", language, n=counts[Movement.UNKNOWN])] if counts[Movement.UNKNOWN] else []
    aimed = [line for line in told.lines.values() if line.target is not None]
    tally = [
        (
            f"committee.lede_{verdict}" if verdict is not Verdict.UNKNOWN else "committee.lede_unknown_target",
            sum(line.verdict is verdict for line in aimed),
        )
        for verdict in Verdict
    ]
    targets = ", ".join(say(key, language, n=count) for key, count in tally if count)
    return f"{', '.join(said)}." + (f" {say('committee.lede_targets', language, targets=targets)}" if targets else "")
