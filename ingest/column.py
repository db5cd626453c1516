"""One field, one column: which values a field of the contract allows, a whole column at a time.

`checked` starts from Python values, `allowed` from a column of the right type; both mark the rows whose value is not allowed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingest.event import ARROW, CONTROL_PATTERN, INSTANT_PATTERN, TYPE_RANK, Field, Kind
from sql import opening

Values = list[Any]
Mask = np.ndarray[Any, np.dtype[np.bool_]]


def checked(field: Field, values: Values, bad: Mask) -> pa.Array:
    """The column of a field; rows whose value is not allowed are marked bad and made null."""
    return allowed(field, _TYPED[field.kind](values, bad), bad)


def allowed(field: Field, column: pa.Array, bad: Mask, *, escaped: bool = True) -> pa.Array:
    """The column of a field from values of the right type; rows whose value is not allowed are marked bad and made null.

    `escaped` false says that no text can hold a control character, which need not be looked for then.
    """
    rule = _RULES.get(field.kind) if escaped or field.kind is not Kind.TEXT else _short
    column = rule(field, column, bad) if rule else column
    if field.required:
        bad |= mask(empty(column))
    return column


def mask(told: pa.Array) -> Mask:
    """What a column of flags tells of each row; null is no."""
    found: Mask = told.fill_null(fill_value=False).to_numpy(zero_copy_only=False)
    return found


def empty(column: pa.Array) -> pa.Array:
    """Whether each value is absent, or a text of no length."""
    return pc.equal(column, "").fill_null(fill_value=True) if pa.types.is_string(column.type) else column.is_null()


def ranked(types: pa.Array) -> pa.Array:
    """The rank of each event type: how those of one instant follow each other."""
    words = types.dictionary_encode()
    ranks = [TYPE_RANK.get(name, 0) for name in words.dictionary.to_pylist()]
    return pa.array(ranks, pa.uint8()).take(words.indices)


def only(kinds: set[type], values: Values, bad: Mask) -> Values:
    """Values of the allowed Python types; the others are marked bad and made null. Almost always one pass in C."""
    if set(map(type, values)) <= kinds:
        return values
    for place, value in enumerate(values):
        if type(value) not in kinds:
            bad[place] = True
    return [value if type(value) in kinds else None for value in values]


def _mark(column: pa.Array, wrong: pa.Array, bad: Mask) -> pa.Array:
    if not pc.any(wrong).as_py():
        return column
    bad |= mask(wrong)
    return pc.if_else(wrong.fill_null(fill_value=False), pa.scalar(None, column.type), column)


def _strings(values: Values, bad: Mask) -> pa.Array:
    values = only({str, type(None)}, values, bad)
    try:
        return pa.array(values, pa.string())
    except UnicodeEncodeError:  # half of a surrogate pair: not text
        for place, value in enumerate(values):
            if value is not None and any("\ud800" <= letter <= "\udfff" for letter in value):
                bad[place] = True
        return pa.array([None if bad[place] else value for place, value in enumerate(values)], pa.string())


def _short(field: Field, column: pa.Array, bad: Mask) -> pa.Array:
    return _mark(column, pc.greater(pc.binary_length(column), field.most), bad)


def _text(field: Field, column: pa.Array, bad: Mask) -> pa.Array:
    return _mark(_short(field, column, bad), pc.match_substring_regex(column, CONTROL_PATTERN), bad)


def _choice(field: Field, column: pa.Array, bad: Mask) -> pa.Array:
    return _mark(column, _none_of(column, field.choices), bad)


def _zone(_: Field, column: pa.Array, bad: Mask) -> pa.Array:
    return _mark(column, _none_of(column, tuple(opening.zones())), bad)


def _none_of(column: pa.Array, choices: tuple[str, ...]) -> pa.Array:
    return pc.invert(pc.is_in(column, pa.array([*choices, "", None])))


def _instant(_: Field, texts: pa.Array, bad: Mask) -> pa.Array:
    moments = _moments(pc.if_else(pc.match_substring_regex(texts, INSTANT_PATTERN), texts, pa.scalar(None, pa.string())))
    wrong = pc.or_kleene(pc.and_(texts.is_valid(), moments.is_null()), pc.less(moments.cast(pa.int64()), 0))
    return _mark(moments, wrong, bad)


def _moments(texts: pa.Array) -> pa.Array:
    """Texts of the shape of an instant as instants; null for a day that no month has."""
    try:
        return texts.cast(ARROW[Kind.INSTANT])
    except pa.ArrowInvalid:  # such a day, or more than three digits of a second
        days = pc.utf8_slice_codeunits(texts, 0, 10)
        real = [day for day in days.unique().drop_null().to_pylist() if _real(day)]
        kept = pc.if_else(pc.is_in(days, pa.array(real, pa.string())), texts, pa.scalar(None, pa.string()))
        return pc.replace_substring_regex(kept, r"(\.[0-9]{3})[0-9]+", r"\1").cast(ARROW[Kind.INSTANT])


def _real(day: str) -> bool:
    try:
        date.fromisoformat(day)
    except ValueError:
        return False
    return True


def _counts(values: Values, bad: Mask) -> pa.Array:
    values = only({int, type(None)}, values, bad)
    wrong = np.array([value is not None and not 0 <= value < 2**64 for value in values], dtype=bool)
    bad |= wrong
    return pa.array([None if out else value for out, value in zip(wrong, values, strict=True)], ARROW[Kind.COUNT])


def _numbers(values: Values, bad: Mask) -> pa.Array:
    values = only({int, float, type(None)}, values, bad)
    wrong = np.array([value is not None and not -1e15 < value < 1e15 for value in values], dtype=bool)
    bad |= wrong
    floats = [None if out or value is None else float(value) for out, value in zip(wrong, values, strict=True)]
    return pa.array(floats, ARROW[Kind.NUMBER])


def _number(field: Field, column: pa.Array, bad: Mask) -> pa.Array:
    return column if field.least is None else _mark(column, pc.less(column, field.least), bad)


def _flags(values: Values, bad: Mask) -> pa.Array:
    return pa.array(only({bool, type(None)}, values, bad), pa.bool_())


def _objects(values: Values, bad: Mask) -> pa.Array:
    kept = only({dict, list, type(None)}, values, bad)
    return pa.array([value is not None or None for value in kept], pa.bool_())


def _weeks(values: Values, bad: Mask) -> pa.Array:
    return _objects([value if value is None or opening.fault(value) is None else 0 for value in values], bad)


def _days(values: Values, bad: Mask) -> pa.Array:
    return _objects(
        [value if not isinstance(value, list) or all(map(opening.day, value)) else 0 for value in only({list, type(None)}, values, bad)],
        bad,
    )


_TYPED: dict[Kind, Callable[[Values, Mask], pa.Array]] = {
    Kind.TEXT: _strings, Kind.CHOICE: _strings, Kind.INSTANT: _strings, Kind.COUNT: _counts,
    Kind.NUMBER: _numbers, Kind.FLAG: _flags, Kind.OBJECT: _objects, Kind.ZONE: _strings, Kind.WEEK: _weeks, Kind.DAYS: _days,
}  # fmt: skip
_RULES: dict[Kind, Callable[[Field, pa.Array, Mask], pa.Array]] = {
    Kind.TEXT: _text, Kind.CHOICE: _choice, Kind.INSTANT: _instant, Kind.NUMBER: _number, Kind.ZONE: _zone,
}  # fmt: skip
