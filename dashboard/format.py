"""Numbers, times and words as a French or an English reader writes them.

Every function takes the language last and returns text ready to be shown; nothing else in the dashboard calls `str(number)`.

    count(12345, "fr")                       12 345        percent(0.8237, "fr")          82,4 %
    euros(9136637, "en")                     €9,136,637
    points(0.026, "fr")                      +2,6 pts      duration(168, "fr")            2 min 48
    duration(20460, "en")                    5 h 41 min    age(22320, "fr")               6 h 12
    day(date, "fr")                          12 févr. 2026 clock(instant, "Europe/Paris") 14:32
    quantity(0.82, Unit.SHARE, "fr")         82,0 %        typography("Prêt ?", "fr")     Prêt ? with U+202F before the mark

A missing value (None) is always `NOTHING`, an en dash; the parts say "no value" to a screen reader in its place.
Rates are fractions of one (0.82), durations are seconds, instants are aware datetimes, shares are summed before they are rounded.
French typography (U+202F in thousands and before ; ? !, U+00A0 before : % € and inside « », U+2212 for minus) is `typography`.
"""

import math
import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal

Language = Literal["fr", "en"]
LANGUAGES: tuple[Language, ...] = ("fr", "en")
NOTHING = "–"
MINUS = "−"
THIN = "\u202f"
HARD = "\u00a0"
_LOCALE = {"fr": Locale("fr"), "en": Locale("en", "GB")}
_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_DAY_LETTER = {"fr": "j", "en": "d"}


def _signed(text: str, value: float, sign: bool) -> str:
    """The same digits with a typographic minus, and with a plus where a change is meant; a change that prints as zero has no sign."""
    plain = text.replace("-", MINUS)
    if not any(character in "123456789" for character in plain):
        return plain.lstrip(MINUS)
    return f"+{plain}" if sign and value > 0 else plain


def number(value: float | None, language: Language, decimals: int = 0, *, sign: bool = False) -> str:
    """A plain number with exactly `decimals` digits after the comma."""
    if value is None or not math.isfinite(value):
        return NOTHING
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return _signed(format_decimal(value, pattern, locale=_LOCALE[language]), value, sign)


def count(value: float | None, language: Language, *, sign: bool = False) -> str:
    """A whole number of things."""
    return number(value, language, 0, sign=sign)


def percent(value: float | None, language: Language, decimals: int = 1) -> str:
    """A share of one as a percentage: 0.8237 is "82,4 %" in French and "82.4%" in English."""
    if value is None or not math.isfinite(value):
        return NOTHING
    return number(value * 100, language, decimals) + (f"{HARD}%" if language == "fr" else "%")


def euros(value: float | None, language: Language) -> str:
    """Euros, without cents: "9 136 637 €" in French and "€9,136,637" in English."""
    text = count(value, language)
    if text == NOTHING:
        return text
    if language == "fr":
        return f"{text}{HARD}€"
    return f"{MINUS}€{text.removeprefix(MINUS)}" if text.startswith(MINUS) else f"€{text}"


def part(value: float | None, language: Language) -> str:
    """A share of one in whole percentages, where something is not nothing and not all is not everything: "< 1 %", "> 99 %"."""
    if value is None or not 0 < value < 1 or 0.005 <= value < 0.995:
        return percent(value, language, 0)
    return f"<{HARD}{percent(0.01, language, 0)}" if value < 0.5 else f">{HARD}{percent(0.99, language, 0)}"


def points(value: float | None, language: Language, decimals: int = 1) -> str:
    """The difference between two shares, signed, in percentage points; "pt" below two as printed in French, for one only in English."""
    if value is None or not math.isfinite(value):
        return NOTHING
    shown = abs(round(value * 100, decimals))
    one = shown < 2 if language == "fr" else shown == 1
    return number(value * 100, language, decimals, sign=True) + HARD + ("pt" if one else "pts")


def duration(value: float | None, language: Language, decimals: int = 0, *, sign: bool = False) -> str:
    """Seconds as a length of time with its units, at most two of them, never a colon.

    Below a minute in seconds (`decimals` of them), below an hour in minutes and seconds, below two days in hours and minutes, then in
    days and hours; a second part of zero is left out. The last unit is implied in French ("2 min 48") and written in English.
    """
    if value is None or not math.isfinite(value):
        return NOTHING
    text = _length(abs(value), language, decimals)
    zero = not any(character in "123456789" for character in text)
    if zero:
        return text
    return (MINUS if value < 0 else "+" if sign else "") + text


def _length(seconds: float, language: Language, decimals: int) -> str:
    if round(seconds, decimals) < _MINUTE:
        return f"{number(seconds, language, decimals)}{HARD}s"
    if _half_up(seconds) < _HOUR:
        return _pair(*divmod(_half_up(seconds), _MINUTE), "min", "s", language)
    if _half_up(seconds / _MINUTE) * _MINUTE < 2 * _DAY:
        return _pair(*divmod(_half_up(seconds / _MINUTE), 60), "h", "min", language)
    days, hours = divmod(_half_up(seconds / _HOUR), 24)
    head = f"{count(days, language)}{HARD}{_DAY_LETTER[language]}"
    return f"{head}{HARD}{hours}{HARD}h" if hours else head


