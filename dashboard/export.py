"""The scorecard as a file: one page of PDF (typst), one slide (python-pptx), all criteria as a workbook (xlsxwriter)."""

import json
from collections.abc import Callable
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import typst
import xlsxwriter
from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.dml import MSO_LINE
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.shapes.autoshape import Shape
from pptx.slide import Slide
from pptx.util import Emu, Pt

from dashboard.format import day, instant, number, percent
from dashboard.matter import bar_of, mark_of, pair, said_agreed, said_gap, said_held, way_of
from dashboard.page import Visit
from dashboard.parts import ladder
from dashboard.scorecard import Book, entity_name, entity_of
from dashboard.word import in_words, plain, side
from metrics.maturity.card import Card
from metrics.maturity.model import Kind
from metrics.maturity.score import Scored, Valued

COLOURS = {0: "C9D0DC", 1: "F2B56B", 2: "6FA8DC", 3: "3346D3"}
TINTS = {1: "FDECD9", 2: "DAE9F6", 3: "D6DAF6"}
INK, MUTED = "14213D", "56617A"
THIN = 0.018  # inches
FONT = "Arial"  # on a slide: everywhere, or something of the same widths is

_TYPST = """
#let data = json(bytes(sys.inputs.data))
#set document(title: data.title)
#set page(paper: "a4", flipped: true, margin: 14mm)
#set text(font: ("Liberation Sans", "DejaVu Sans"), size: 8.5pt, fill: rgb("#14213D"), lang: data.lang)
#text(size: 16pt, weight: "bold")[#data.title] \\
#text(size: 9pt, fill: rgb("#56617A"))[#data.about]
#v(2mm)
#let ink = rgb("#14213D")
#let muted = rgb("#56617A")
#let mark(value) = {
  if value == "aside" { box(width: 6pt, height: 6pt, align(center + horizon, line(length: 5pt, stroke: 0.9pt + muted))) }
  else if value == "unknown" { box(width: 6pt, height: 6pt, radius: 3pt, stroke: (paint: muted, thickness: 0.7pt, dash: "densely-dotted")) }
  else { box(width: 6pt, height: 6pt, stroke: 0.7pt + ink, radius: 1pt,
    fill: if value == "full" { ink }
      else if value == "half" { gradient.linear((ink, 0%), (ink, 50%), (white, 50%), (white, 100%)) } else { none }) }
}
#let cell(c) = block(width: 100%, height: data.tall * 1mm, fill: if c.state == "on" { rgb(c.tint) } else { rgb("#F7F8FA") })[
  #place(bottom + left, rect(width: 100%, height: 2.5pt, fill: rgb("#DFE4EC")))
  #if c.share > 0 { place(bottom + left, rect(width: c.share * 100%, height: 2.5pt, fill: rgb(c.colour))) }
  #block(width: 100%, height: 100%, inset: (x: 5pt, top: 5pt, bottom: 6pt))[
  #text(size: 7.6pt, fill: if c.state == "off" { rgb("#56617A") } else { rgb("#14213D") })[#c.text]
  #v(1fr)
  #for m in c.marks { mark(m); h(2pt) } #h(3pt) #text(size: 7pt, fill: rgb("#56617A"))[#c.said]]]
#let dot(x, r, body) = place(left + horizon, dx: x - r, circle(radius: r, ..body))
#let gap(say, do) = { let at = (2pt, 8pt, 26pt, 44pt); box(width: 50pt, height: 9pt, {
  place(left + horizon, dx: 8pt, line(length: 36pt, stroke: 1pt + rgb("#DFE4EC")))
  for x in at.slice(1) { place(left + horizon, dx: x, line(length: 5pt, angle: 90deg, stroke: 1pt + rgb("#DFE4EC"))) }
  if say != do { place(left + horizon, dx: calc.min(at.at(say), at.at(do)), line(length: calc.abs(at.at(say) - at.at(do)),
    stroke: 1pt + muted)) }
  dot(at.at(do), 2.4pt, (fill: ink)); dot(at.at(say), 3.6pt, (stroke: 0.8pt + ink)) }) }
#table(columns: (42mm, 1fr, 1fr, 1fr, 14mm, 22mm, 17mm, 23mm), stroke: none, inset: 2.5pt, align: left + top,
  ..data.heads.map(each => table.cell(inset: (x: 2.5pt, top: 2.5pt, bottom: 5pt), text(size: 8pt, weight: "bold")[#each])),
  ..data.rows.map(r => (
    [#text(weight: "bold", size: 9.5pt)[#r.name] \\ #text(size: 7pt, fill: rgb("#56617A"))[#r.about \\ #r.held]],
    ..r.cells.map(cell),
    text(size: 12pt, weight: "bold")[#r.score],
    [#gap(r.say, r.do) \\ #text(size: 7pt, fill: rgb("#56617A"))[#r.gap]], [#r.confidence], [#r.moved])).flatten())
#v(1mm)
#text(size: 7.5pt, fill: rgb("#56617A"))[#data.key]
"""


