"""Reading the stamps of an export: in which forms they are written, and in which zone they are meant.

Exports lie about zones: stamps written +00:00 may be local time. `offset_in_text = "ignore"` then drops what the text says and reads the
time as the zone's. A local time that the clocks jumped over is read as if they had not yet jumped, so 02:30 becomes 03:30 (`gap =
"refuse"` refuses it); one that came twice is the first of the two (`overlap = "second"` or `"refuse"`). A date without a time is its
midnight.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from difflib import get_close_matches
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from ingest.mapping.complaint import MappingError, choice, near, only, text, texts
from ingest.mapping.expression import Fault, Scalar

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_PARTS = {
    "Y": r"(?P<Y>\d{4})", "y": r"(?P<y>\d\d)", "m": r"(?P<m>\d\d?)", "d": r"(?P<d>\d\d?)", "H": r"(?P<H>\d\d?)", "I": r"(?P<I>\d\d?)",
    "M": r"(?P<M>\d\d?)", "S": r"(?P<S>\d\d?)", "f": r"(?P<f>\d{1,9})",
    "p": r"(?P<p>[AaPp])\.?[Mm]\.?", "b": r"(?P<b>[A-Za-z]{3})[a-z]*\.?",
    "z": r"(?P<z>Z|UTC|GMT|[+-]\d\d:?(?:\d\d)?)", "%": "%",
}  # fmt: skip
_ISO = re.compile(
    r"(?P<Y>\d{4})-(?P<m>\d\d?)-(?P<d>\d\d?)(?:[T ](?P<H>\d\d?):(?P<M>\d\d)(?::(?P<S>\d\d)(?:[.,](?P<f>\d{1,9}))?)?)?"
    r"[ ]?(?P<z>Z|UTC|[+-]\d\d(?::?\d\d)?)?"
)
_COUNTED = timezone(timedelta(0), "counted")  # of instants that are counted from 1970: no zone's clock says them
_DAYS_REMEMBERED = 100_000
_EPOCHS = {"epoch_s": 1_000, "epoch_ms": 1}


@dataclass(frozen=True, slots=True)
class Clock:
    """How the stamps of one export are read."""

    zone: ZoneInfo
    formats: tuple[str, ...] = ("iso",)
    ignore_offset: bool = False
    gap: str = "shift"
    overlap: str = "first"

    def reader(self) -> Scalar:
        """A function from a stamp as text to its instant (UTC, milliseconds, RFC 3339), a Fault when it cannot be read."""
        readers = [_EPOCHS[name] if name in _EPOCHS else _pattern(name) for name in self.formats]
        expected = f"a stamp of the form {' or '.join(self.formats)}"
        of_zone = _Offsets(self)
        plain = self.formats[0] == "iso"

        def read(value: Any) -> str | Fault | None:
            if value is None:
                return None
            stamp = str(value).strip()
            if plain and stamp[10:19].count(":") == 2 and stamp[4:5] == stamp[7:8] == "-":  # most stamps: a quicker way to the same
                try:
                    return self._instant(datetime.fromisoformat(stamp), stamp, of_zone)
                except (ValueError, OverflowError):
                    pass
            for reader in readers:
                try:
                    found = _counted(stamp, reader) if isinstance(reader, int) else _matched(stamp, reader)
                    if found is not None:
                        return self._instant(found, stamp, of_zone)
                except (ValueError, OverflowError):
                    continue
            return Fault(stamp, expected)

        return read

    def _instant(self, moment: datetime, stamp: str, of_zone: _Offsets) -> str | Fault:
        if moment.tzinfo is not None and (moment.tzinfo is _COUNTED or not self.ignore_offset):
            return written(moment.astimezone(UTC))
        local = moment if moment.tzinfo is None else moment.replace(tzinfo=None)
        offset = of_zone[local.date()]
        if offset is None:
            return self._near_a_change(local, stamp)
        return (local - offset).isoformat(timespec="milliseconds") + "Z"

    def _near_a_change(self, local: datetime, stamp: str) -> str | Fault:
        moment = local.replace(tzinfo=self.zone)
        first, second = _offset_of(moment), _offset_of(moment.replace(fold=1))
        if first < second and self.gap == "refuse":
            return Fault(stamp, f"a time that exists in {self.zone.key}: the clocks jumped over this one")
        if first > second and self.overlap == "refuse":
            return Fault(stamp, f"a time that came once in {self.zone.key}: this one came twice")
        if first > second and self.overlap == "second":
            moment = moment.replace(fold=1)
        return written(moment.astimezone(UTC))


class _Offsets(dict[date, timedelta | None]):
    """By local day, the offset of the zone; None for a day on which it changes."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._zone = clock.zone

    def __missing__(self, day: date) -> timedelta | None:
        ends = (datetime.combine(day, time.min, self._zone), datetime.combine(day, time.max, self._zone))
        offsets = {_offset_of(moment.replace(fold=fold)) for moment in ends for fold in (0, 1)}
        found = offsets.pop() if len(offsets) == 1 else None
        if len(self) >= _DAYS_REMEMBERED:
            self.clear()
        self[day] = found
        return found