def _half_up(value: float) -> int:
    return math.floor(value + 0.5)


def _pair(large: int, small: int, unit: str, rest: str, language: Language) -> str:
    if not small:
        return f"{large}{HARD}{unit}"
    return f"{large}{HARD}{unit}{HARD}{small:02d}" + (f"{HARD}{rest}" if language == "en" else "")


def hours(value: float | None, language: Language, *, short: bool = False) -> str:
    """Time worked: hours and minutes, however many hours ("134 h 26 min"), as nobody works in days, never seconds ("< 1 min", "0 min").

    `short` is for columns ("134 h 26").
    """
    if value is None or not math.isfinite(value):
        return NOTHING
    large, small = divmod(_half_up(abs(value) / _MINUTE), 60)
    if not large:
        text = f"{small}{HARD}min" if small or not value else f"<{HARD}1{HARD}min"
    else:
        rest = "" if short or language == "fr" else f"{HARD}min"
        text = f"{count(large, language)}{HARD}h{HARD}{small:02d}{rest}"
    return (MINUS if value < 0 and text[0] not in "0<" else "") + text


def age(value: float | None, language: Language) -> str:
    """How old something is, in whole minutes, so that forty rows do not flicker: "< 1 min", "12 min", "6 h 12", "3 j 4 h"."""
    if value is None or not math.isfinite(value):
        return NOTHING
    if value < _MINUTE:
        return f"<{HARD}1{HARD}min"
    if value < _HOUR:
        return f"{int(value // _MINUTE)}{HARD}min"
    return duration(value // _MINUTE * _MINUTE, language)


def day(value: date | None, language: Language, style: Literal["full", "short", "weekday"] = "full") -> str:
    """A calendar day: "12 févr. 2026", without its year ("short"), or with its weekday ("weekday")."""
    if value is None:
        return NOTHING
    pattern = {"full": "d MMM y", "short": "d MMM", "weekday": "EEE d MMM"}[style]
    return format_date(value, pattern, locale=_LOCALE[language])


def month(value: date | None, language: Language, style: Literal["full", "short", "name"] = "full") -> str:
    """A month: "octobre 2026", "oct. 2026" ("short") or "octobre" ("name")."""
    if value is None:
        return NOTHING
    pattern = {"full": "LLLL y", "short": "LLL y", "name": "LLLL"}[style]
    return format_date(value, pattern, locale=_LOCALE[language])


def quarter(value: date | None, language: Language) -> str:
    """A quarter of a year: "4e trimestre 2026", "Q4 2026"."""
    if value is None:
        return NOTHING
    position = (value.month - 1) // 3 + 1
    if language == "en":
        return f"Q{position}{HARD}{value.year}"
    return f"{position}{'er' if position == 1 else 'e'}{HARD}trimestre {value.year}"


def clock(value: datetime | None, zone: str) -> str:
    """The time of day in an IANA zone, 24 hours: a colon is a clock time and nothing else."""
    return NOTHING if value is None else value.astimezone(ZoneInfo(zone)).strftime("%H:%M")


def instant(value: datetime | None, language: Language, zone: str) -> str:
    """An instant where the reader lives: "20 nov. 2026 à 06:00", "20 Nov 2026 at 06:00"."""
    if value is None:
        return NOTHING
    local = value.astimezone(ZoneInfo(zone))
    return f"{day(local.date(), language)} {'à' if language == 'fr' else 'at'} {local:%H:%M}"


def span(since: date, until: date, language: Language) -> str:
    """Two days as a range, both included, without saying the same year twice: "2 févr. – 12 mars 2026"."""
    if since == until:
        return day(since, language)
    first = day(since, language, "short" if since.year == until.year else "full")
    return f"{first} – {day(until, language)}"


def weekday(value: date, language: Language) -> str:
    """The name of a weekday in full."""
    return format_date(value, "EEEE", locale=_LOCALE[language])


def plural(value: float, language: Language) -> str:
    """The plural category of a number in a language ("one", "other"): in French 0, 1 and 1.5 are singular."""
    if language == "fr":
        return "one" if abs(value) < 2 else "other"
    return "one" if value == 1 else "other"


def quantity(value: float | None, unit: str, language: Language, decimals: int | None = None) -> str:
    """A metric's value by its unit (`metrics.metric.Unit`): the one place that knows how a unit is written."""
    if unit == "share":
        return percent(value, language, 1 if decimals is None else decimals)
    if unit == "seconds":
        return duration(value, language, _second_digits(value) if decimals is None else decimals)
    return number(value, language, _digits(unit) if decimals is None else decimals)


def change(value: float | None, unit: str, language: Language, decimals: int | None = None) -> str:
    """The signed difference between two values of one unit; shares differ by points."""
    if unit == "share":
        return points(value, language, 1 if decimals is None else decimals)
    if unit == "seconds":
        return duration(value, language, _second_digits(value) if decimals is None else decimals, sign=True)
    return number(value, language, _digits(unit) if decimals is None else decimals, sign=True)


def axis_marks(low: float, high: float, about: int, unit: str, language: Language) -> list[tuple[float, str]]:
    """Round values inside [low, high] with their texts, with as many decimals as tell them apart and no more."""
    if unit == "seconds":
        return [(at, duration(at, language)) for at in _multiples(low, high, [float(size) for size in _CLOCK_STEPS], (high - low) / about)]
    scale = 100 if unit == "share" else 1
    marks = _round_values(low * scale, high * scale, about)
    decimals = max(0, -math.floor(math.log10(marks[1] - marks[0]) + 1e-9)) if len(marks) > 1 else 0 if scale == 100 else 1
    return [(mark / scale, quantity(mark / scale, unit, language, decimals)) for mark in marks]


_CLOCK_STEPS = tuple(
    base * size
    for base, sizes in (
        (1, (1, 2, 5, 10, 15, 20, 30)),
        (60, (1, 2, 5, 10, 15, 20, 30)),
        (3600, (1, 2, 4, 6, 12)),
        (86400, (1, 2, 5, 10, 20, 50, 100)),
    )
    for size in sizes
)


def _round_values(low: float, high: float, about: int) -> list[float]:
    """Multiples of 1, 2 or 5 times a power of ten inside [low, high], about so many; two at least, as one mark alone gives no scale."""
    if not high > low:
        return [low]
    raw = (high - low) / about
    power = 10.0 ** math.floor(math.log10(raw))
    return _multiples(low, high, [power * factor for factor in (0.5, 1, 2, 5, 10)], raw)


def _multiples(low: float, high: float, steps: Sequence[float], least: float) -> list[float]:
    """Multiples inside [low, high] of the first step not below `least`, or of a smaller one where fewer than two would be inside."""
    fitting = next((at for at, step in enumerate(steps) if step >= least * (1 - 1e-12)), len(steps) - 1)
    marks: list[float] = []
    for step in reversed(steps[: fitting + 1]):
        marks = [round(at * step, 12) for at in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)]
        if len(marks) > 1:
            break
    return marks


