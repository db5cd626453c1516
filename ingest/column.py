"""One field, one column: which values a field of the contract allows, a whole column at a time.

`checked` starts from Python values, `allowed` from a column of the right type; both mark the rows whose value is not allowed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa

from ingest.event import CONTROL_PATTERN, INSTANT_PATTERN, Field, Kind
from sql import opening

Values = list[Any]
Mask = np.ndarray[Any, np.dtype[np.bool_]]


def checked(field: Field, values: Values, bad: Mask) -> pl.Series:
    """The column of a field; rows whose value is not allowed are marked bad and made null."""
    return allowed(field, _TYPED[field.kind](values, bad), bad)


def allowed(field: Field, series: pl.Series, bad: Mask, *, escaped: bool = True) -> pl.Series:
    """The column of a field from values of the right type; rows whose value is not allowed are marked bad and made null.

    `escaped` false says that no text can hold a control character, which need not be looked for then.
    """
    rule = _RULES.get(field.kind) if escaped or field.kind is not Kind.TEXT else _short
    series = rule(field, series, bad) if rule else series
    if field.required:
        missing = (series == "").fill_null(value=True) if series.dtype == pl.String else series.is_null()
        bad |= missing.to_numpy()
    return series


def only(kinds: set[type], values: Values, bad: Mask) -> Values:
    """Values of the allowed Python types; the others are marked bad and made null. Almost always one pass in C."""
    if set(map(type, values)) <= kinds:
        return values
    for place, value in enumerate(values):
        if type(value) not in kinds:
            bad[place] = True
    return [value if type(value) in kinds else None for value in values]


def _mark(series: pl.Series, wrong: pl.Series, bad: Mask) -> pl.Series:
    wrong = wrong.fill_null(value=False)
    if wrong.any():
        bad |= wrong.to_numpy()
        return series.set(wrong, None)
    return series


def _strings(values: Values, bad: Mask) -> pl.Series:
    values = only({str, type(None)}, values, bad)
    try:
        return pl.Series(values, dtype=pl.String)
    except UnicodeEncodeError:  # half of a surrogate pair: not text
        for place, value in enumerate(values):
            if value is not None and any("\ud800" <= letter <= "\udfff" for letter in value):
                bad[place] = True
        return pl.Series([None if bad[place] else value for place, value in enumerate(values)], dtype=pl.String)


def _short(field: Field, series: pl.Series, bad: Mask) -> pl.Series:
    return _mark(series, series.str.len_bytes() > field.most, bad)


def _text(field: Field, series: pl.Series, bad: Mask) -> pl.Series:
    return _mark(series, (series.str.len_bytes() > field.most) | series.str.contains(CONTROL_PATTERN), bad)


def _choice(field: Field, series: pl.Series, bad: Mask) -> pl.Series:
    return _mark(series, ~(series.is_in(list(field.choices)) | (series == "")), bad)


def _zone(_: Field, series: pl.Series, bad: Mask) -> pl.Series:
    return _mark(series, ~(series.is_in(list(opening.zones())) | (series == "")), bad)


def _instant(_: Field, texts: pl.Series, bad: Mask) -> pl.Series:
    shaped = texts.str.contains(INSTANT_PATTERN).fill_null(value=False)
    moments = _moments(texts.set(~shaped, None))
    wrong = texts.is_not_null() & (moments.is_null() | (moments.dt.epoch("ms") < 0).fill_null(value=False))
    return _mark(moments, wrong, bad)


def _moments(texts: pl.Series) -> pl.Series:
    """Texts of the shape of an instant as instants; null for a day that no month has."""
    try:
        told = texts.to_arrow(compat_level=pl.CompatLevel.oldest()).cast(pa.timestamp("ms", "UTC"))
    except pa.ArrowInvalid:  # such a day, or more than three digits of a second: polars reads these, five times as slowly
        return texts.str.to_datetime("%+", time_unit="ms", time_zone="UTC", strict=False)
    return pl.Series(texts.name, told)


def _counts(values: Values, bad: Mask) -> pl.Series:
    values = only({int, type(None)}, values, bad)
    wrong = np.array([value is not None and not 0 <= value < 2**64 for value in values], dtype=bool)
    bad |= wrong
    return pl.Series([None if out else value for out, value in zip(wrong, values, strict=True)], dtype=pl.UInt64)


def _numbers(values: Values, bad: Mask) -> pl.Series:
    values = only({int, float, type(None)}, values, bad)
    wrong = np.array([value is not None and not -1e15 < value < 1e15 for value in values], dtype=bool)
    bad |= wrong
    return pl.Series([None if out or value is None else float(value) for out, value in zip(wrong, values, strict=True)], dtype=pl.Float64)


def _number(field: Field, series: pl.Series, bad: Mask) -> pl.Series:
    return series if field.least is None else _mark(series, series < field.least, bad)


def _flags(values: Values, bad: Mask) -> pl.Series:
    return pl.Series(only({bool, type(None)}, values, bad), dtype=pl.Boolean)


def _objects(values: Values, bad: Mask) -> pl.Series:
    kept = only({dict, list, type(None)}, values, bad)
    return pl.Series([value is not None or None for value in kept], dtype=pl.Boolean)


def _weeks(values: Values, bad: Mask) -> pl.Series:
    return _objects([value if value is None or opening.fault(value) is None else 0 for value in values], bad)


def _days(values: Values, bad: Mask) -> pl.Series:
    return _objects(
        [value if not isinstance(value, list) or all(map(opening.day, value)) else 0 for value in only({list, type(None)}, values, bad)],
        bad,
    )


_TYPED: dict[Kind, Callable[[Values, Mask], pl.Series]] = {
    Kind.TEXT: _strings, Kind.CHOICE: _strings, Kind.INSTANT: _strings, Kind.COUNT: _counts,
    Kind.NUMBER: _numbers, Kind.FLAG: _flags, Kind.OBJECT: _objects, Kind.ZONE: _strings, Kind.WEEK: _weeks, Kind.DAYS: _days,
}  # fmt: skip
_RULES: dict[Kind, Callable[[Field, pl.Series, Mask], pl.Series]] = {
    Kind.TEXT: _text, Kind.CHOICE: _choice, Kind.INSTANT: _instant, Kind.NUMBER: _number, Kind.ZONE: _zone,
}  # fmt: skip