def pdf(found: Card, _: Book, visit: Visit) -> bytes:
    """One landscape page of A4: the answer, the matrix, its key."""
    language = visit.language
    rows = [
        {
            "name": in_words(each.dimension.name, language),
            "about": in_words(each.dimension.about, language),
            "held": said_held(found, each.dimension.id, language),
            "cells": [_cell(each, level, visit) for level in (1, 2, 3)],
            "score": number(each.score, language, 2),
            "gap": said_gap(each, language),
            "say": each.say,
            "do": each.do,
            "confidence": percent(each.confidence, language, 0),
            "moved": number(found.moved(each.dimension.id), language, 2, sign=True),
        }
        for each in found.now.scores.values()
    ]
    data = {
        "lang": language, "title": title(found, visit), "about": about(found, visit), "heads": heads(found, visit), "rows": rows,
        "key": plain("maturity.key", language), "tall": min(18.6, 142 / len(rows) - 1.8),  # all dimensions on one page
    }  # fmt: skip
    made = typst.compile(_TYPST.encode(), format="pdf", sys_inputs={"data": json.dumps(data)})
    return bytes(made) if isinstance(made, bytes) else made[0]


def title(found: Card, visit: Visit) -> str:
    """The level of the company in words, with its mean."""
    level = in_words(found.model.levels[found.now.whole.level], visit.language)
    return plain("maturity.export_title", visit.language, level=level, mean=number(found.now.whole.score, visit.language, 2))


def about(found: Card, visit: Visit) -> str:
    """Of whom, of which instant, by which model, with which confidence."""
    said = plain("maturity.judged", visit.language, version=found.model.version, at=instant(found.now.at, visit.language, visit.zone))
    sure = f"{plain('maturity.confidence', visit.language)} {percent(found.now.whole.confidence, visit.language, 0)}"
    return f"{entity_name(entity_of(visit), visit.language)} · {said} · {sure}"


def heads(found: Card, visit: Visit) -> list[str]:
    """The columns of the matrix."""
    language = visit.language
    levels = [in_words(found.model.levels[level], language) for level in (1, 2, 3)]
    words = [plain(f"maturity.{key}", language) for key in ("score", "say_do", "confidence", "trend")]
    return [plain("maturity.dimension", language), *levels, *words]


def _cell(each: Scored, level: int, visit: Visit) -> dict[str, Any]:
    cell = each.dimension.cell(level)
    values = [each.values[one.id] for one in cell.required]
    met = sum(one.waived or one.counted == 1 for one in values)
    state = "on" if level <= each.level else "now" if level == each.level + 1 else "off"
    share = 1.0 if state == "on" else each.score - each.level if state == "now" else 0.0
    marks = [ladder.ASIDE if one.waived else mark_of(one.value) for one in values]
    return {
        "text": in_words(cell.text, visit.language), "state": state, "share": share, "marks": marks, "tint": f"#{TINTS[level]}",
        "colour": f"#{COLOURS[level]}", "said": plain("maturity.met", visit.language, n=met, of=len(values)),
    }  # fmt: skip


# --- one slide -------------------------------------------------------------------------------------------------------------------------