def _digits(unit: str) -> int:
    return {"count": 0, "per_order": 3, "per_journey": 2, "at_once": 2}[unit]


def _second_digits(value: float | None) -> int:
    """Short times read better with a decimal: 4,8 s is not 5 s."""
    return 1 if value is not None and 0 < abs(value) < 10 else 0


def parts(values: Sequence[float], total: float, decimals: int) -> list[float]:
    """Signed amounts rounded to `decimals` so that they add up, as printed, to `total` as printed (largest remainder).

    For an equation on a page: `total` is what its two printed ends differ by, which may itself be off by one in the last digit.
    """
    unit = 10.0**decimals
    exact = [value * unit for value in values]
    floors = [math.floor(value) for value in exact]
    order = sorted(range(len(exact)), key=lambda at: (floors[at] - exact[at], at))
    owed = _half_up(total * unit) - sum(floors)
    for step in range(abs(owed)):
        at = order[step % len(order)] if owed > 0 else order[-1 - step % len(order)]
        floors[at] += 1 if owed > 0 else -1
    return [value / unit for value in floors]


_FRENCH: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\.\.\."), "…"),
    (re.compile(r"(?<=\w)'(?=\w)"), "’"),
    (re.compile(r"(?<![\w,.])-(?=\d)"), MINUS),
    (re.compile(r"(?<![\d,.\u202f])(\d{1,3})((?:[ \u00a0]\d{3})+)(?!\d)"), ""),
    (re.compile(r"[ \u00a0]+(?=[;?!])"), THIN),
    (re.compile(r"(?<=[\w)»’%€])(?=[;?!]+(?:\s|$|[)»]))"), THIN),
    (re.compile(r"[ \u202f]+(?=:(?:\s|$))"), HARD),
    (re.compile(r"(?<=[\w)»%€])(?=:(?:\s|$))"), HARD),
    (re.compile(r"(?<=\d)[ \u202f]*(?=[%€])"), HARD),
    (re.compile(r"«[ \u202f\u00a0]*"), "«" + HARD),
    (re.compile(r"[ \u202f\u00a0]*»"), HARD + "»"),
)
_ENGLISH = (*_FRENCH[:3], (re.compile(r"(?<=\d)[ \u00a0\u202f]+(?=%)"), ""))


def typography(text: str, language: Language) -> str:
    """Text with the spaces and signs of its language; applying it twice changes nothing more.

    Meant for sentences, not for code, addresses or identifiers: a colon or a question mark that nothing follows but a letter is left
    alone, so "14:32" and "a?b" survive.
    """
    if language == "en":
        for pattern, sign in _ENGLISH:
            text = pattern.sub(sign, text)
        return text
    for pattern, sign in _FRENCH:
        text = pattern.sub(sign or _thousands, text)
    return text


def _thousands(match: re.Match[str]) -> str:
    return match[1] + re.sub(r"[ \u00a0]", THIN, match[2])