def clock(table: dict[str, Any], where: str) -> Clock:
    """Read the [time] table of a mapping. Raises MappingError with the place of what is wrong."""
    only(table, ("zone", "formats", "offset_in_text", "gap", "overlap"), where)
    name = text(table, "zone", where)
    if not name:
        raise MappingError(f'{where}.zone is needed: the place whose clock the stamps follow, such as "Europe/Paris", or "UTC".')
    if name not in available_timezones():
        raise MappingError(f'{where}.zone "{name}" is not a zone of the IANA database. {near_zone(name)}'.rstrip())
    formats = texts(table, "formats", where, ("iso",))
    if not formats:
        raise MappingError(f'{where}.formats must name at least one form, such as ["iso"] or ["%d/%m/%Y %H:%M"].')
    for number, form in enumerate(formats):
        _check_form(form, f"{where}.formats[{number}]")
    return Clock(
        ZoneInfo(name),
        formats,
        choice(table, "offset_in_text", where, ("use", "ignore"), "use") == "ignore",
        choice(table, "gap", where, ("shift", "refuse"), "shift"),
        choice(table, "overlap", where, ("first", "second", "refuse"), "first"),
    )


def near_zone(name: str) -> str:
    """The closest zone by its whole name or by its city; offsets get a word of their own."""
    if re.search(r"\d", name):
        return "An offset is not a zone: it does not know when clocks change. Name the place, such as Europe/Paris."
    cities = {zone.rpartition("/")[2].lower(): zone for zone in available_timezones()}
    city = cities.get(name.rpartition("/")[2].replace(" ", "_").lower())
    zones = {zone.lower(): zone for zone in available_timezones()}
    close = city or zones.get(name.lower()) or next((zones[each] for each in get_close_matches(name.lower(), zones, 1, 0.6)), "")
    return f"Did you mean {close}?" if close else ""


def written(moment: datetime) -> str:
    """A UTC moment as events write it."""
    return moment.isoformat(timespec="milliseconds")[:-6] + "Z"


def milliseconds(instant: str) -> int:
    """The milliseconds since 1970 of an instant as events write it."""
    return (datetime.fromisoformat(instant) - _EPOCH) // timedelta(milliseconds=1)


def _check_form(form: str, where: str) -> None:
    if form == "iso" or form in _EPOCHS:
        return
    letters = re.findall(r"%(.)", form)
    if not letters:
        raise MappingError(
            f'{where} "{form}" is not a form of stamps. {near(form, ("iso", *_EPOCHS))} Or write one with %Y %m %d %H %M %S.'
        )
    for letter in letters:
        if letter not in _PARTS:
            raise MappingError(f'{where} "{form}": %{letter} is not known. Known: {", ".join(f"%{each}" for each in _PARTS)}.')
    for needed in (("Y", "y"), ("m", "b"), ("d",)):
        if not set(needed) & set(letters):
            raise MappingError(f'{where} "{form}" lacks %{needed[0]}: a stamp needs year, month and day.')
    if len(set(letters) - {"%"}) != len([letter for letter in letters if letter != "%"]):
        raise MappingError(f'{where} "{form}" names a part twice.')


def _pattern(form: str) -> re.Pattern[str]:
    if form == "iso":
        return _ISO
    pieces = re.split(r"%(.)", form)
    return re.compile(
        "".join(_PARTS[piece] if place % 2 else re.escape(piece).replace(r"\ ", r"\s+") for place, piece in enumerate(pieces))
    )


def _matched(value: str, pattern: re.Pattern[str]) -> datetime | None:
    found = pattern.fullmatch(value)
    if not found:
        return None
    part = found.groupdict()
    micros = int(f"{part.get('f') or '0':0<6}"[:6])
    offset = part.get("z")
    year, month, day = _year(part), _month(part), int(part["d"])
    moment = datetime(year, month, day, _hour(part), int(part.get("M") or 0), int(part.get("S") or 0), micros, tzinfo=UTC)
    return moment.replace(tzinfo=_offset(offset) if offset else None)


def _offset_of(moment: datetime) -> timedelta:
    return moment.utcoffset() or timedelta(0)


def _counted(value: str, unit: int) -> datetime | None:
    if not re.fullmatch(r"-?\d{1,16}(\.\d{1,9})?", value):
        return None
    moment = _EPOCH + timedelta(milliseconds=int(float(value) * unit) if "." in value else int(value) * unit)
    return moment.replace(tzinfo=_COUNTED)


def _year(part: dict[str, str | None]) -> int:
    short = part.get("y")
    return int(part.get("Y") or 0) if short is None else int(short) + (1900 if int(short) >= 69 else 2000)


def _month(part: dict[str, str | None]) -> int:
    name = part.get("b")
    return _MONTHS.index(name.lower()) + 1 if name else int(part.get("m") or 0)


def _hour(part: dict[str, str | None]) -> int:
    twelve, half = part.get("I"), (part.get("p") or "").lower()
    if twelve is None:
        return int(part.get("H") or 0)
    if not 1 <= int(twelve) <= 12:
        raise ValueError(twelve)
    return int(twelve) % 12 + (12 if half == "p" else 0)


def _offset(written_offset: str) -> timezone:
    if written_offset[0] not in "+-":
        return UTC
    digits = written_offset[1:].replace(":", "").ljust(4, "0")
    size = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-size if written_offset[0] == "-" else size)
