"""Worked examples: a few rows of facts, a question, the answer and how it comes about, in both languages.

One file per family. `# fact` opens a table of rows; columns that are left out are empty. `now` says when it is. `## metric` opens an
example: the question's address after `ask`, one `answer` for each row expected, and the sum in words. A time of day means 2 March 2026,
in UTC. The tests put the rows in, ask, and compare; the handbook prints what stands here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from metrics.metric import Text

HERE = Path(__file__).parent
DAY = "2026-03-02"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of one fact, as written: column names and cells."""

    fact: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Example:
    """One worked example: `ask` is a query string without the metric; each answer maps dimension and figure names to what is expected."""

    name: str
    tables: tuple[Table, ...]
    now: str
    ask: str
    answers: tuple[Mapping[str, str], ...]
    words: Text


@dataclass(slots=True)
class _Family:
    tables: list[Table] = field(default_factory=list)
    now: str = "12:00:00"
    examples: dict[str, dict[str, list[str]]] = field(default_factory=dict)


@cache
def examples() -> dict[str, Example]:
    """All worked examples by name."""
    found: dict[str, Example] = {}
    for path in sorted(HERE.glob("*.md")):
        family = _read(path.read_text(encoding="utf-8"))
        for name, said in family.examples.items():
            answers = tuple(dict(_pair(pair) for pair in answer.split()) for answer in said.get("answer", []))
            words = Text(" ".join(said.get("en", [])), " ".join(said.get("fr", [])))
            found[name] = Example(name, tuple(family.tables), family.now, "".join(said.get("ask", [])), answers, words)
    return found


def instant(text: str) -> str:
    """A time of day with the examples' date before it; anything longer as it stands."""
    return f"{DAY} {text}" if len(text) <= len("09:00:00.000") else text


def _pair(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name, value


def _cells(line: str) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in line.strip("|").split("|"))


def _read(text: str) -> _Family:
    family, name, fact = _Family(), "", ""
    columns: tuple[str, ...] = ()
    rows: dict[tuple[str, tuple[str, ...]], list[tuple[str, ...]]] = {}
    for line in (line.strip() for line in text.splitlines()):
        if line.startswith("## "):
            name = line[3:]
            family.examples[name] = {}
        elif line.startswith("# "):
            fact, columns = line[2:], ()
        elif line.startswith("|"):
            if not columns:
                columns = _cells(line)
            elif set(line) - set("|-: "):
                rows.setdefault((fact, columns), []).append(_cells(line))
        elif line.startswith("now "):
            family.now = line[4:]
        elif line:
            word, _, rest = line.partition(" ")
            family.examples[name].setdefault(word, []).append(rest)
    family.tables = [Table(fact, columns, tuple(lines)) for (fact, columns), lines in rows.items()]
    return family
