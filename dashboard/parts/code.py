"""A query as it runs: keywords stand out, values are bound and listed below, never pasted in."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from dash import html
from dash.development.base_component import Component

KEYWORDS = (
    "SELECT|FROM|WHERE|AND|OR|NOT|IN|AS|GROUP BY|ORDER BY|LEFT JOIN|ASOF LEFT JOIN|JOIN|ON|FINAL|PREWHERE|HAVING|WITH|UNION ALL"
    "|IS NULL|IS NOT NULL|ARRAY JOIN|LEFT ARRAY JOIN|BETWEEN|CASE|WHEN|THEN|ELSE|END|LIMIT|SETTINGS|INNER JOIN|CROSS JOIN|DISTINCT|USING"
)
_KEYWORD = re.compile(rf"\b({KEYWORDS})\b")


def sql(text: str, label: str) -> Component:
    """One statement, scrollable and reachable by keyboard."""
    pieces = _KEYWORD.split(text)
    marked = [html.B(piece) if at % 2 else piece for at, piece in enumerate(pieces) if piece]
    return html.Pre(marked, className="sql", tabIndex=0, role="region", **{"aria-label": label})


def values(bound: Sequence[tuple[str, Any]]) -> Component:
    """The values bound in a statement, by name."""
    return html.Dl(
        [child for name, value in bound for child in (html.Dt(html.Code(name)), html.Dd(html.Code(_written(value))))], className="facts"
    )


def _written(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, str):
        return f"'{value}'"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_written(item) for item in value) + "]"
    return f"{value:g}" if isinstance(value, float) else str(value)