def pptx(found: Card, _: Book, visit: Visit) -> bytes:
    """One slide, 16:9: the answer and the matrix as shapes that can be edited."""
    show = Presentation()
    show.slide_width, show.slide_height = Emu(12_192_000), Emu(6_858_000)
    slide = show.slides.add_slide(show.slide_layouts[6])
    _write(slide, title(found, visit), 0.4, 0.25, 12.4, 24, bold=True)
    _write(slide, about(found, visit), 0.4, 0.75, 12.4, 12, colour=MUTED)
    left, wide = (2.55, 5.25, 7.95), 2.62
    for x, level in zip(left, (1, 2, 3), strict=True):
        _write(slide, in_words(found.model.levels[level], visit.language), x, 1.1, wide, 13, bold=True)
    for x, key in ((10.75, "score"), (11.5, "say_do")):
        _write(slide, plain(f"maturity.{key}", visit.language), x, 1.13, 1.7, 11, bold=True)
    _write(slide, plain("maturity.key", visit.language), 0.4, 7.0, 12.5, 8, colour=MUTED)
    top, tall = 1.42, min(0.75, 5.53 / len(found.now.scores) - 0.04)
    for place, each in enumerate(found.now.scores.values()):
        y = top + place * (tall + 0.04)
        name = in_words(each.dimension.name, visit.language)
        _write(slide, name, 0.4, y, 2.1, 12, bold=True, under=said_held(found, each.dimension.id, visit.language))
        for x, level in zip(left, (1, 2, 3), strict=True):
            _shape(slide, _cell(each, level, visit), x, y, wide, tall)
        _write(slide, number(each.score, visit.language, 2), 10.75, y, 0.8, 16, bold=True)
        _gap(slide, each.say, each.do, 11.6, y + 0.14)
        _write(slide, said_gap(each, visit.language), 11.5, y + 0.26, 1.6, 9, colour=MUTED)
    out = BytesIO()
    show.save(out)
    return out.getvalue()


def _rgb(colour: str) -> RGBColor:
    return RGBColor(*bytes.fromhex(colour))


def _inch(value: float) -> Emu:
    return Emu(round(value * 914_400))


def _write(
    slide: Slide, text: str, x: float, y: float, wide: float, size: int, *, bold: bool = False, colour: str = INK, under: str = ""
) -> None:
    """A text, and a small one in a paragraph of its own under it, however many lines the first takes."""
    frame = slide.shapes.add_textbox(_inch(x), _inch(y), _inch(wide), _inch(0.4)).text_frame
    frame.word_wrap = True
    for place, (said, points, strong, ink) in enumerate(((text, size, bold, colour), (under, 8, False, MUTED))[: 2 if under else 1]):
        run = (frame.add_paragraph() if place else frame.paragraphs[0]).add_run()
        run.text, run.font.name, run.font.size, run.font.bold = said, FONT, Pt(points), strong
        run.font.color.rgb = _rgb(ink)


def _shape(slide: Slide, cell: dict[str, Any], x: float, y: float, wide: float, tall: float) -> None:
    frame = _bar(slide, x, y, wide, tall, str(cell["tint"])[1:] if cell["state"] == "on" else "F7F8FA").text_frame
    frame.word_wrap, frame.vertical_anchor, frame.margin_top = True, MSO_ANCHOR.TOP, _inch(0.03)
    frame.paragraphs[0].alignment = PP_ALIGN.LEFT
    run = frame.paragraphs[0].add_run()
    run.text, run.font.name, run.font.size = str(cell["text"]), FONT, Pt(9)
    run.font.color.rgb = _rgb(MUTED if cell["state"] == "off" else INK)
    marks = cell["marks"]
    for place, mark in enumerate(marks):
        _square(slide, mark, x + 0.1 + place * 0.14, y + tall - 0.19)
    _write(slide, str(cell["said"]), x + 0.1 + len(marks) * 0.14, y + tall - 0.27, 1.6, 8, colour=MUTED)
    share = float(str(cell["share"]))
    _bar(slide, x, y + tall - 0.05, wide, 0.05, "DFE4EC")
    if share > 0:
        _bar(slide, x, y + tall - 0.05, wide * share, 0.05, str(cell["colour"])[1:])


