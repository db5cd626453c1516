"""Tables: numbers right-aligned under their headers, sortable headers that are links, groups, a total row that is asked and not added."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from dash import html
from dash.development.base_component import Component

from dashboard.format import Language
from dashboard.parts.prose import spoken
from dashboard.word import plain

Cell: TypeAlias = Component | str | list[Component | str]


@dataclass(frozen=True, slots=True)
class Column:
    """A column. `href` makes its header a link that sorts by it; `sort` is "ascending", "descending" or empty; `name` is its class."""

    title: str
    numeric: bool = False
    href: str = ""
    sort: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Rows under one heading; a heading of "" groups without saying so. Each row has one cell per column."""

    title: str
    rows: Sequence[Sequence[Cell]]
    marks: Sequence[str] = ()  # one class per row, where a row stands out
    finds: Sequence[str] = ()  # one text per row, for the search field to find it by (parts/search.py)


def table(
    columns: Sequence[Column], groups: Sequence[Group], language: Language, caption: str, total: Sequence[Cell] = (), name: str = ""
) -> Component:
    """A table with its caption (said, not shown). Texts equal to the en dash are shown as "no value" to a screen reader."""
    head = html.Thead(html.Tr([_header(column) for column in columns]))
    bodies = [_body(columns, group, language) for group in groups]
    foot = [html.Tfoot(_row(columns, total, language, "total"))] if total else []
    return html.Div(
        html.Table([html.Caption(caption, className="vh"), head, *bodies, *foot], className=f"tbl {name}".strip()),
        className="scroll",
        tabIndex=0,
        role="region",
        **{"aria-label": caption},
    )


def _header(column: Column) -> Component:
    content: Cell = html.A(column.title, href=column.href) if column.href else column.title
    sort = {"aria-sort": column.sort} if column.sort else {}
    if not column.title:
        return html.Td(className=_class(column))
    return html.Th(content, scope="col", className=_class(column), **sort)


def _class(column: Column) -> str | None:
    return " ".join(part for part in ("num" if column.numeric else "", column.name) if part) or None


def _body(columns: Sequence[Column], group: Group, language: Language) -> Component:
    marks = [*group.marks, *[""] * (len(group.rows) - len(group.marks))]
    heading = [html.Tr(html.Th(group.title, colSpan=len(columns), scope="rowgroup"), className="group")] if group.title else []
    finds = [*group.finds, *[""] * (len(group.rows) - len(group.finds))]
    rows = [_row(columns, row, language, mark, find) for row, mark, find in zip(group.rows, marks, finds, strict=True)]
    return html.Tbody([*heading, *rows])


def _row(columns: Sequence[Column], row: Sequence[Cell], language: Language, mark: str = "", find: str = "") -> Component:
    if len(row) != len(columns):
        raise ValueError(f"a row has {len(row)} cells and the table {len(columns)} columns")
    cells = []
    for at, (column, cell) in enumerate(zip(columns, row, strict=True)):
        content = spoken(cell, language) if isinstance(cell, str) else cell
        label = {"data-label": column.title} if column.title else {}
        heads = at == 0 and cell not in ("", [""])
        tag, more = (html.Th, {"scope": "row"}) if heads else (html.Td, label)
        cells.append(tag(content, className=_class(column), **more))
    return html.Tr(cells, className=mark or None, **({"data-find": find} if find else {}))


def plainly(titles: Sequence[str], rows: Sequence[Sequence[str]], language: Language, caption: str) -> Component:
    """The figures behind a chart: a first column of names or times, then numbers."""
    columns = [Column(title, numeric=at > 0) for at, title in enumerate(titles)]
    return table(columns, [Group("", rows)], language, caption)


def toggled(content: Component, language: Language) -> Component:
    """Something to open under a chart: its figures as a table. Native, so keyboard and print need nothing more."""
    return html.Details([html.Summary(plain("part.show_table", language)), content], className="more")
