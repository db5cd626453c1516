"""Column expressions: small, declarative, and without any way to run code.

An expression is a column's name, or a table with one origin and then steps, applied in the order in which they are written:

    "Queue"                                           the column
    { constant = "phone" }                            the same for every row
    { column = "Channel", trim = true, lower = true, map = { tel = "voice" }, otherwise = "web" }
    { concat = ["First", "Last"], with = " " }        joined; nothing when all parts are nothing
    { first = ["Mobile", "Phone"] }                   the first that is something
    { when = [ { if = { column = "State", is = "X" }, then = { constant = "closed" } } ], otherwise = "open" }

Steps: trim, lower, upper, cut (characters kept), split { by, part }, map (what it does not name is kept), otherwise (for what is nothing
and, after a map, for what it does not name), number { decimal, group, times }. A condition is an expression with one test: is, is_not, in,
not_in, empty, starts_with, contains, above, below; or all, any, not of conditions.

A value is a text, a number or None for nothing. What cannot be computed is a Fault in its place.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ingest.mapping.complaint import MappingError, only, path, shown, text, texts

REMEMBERED = 65_536  # results kept of a column's distinct values
_ORIGINS = ("column", "constant", "concat", "first", "when")
_STEPS = ("trim", "lower", "upper", "cut", "split", "map", "otherwise", "number")
_TESTS = ("is", "is_not", "in", "not_in", "empty", "starts_with", "contains", "above", "below")


@dataclass(frozen=True, slots=True)
class Fault:
    """A value that could not be computed: what was found and what was expected."""

    value: str
    expected: str


Value = str | int | float | bool | Fault | None
Columns = Mapping[str, Sequence[str | None]]
Scalar = Callable[[Any], Value]


@dataclass(frozen=True, slots=True)
class Expression:
    """`columns` it reads, and what gives its values for a stretch of rows of the given length."""

    columns: tuple[str, ...]
    values: Callable[[Columns, int], Sequence[Value]]

    def then(self, step: Scalar) -> Expression:
        """This expression with one more step, computed once for each distinct value."""
        known, before = _Memo(step), self.values
        return Expression(self.columns, lambda columns, rows: [known[value] for value in before(columns, rows)])


class _Memo(dict[Any, Value]):
    """Results by value, forgotten together when there are too many."""

    def __init__(self, compute: Scalar) -> None:
        super().__init__()
        self._compute = compute

    def __missing__(self, value: Any) -> Value:
        result = value if isinstance(value, Fault) else self._compute(value)
        if len(self) >= REMEMBERED:
            self.clear()
        self[value] = result
        return result


def expression(stated: object, where: str) -> Expression:
    """Read an expression of a mapping file. Raises MappingError with the place of what is wrong."""
    if isinstance(stated, str):
        return _column(stated)
    if not isinstance(stated, dict):
        raise MappingError(f'{where} must be a column\'s name in quotes or a table such as {{ column = "Queue" }}, not {shown(stated)}.')
    origins = [key for key in stated if key in _ORIGINS]
    if len(origins) != 1:
        raise MappingError(f"{where} needs exactly one of {', '.join(_ORIGINS)}; it has {' and '.join(origins) or 'none'}.")
    origin = origins[0]
    only(stated, (*_ORIGINS, *_STEPS, "with"), where)
    made = _origin(origin, stated, where)
    steps = [key for key in stated if key in _STEPS and not (origin == "when" and key == "otherwise")]
    if not steps:
        return made
    functions = [_step(key, stated[key], path(where, key)) for key in steps]
    mapped = "map" in steps
    if mapped and "otherwise" in steps:
        functions[steps.index("map")] = _map(stated["map"], path(where, "map"), keep=False)

    def all_steps(value: Value) -> Value:
        for function in functions:
            value = function(value)
            if isinstance(value, Fault):
                return value
        return value

    return made.then(all_steps)


def _origin(origin: str, stated: dict[str, Any], where: str) -> Expression:
    if "with" in stated and origin != "concat":
        raise MappingError(f"{path(where, 'with')} says what stands between the parts of concat; there is no concat here.")
    if origin == "column":
        return _column(text(stated, "column", where))
    if origin == "constant":
        return _constant(stated["constant"], path(where, "constant"))
    if origin == "when":
        return _when(stated, where)
    parts = stated[origin]
    if not isinstance(parts, list) or not parts:
        raise MappingError(f'{path(where, origin)} must be a list of expressions such as ["First", "Last"], not {shown(parts)}.')
    made = [expression(part, f"{path(where, origin)}[{number}]") for number, part in enumerate(parts)]
    return _row_by_row(made, _joined(text(stated, "with", where)) if origin == "concat" else _first)


def _column(name: str) -> Expression:
    return Expression((name,), lambda columns, _rows: columns[name])


def _constant(value: object, where: str) -> Expression:
    if not isinstance(value, str | int | float | bool):
        raise MappingError(f"{where} must be a text, a number, true or false, not {shown(value)}.")
    return Expression((), lambda _columns, rows: [value] * rows)


def _row_by_row(parts: Sequence[Expression], of: Callable[[tuple[Value, ...]], Value]) -> Expression:
    columns = tuple(dict.fromkeys(name for part in parts for name in part.columns))
    return Expression(
        columns, lambda given, rows: [of(values) for values in zip(*(part.values(given, rows) for part in parts), strict=True)]
    )


def _joined(between: str) -> Callable[[tuple[Value, ...]], Value]:
    def of(values: tuple[Value, ...]) -> Value:
        wrong = next((value for value in values if isinstance(value, Fault)), None)
        return wrong or (between.join(str(value) for value in values if value is not None) or None)

    return of


def _first(values: tuple[Value, ...]) -> Value:
    return next((value for value in values if value is not None), None)


def _when(stated: dict[str, Any], where: str) -> Expression:
    cases = stated["when"]
    if not isinstance(cases, list) or not all(isinstance(case, dict) for case in cases) or not cases:
        raise MappingError(f"{path(where, 'when')} must be a list of {{ if = …, then = … }}, not {shown(cases)}.")
    parts: list[Expression] = []
    for number, case in enumerate(cases):
        at = f"{path(where, 'when')}[{number}]"
        only(case, ("if", "then"), at)
        if len(case) != 2:
            raise MappingError(f"{at} needs both if and then.")
        parts += [condition(case["if"], path(at, "if")), expression(case["then"], path(at, "then"))]
    default = text(stated, "otherwise", where) or None

    def of(values: tuple[Value, ...]) -> Value:
        return next((then for holds, then in zip(values[::2], values[1::2], strict=True) if holds), default)

    return _row_by_row(parts, of)


def condition(stated: object, where: str) -> Expression:
    """Read a condition: its values are true or false. Raises MappingError with the place of what is wrong."""
    if not isinstance(stated, dict):
        raise MappingError(f'{where} must be a table such as {{ column = "State", is = "Closed" }}, not {shown(stated)}.')
    for key, of in (("all", all), ("any", any)):
        if key in stated:
            only(stated, (key,), where)
            parts = stated[key]
            if not isinstance(parts, list) or not parts:
                raise MappingError(f"{path(where, key)} must be a list of conditions, not {shown(parts)}.")
            return _row_by_row([condition(part, f"{path(where, key)}[{number}]") for number, part in enumerate(parts)], of)
    if "not" in stated:
        only(stated, ("not",), where)
        return condition(stated["not"], path(where, "not")).then(lambda holds: not holds)
    tests = [key for key in stated if key in _TESTS]
    if len(tests) != 1:
        only(stated, (*_ORIGINS, *_STEPS, "with", *_TESTS, "all", "any", "not"), where)
        raise MappingError(f"{where} needs exactly one test of {', '.join(_TESTS)}; it has {' and '.join(tests) or 'none'}.")
    made = expression({key: value for key, value in stated.items() if key != tests[0]}, where)
    return made.then(_test(tests[0], stated, where))


def _test(test: str, stated: dict[str, Any], where: str) -> Scalar:
    at = path(where, test)
    if test in ("in", "not_in"):
        among, wanted = frozenset(texts(stated, test, where)), test == "in"
        return lambda value: (value in among) is wanted
    if test == "empty":
        if not isinstance(stated[test], bool):
            raise MappingError(f"{at} must be true or false, not {shown(stated[test])}.")
        return lambda value: (value is None) is stated[test]
    if test in ("above", "below"):
        limit = stated[test]
        if isinstance(limit, bool) or not isinstance(limit, int | float):
            raise MappingError(f"{at} must be a number, not {shown(limit)}.")
        return lambda value: _beyond(value, limit, above=test == "above")
    word = text(stated, test, where)
    tests: dict[str, Scalar] = {
        "is": lambda value: value == word,
        "is_not": lambda value: value != word,
        "starts_with": lambda value: isinstance(value, str) and value.startswith(word),
        "contains": lambda value: isinstance(value, str) and word in value,
    }
    return tests[test]


def _beyond(value: Any, limit: float, *, above: bool) -> bool:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return False
    return number > limit if above else number < limit


def _step(key: str, stated: object, where: str) -> Scalar:
    if key in ("trim", "lower", "upper"):
        if stated is not True:
            raise MappingError(f"{where} can only be true: leave it out otherwise.")
        changes: dict[str, Callable[[str], str]] = {"trim": str.strip, "lower": str.lower, "upper": str.upper}
        change = changes[key]
        return lambda value: (change(value) or None) if isinstance(value, str) else value
    if key == "cut":
        if isinstance(stated, bool) or not isinstance(stated, int) or stated < 1:
            raise MappingError(f"{where} must be how many characters to keep, such as 100, not {shown(stated)}.")
        return lambda value: value[:stated] if isinstance(value, str) else value
    if key == "map":
        return _map(stated, where, keep=True)
    if key == "otherwise":
        if not isinstance(stated, str | int | float):
            raise MappingError(f"{where} must be a text or a number, not {shown(stated)}.")
        return lambda value: stated if value is None else value
    return _split(stated, where) if key == "split" else _number(stated, where)


def _map(stated: object, where: str, *, keep: bool) -> Scalar:
    if not isinstance(stated, dict) or not all(isinstance(each, str | int | float) for each in stated.values()):
        raise MappingError(f'{where} must be a table such as {{ "Telephone" = "voice", "E-mail" = "email" }}.')
    known = {key: value if value != "" else None for key, value in stated.items()}
    return lambda value: known.get(str(value), value if keep else None)


def _split(stated: object, where: str) -> Scalar:
    if not isinstance(stated, dict):
        raise MappingError(f'{where} must be a table such as {{ by = ";", part = 1 }}, not {shown(stated)}.')
    only(stated, ("by", "part"), where)
    by, part = text(stated, "by", where), stated.get("part", 1)
    if not by or isinstance(part, bool) or not isinstance(part, int) or part == 0:
        raise MappingError(f"{where} needs by, the text between the parts, and part, 1 for the first or -1 for the last.")

    def of(value: Value) -> Value:
        parts = str(value).split(by) if value is not None else []
        place = part - 1 if part > 0 else len(parts) + part
        return (parts[place].strip() or None) if 0 <= place < len(parts) else None

    return of


def _number(stated: object, where: str) -> Scalar:
    if stated is not True and not isinstance(stated, dict):
        raise MappingError(f'{where} must be true or a table such as {{ decimal = ",", group = " ", times = 60 }}.')
    options = stated if isinstance(stated, dict) else {}
    only(options, ("decimal", "group", "times"), where)
    decimal, group, times = text(options, "decimal", where, "."), text(options, "group", where), options.get("times", 1)
    if isinstance(times, bool) or not isinstance(times, int | float):
        raise MappingError(f"{path(where, 'times')} must be a number, not {shown(times)}.")

    def of(value: Value) -> Value:
        if not isinstance(value, str):
            return value
        plain = value.strip().replace(group, "") if group else value.strip()
        return number(plain.replace(decimal, ".") if decimal != "." else plain, value, times)

    return of


def number(plain: str, value: str, times: float = 1) -> Value:
    """A finite number, whole where it is written so; a Fault otherwise."""
    try:
        if "_" in plain:
            raise ValueError(plain)
        found = int(plain) if plain.lstrip("+-").isdigit() and len(plain) < 20 else float(plain)
    except ValueError:
        found = math.nan
    if not math.isfinite(found):
        return Fault(value, "a number such as 12 or 12.5")
    return found * times
