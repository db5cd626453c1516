"""Every action that is written into the audit log has words in both languages and a kind to choose it by; so has every detail of it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from dashboard.word import known, words
from sql.ledger.action import ACTIONS

ROOT = Path(__file__).parent.parent
SOURCES = [*sorted((ROOT / "dashboard").rglob("*.py")), *sorted((ROOT / "sql").rglob("*.py")), *sorted((ROOT / "ingest").rglob("*.py"))]


def written() -> Iterator[tuple[str, ast.Call, ast.Module]]:
    """Every call of `audit.write` in the product, by where it stands."""
    for path in [*SOURCES, ROOT / "apogee.py"]:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == ("write" if path.name == "audit.py" else "audit.write"):
                yield f"{path.name}:{node.lineno}", node, tree


def texts(node: ast.expr, tree: ast.Module) -> set[str]:
    """The texts an expression may stand for: itself, either side of a condition, or what its name was given."""
    if isinstance(node, ast.Constant):
        return {str(node.value)}
    if isinstance(node, ast.IfExp):
        return texts(node.body, tree) | texts(node.orelse, tree)
    if isinstance(node, ast.Name):
        given = [each.value for each in ast.walk(tree) if isinstance(each, ast.Assign) and ast.unparse(each.targets[0]) == node.id]
        return {text for each in given for text in texts(each, tree)}
    return set()


def test_what_is_written_is_what_is_listed_and_what_has_words() -> None:
    found = {where: texts(call.args[2], tree) for where, call, tree in written()}
    assert all(found.values()), "an action is written as a text, or its name is given one nearby"
    listed = {f"{noun}.{verb}" for noun, verbs in ACTIONS.items() for verb in verbs}
    assert {action for some in found.values() for action in some} == listed
    assert {key for key in words() if key.startswith("people.did_")} == {f"people.did_{each.replace('.', '_')}" for each in listed}
    assert [noun for noun in ACTIONS if not known(f"people.audit_{noun}")] == []


def test_every_detail_has_words() -> None:
    named = {
        key.value
        for _, call, _ in written()
        for argument in call.args[4:5]
        for each in ast.walk(argument)
        if isinstance(each, ast.Dict)
        for key in each.keys
        if isinstance(key, ast.Constant)
    }
    assert len(named) > 10
    assert sorted(name for name in named if not known(f"people.detail_{name}")) == []
