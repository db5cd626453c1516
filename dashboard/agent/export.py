"""The table of agent time as a file for a spreadsheet: as lines of plain numbers, or as a workbook that looks like the page."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence

import xlsxwriter

from dashboard.agent.tally import NONE, Tally
from dashboard.format import Language, typography
from dashboard.parts import channel
from dashboard.word import plain

STATES = (
    "agent_time_wall", "staffed_time", "ready_time", "auxiliary_time", "agent_time_multichannel", "busy_in_pause", "busy_signed_out",
    "agent_time_provisional", "occupancy", "capacity_utilisation", "capacity_coverage",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_csv(groups: Mapping[str, Tally], names: Callable[[str], str], codes: Sequence[str], share: str, *, agents: bool) -> str:
    """One line a group: its id and name, its times in seconds, then per channel gross time and the chosen share.

    Texts that a spreadsheet would run as a formula are prefixed with an apostrophe. An unknown value is an empty cell.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    head = ["agent" if agents else "team", "name", "agents", "contacts", *STATES, "agent_time_gross", "effective_concurrency"]
    writer.writerow([*head, *[f"{name}.{code}" for code in codes for name in ("agent_time_gross", share)]])
    for key, tally in groups.items():
        texts = [key, names(key)]
        figures: list[float | None] = [tally.agents, tally.contacts]
        figures += [tally.states.get(name, NONE).value for name in STATES]
        figures += [None if tally.partly else tally.gross, tally.at_once]
        for code in codes:
            mine = tally.channels.get(code, {})
            figures += [mine.get("agent_time_gross", NONE).value, mine.get("share", NONE).value]
        safe = [f"'{text}" if text.startswith(_FORMULA) else text for text in texts]
        writer.writerow([*safe, *("" if figure is None else figure for figure in figures)])
    return out.getvalue()


DAY_S = 86_400  # spreadsheets keep durations in days
_TIME, _SHARE, _COUNT, _RATIO = "[h]:mm:ss", "0%", "#,##0", "0.00"


def as_xlsx(
    about: Sequence[str],
    rows: Sequence[tuple[str, Tally]],
    total: tuple[str, Tally],
    codes: Sequence[str],
    language: Language,
    *,
    agents: bool,
) -> bytes:
    """One sheet: what was asked, a line each; the columns of the page with their units; a row each of the page, and all of them together.

    Durations are numbers shown as hours, minutes and seconds, shares are percentages; an unknown value is an empty cell. Texts are written
    as texts, never as formulas.
    """
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as workbook:
        sheet = workbook.add_worksheet(plain("frame.agent_time", language))
        bold = workbook.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        formats = {kind: workbook.add_format({"num_format": kind}) for kind in (_TIME, _SHARE, _COUNT, _RATIO)}
        sums = {kind: workbook.add_format({"num_format": kind, "bold": True, "top": 1}) for kind in formats}
        name = workbook.add_format({"bold": True, "top": 1})
        for line, text in enumerate(about):
            sheet.write_string(line, 0, text, workbook.add_format({"bold": not line}))
        head = len(about) + 1
        columns = _columns(codes, language, agents=agents)
        sheet.write_row(
            head, 0, [plain("agent_time.agent" if agents else "agent_time.team", language), *(each[0] for each in columns)], bold
        )
        for line, (text, tally) in enumerate([*rows, total], head + 1):
            last = line == head + 1 + len(rows)
            sheet.write_string(line, 0, text, name if last else None)
            for place, (_, kind, value) in enumerate(columns, 1):
                figure = value(tally)
                if figure is not None:
                    sheet.write_number(line, place, figure / DAY_S if kind == _TIME else figure, (sums if last else formats)[kind])
                elif last:
                    sheet.write_blank(line, place, None, sums[kind])
        sheet.set_column(0, 0, 28)
        sheet.set_column(1, len(columns), 14)
        sheet.freeze_panes(head + 1, 1)
        sheet.autofilter(head, 0, head + len(rows), len(columns))
    return out.getvalue()


def told(name: str, value: str, language: Language) -> str:
    """A name and its value in a line."""
    return typography(f"{name}{' ' if language == 'fr' else ''}: {value}", language)


def _columns(codes: Sequence[str], language: Language, *, agents: bool) -> list[tuple[str, str, Callable[[Tally], float | None]]]:
    """The columns of the page: heading with its unit, form, and value."""

    def state(key: str) -> Callable[[Tally], float | None]:
        return lambda tally: tally.states.get(key, NONE).value

    def of(code: str, key: str) -> Callable[[Tally], float | None]:
        return lambda tally: tally.channels.get(code, {}).get(key, NONE).value

    def title(key: str, unit: str) -> str:
        return f"{plain(f'agent_time.{key}', language)} ({plain(f'agent_time.unit_{unit}', language)})"

    found: list[tuple[str, str, Callable[[Tally], float | None]]] = [
        *([] if agents else [(title("agents", "count"), _COUNT, lambda tally: None if tally.withheld else float(tally.agents))]),
        (title("column_contacts", "count"), _COUNT, lambda tally: None if tally.withheld else tally.contacts),
        (title("column_wall", "time"), _TIME, state("agent_time_wall")),
    ]
    found += [(told(channel.label(code, language), title("xlsx_share", "time"), language), _TIME, of(code, "share")) for code in codes]
    found += [
        (title("column_gross", "time"), _TIME, lambda tally: None if tally.partly else tally.gross),
        *(
            (told(channel.label(code, language), title("xlsx_gross", "time"), language), _TIME, of(code, "agent_time_gross"))
            for code in codes
        ),
        (title("column_at_once", "at_once"), _RATIO, lambda tally: tally.at_once),
        (title("column_several", "share"), _SHARE, lambda tally: tally.several),
        (title("column_occupancy", "share"), _SHARE, state("occupancy")),
        (title("column_capacity", "share"), _SHARE, state("capacity_utilisation")),
        (title("column_covered", "share"), _SHARE, state("capacity_coverage")),
        *((title(f"xlsx_{key}", "time"), _TIME, state(key)) for key in ("staffed_time", "ready_time", "auxiliary_time")),
    ]
    return found