def _square(slide: Slide, mark: str, x: float, y: float, wide: float = 0.1) -> None:
    """A required criterion: full, half, empty, a dashed circle when unknown, a dash when set aside; as on screen."""
    if mark == ladder.ASIDE:
        _stroke(slide, x, x + wide, y + wide / 2, MUTED)
        return
    if mark == ladder.HALF:
        _spot(slide, MSO_SHAPE.RECTANGLE, x, y, wide / 2, wide, INK, filled=True)
    unknown = mark == ladder.UNKNOWN
    kind, colour = (MSO_SHAPE.OVAL, MUTED) if unknown else (MSO_SHAPE.RECTANGLE, INK)
    drawn = _spot(slide, kind, x, y, wide, wide, colour, filled=mark == ladder.FULL)
    if unknown:
        drawn.line.dash_style = MSO_LINE.ROUND_DOT


def _gap(slide: Slide, say: int, do: int, x: float, y: float) -> None:
    """What is said (ring) and what is done (dot) on one line of three levels."""
    at = [x - 0.08 + level * 0.4 - (0.14 if level else 0) for level in range(4)]
    _stroke(slide, at[1], at[3], y, "DFE4EC")
    if say != do:
        _stroke(slide, min(at[say], at[do]), max(at[say], at[do]), y, MUTED)
    _spot(slide, MSO_SHAPE.OVAL, at[do] - 0.05, y - 0.05, 0.1, 0.1, INK, filled=True)
    _spot(slide, MSO_SHAPE.OVAL, at[say] - 0.075, y - 0.075, 0.15, 0.15, INK, filled=False)


def _spot(slide: Slide, kind: MSO_SHAPE, x: float, y: float, wide: float, tall: float, colour: str, *, filled: bool) -> Shape:
    drawn = slide.shapes.add_shape(kind, _inch(x), _inch(y), _inch(wide), _inch(tall))
    drawn.line.color.rgb, drawn.line.width = _rgb(colour), Pt(0.75)
    _flat(drawn)
    if filled:
        drawn.fill.solid()
        drawn.fill.fore_color.rgb = _rgb(colour)
    else:
        drawn.fill.background()
    return drawn


def _bar(slide: Slide, x: float, y: float, wide: float, tall: float, colour: str) -> Shape:
    """A rectangle without an edge or a shadow; a thin one is a line."""
    drawn = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, _inch(x), _inch(y), _inch(wide), _inch(tall))
    drawn.fill.solid()
    drawn.fill.fore_color.rgb = _rgb(colour)
    drawn.line.fill.background()
    return _flat(drawn)


def _flat(drawn: Shape) -> Shape:
    """A shape without what its theme adds: a shadow, which some programs draw though it is switched off."""
    for style in drawn.element.findall(qn("p:style")):
        drawn.element.remove(style)
    return drawn


def _stroke(slide: Slide, x: float, to_x: float, y: float, colour: str) -> None:
    _bar(slide, x, y - THIN / 2, to_x - x, THIN, colour)


# --- all criteria ----------------------------------------------------------------------------------------------------------------------


