"""What a mapping makes of columns: steps, origins, conditions, numbers."""

from __future__ import annotations

from typing import Any

import pytest

from ingest.mapping.expression import Fault, expression


def values(stated: Any, **columns: list[str | None]) -> list[Any]:
    return list(expression(stated, "here").values(columns, len(next(iter(columns.values())))))


def test_steps_are_applied_in_the_order_in_which_they_are_written():
    column = [" Tel ", "E-MAIL;x", None, "Fax"]
    assert values({"column": "c", "trim": True, "lower": True}, c=column) == ["tel", "e-mail;x", None, "fax"]
    assert values({"column": "c", "split": {"by": ";", "part": 2}, "otherwise": "none"}, c=column) == ["none", "x", "none", "none"]
    assert values({"column": "c", "split": {"by": ";", "part": -1}}, c=column) == ["Tel", "x", None, "Fax"]
    assert values({"column": "c", "trim": True, "map": {"Tel": "voice"}}, c=column) == ["voice", "E-MAIL;x", None, "Fax"]
    assert values({"column": "c", "trim": True, "map": {"Tel": "voice"}, "otherwise": "?"}, c=column) == ["voice", "?", "?", "?"]
    assert values({"column": "c", "upper": True, "cut": 2}, c=column) == [" T", "E-", None, "FA"]


def test_origins():
    a, b = ["1", None, None], ["x", "y", None]
    assert values({"concat": ["a", {"constant": "-"}, "b"]}, a=a, b=b) == ["1-x", "-y", "-"]
    assert values({"concat": ["a", "b"], "with": "/"}, a=a, b=b) == ["1/x", "y", None]
    assert values({"first": ["a", "b", {"constant": "z"}]}, a=a, b=b) == ["1", "y", "z"]
    when = [{"if": {"column": "a", "is": "1"}, "then": "b"}, {"if": {"column": "b", "empty": False}, "then": {"constant": "B"}}]
    assert values({"when": when, "otherwise": "none"}, a=a, b=b) == ["x", "B", "none"]


@pytest.mark.parametrize(
    ("test", "holds"),
    [
        ({"is": "a1"}, [True, False, False]), ({"is_not": "a1"}, [False, True, True]), ({"in": ["a1", "b"]}, [True, False, False]),
        ({"not_in": ["a1"]}, [False, True, True]), ({"empty": True}, [False, False, True]), ({"starts_with": "a"}, [True, False, False]),
        ({"contains": "1"}, [True, True, False]), ({"above": 10}, [False, True, False]),
        ({"below": 12}, [False, True, False]),
    ],
)  # fmt: skip
def test_conditions(test: dict[str, Any], holds: list[bool]):
    column = ["a1", "11", None]
    case = {"when": [{"if": {"column": "c", **test}, "then": {"constant": "yes"}}], "otherwise": "no"}
    assert values(case, c=column) == ["yes" if each else "no" for each in holds]
    turned = {"when": [{"if": {"not": {"all": [{"column": "c", **test}]}}, "then": {"constant": "yes"}}], "otherwise": "no"}
    assert values(turned, c=column) == ["no" if each else "yes" for each in holds]


@pytest.mark.parametrize(
    ("options", "text", "number"),
    [(True, "12", 12), (True, " -1.5 ", -1.5), ({"decimal": ",", "group": " "}, "1 234,5", 1234.5), ({"times": 60}, "2", 120),
     (True, "1_000", None), (True, "nan", None), (True, "1e999", None), (True, "12 min", None)],
)  # fmt: skip
def test_numbers(options: Any, text: str, number: float | None):
    wanted = Fault(text, "a number such as 12 or 12.5") if number is None else number
    assert values({"column": "c", "number": options}, c=[text]) == [wanted]