def xlsx(found: Card, told: Book, visit: Visit) -> bytes:
    """Two sheets: the matrix, and one row for each test or question of each criterion. Texts are written as texts, never as formulas."""
    language, out = visit.language, BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as workbook:
        bold = workbook.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        wrap = workbook.add_format({"text_wrap": True, "valign": "top"})
        share = workbook.add_format({"num_format": "0.0%", "valign": "top"})
        money = workbook.add_format({"num_format": '#,##0 "€"' if language == "fr" else '"€"#,##0', "valign": "top"})
        sheet = workbook.add_worksheet(plain("frame.maturity", language))
        more = [plain(f"maturity.sheet_{name}", language) for name in ("held", "level", "say", "do")]
        sheet.write_row(0, 0, [*heads(found, visit), *more], bold)
        for row, each in enumerate(found.now.scores.values(), 1):
            said = [in_words(each.dimension.name, language), *(str(_cell(each, level, visit)["said"]) for level in (1, 2, 3))]
            sheet.write_row(row, 0, [*said, round(each.score, 4), said_gap(each, language), round(each.confidence, 4)], wrap)
            moved = found.moved(each.dimension.id)
            if moved is not None:
                sheet.write_number(row, 7, round(moved, 4))
            sheet.write_string(row, 8, said_held(found, each.dimension.id, language), wrap)
            sheet.write_row(row, 9, [each.level, each.say, each.do])
        sheet.write_string(len(found.now.scores) + 2, 0, about(found, visit))
        sheet.set_column(0, 0, 28)
        sheet.set_column(1, 7, 16)
        sheet.set_column(8, 8, 34)
        sheet.freeze_panes(1, 1)
        detail = workbook.add_worksheet(plain("maturity.sheet_criteria", language))
        detail.write_row(0, 0, [plain(f"maturity.sheet_{name}", language) for name in DETAIL], bold)
        line = 1
        for each in found.now.scores.values():
            for one in each.dimension.criteria:
                for cells, shares, euros in _lines(found, told, each.values[one.id], visit):
                    detail.write_row(line, 0, cells, wrap)
                    if shares:
                        detail.write_row(line, FIGURES.start, cells[FIGURES], share)
                    if euros:
                        detail.write_row(line, COUNTED.start, cells[COUNTED], money)
                    line += 1
        detail.set_column(0, 1, 18)
        detail.set_column(2, 2, 44)
        detail.set_column(4, 4, 50)
        detail.autofilter(0, 0, line - 1, len(DETAIL) - 1)
        detail.freeze_panes(1, 3)
    return out.getvalue()


# the columns of a row of criteria, and where among them the figure with its interval and what was counted are
DETAIL = (
    "dimension", "level", "criterion", "required", "detail", "counted", "share", "low", "high", "threshold", "value", "to_pass", "proof",
    "id", "top", "bottom",
)  # fmt: skip
FIGURES, COUNTED = slice(6, 9), slice(14, 16)


def _lines(found: Card, told: Book, one: Valued, visit: Visit) -> list[tuple[list[str | float], bool, bool]]:
    """The rows of a criterion, one for each test, or one for the answers to a question; and whether its figures are shares,
    and of euros."""
    language, criterion = visit.language, one.criterion
    dimension = found.model.dimension(criterion.dimension)
    start: list[str | float] = [
        in_words(dimension.name, language) if dimension else criterion.dimension,
        in_words(found.model.levels[criterion.level], language),
        in_words(criterion.text, language),
        plain("maturity.required" if criterion.required else "maturity.descriptive", language),
        in_words(criterion.detail, language),
    ]
    mine = [each for each in told.proofs if each.criterion == criterion.id]
    proofs = "; ".join(f"{side(each.title, language)} ({day(each.dated, language)}, {each.digest[:12]})" for each in mine)
    value: str | float = plain("maturity.mark_aside", language) if one.waived else "" if one.value is None else one.value
    today = found.now.at.astimezone(ZoneInfo(visit.zone)).date()
    agreed = said_agreed(one.agreed, today, language) if one.agreed else ""
    if criterion.question:
        answers = " / ".join(number(each, language, 1) for each in one.opinion)
        return [([*start, answers, "", "", "", "", value, "", proofs, criterion.id, "", ""], False, False)]
    return [
        (
            [
                *start, pair(judged, language), *("" if each is None else each for each in (judged.value, judged.low, judged.high)),
                bar_of(judged.test, language), value, way_of(one, judged, language), agreed,
                criterion.id, *((judged.top, judged.bottom) if judged.n else ("", "")),
            ],
            judged.test.kind is not Kind.COUNT,
            judged.test.euros,
        )
        for judged in one.judged
    ]  # fmt: skip


EXPORTS: dict[str, tuple[Callable[[Card, Book, Visit], bytes], str]] = {
    "pdf": (pdf, "application/pdf"),
    "pptx": (pptx, "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    "xlsx": (xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
