"""The parts: what they draw, what they say to those who do not see it, and that they never ask for data."""

import ast
import itertools
import json
import re
from pathlib import Path

import plotly.utils
import pytest
from dash import html
from hypothesis import given
from hypothesis import strategies as st

from dashboard.format import NOTHING, axis_marks
from dashboard.parts import (
    bullet,
    channel,
    code,
    formula,
    heat,
    ladder,
    legend,
    pick,
    picture,
    spark,
    state,
    status,
    step,
    table,
    tile,
    trend,
    whisker,
)
from dashboard.parts.drawing import Drawing, node, still, svg
from dashboard.parts.prose import marked, spoken
from dashboard.parts.scale import Scale, around
from dashboard.parts.search import Search

PARTS = Path(__file__).parents[1] / "dashboard/parts"


def drawn(component):
    """A component as the browser gets it."""
    return json.loads(json.dumps(component, cls=plotly.utils.PlotlyJSONEncoder))


def texts(component) -> str:
    """Every text in a component, in order."""
    tree = drawn(component)

    def walk(part):
        if isinstance(part, str):
            yield part
        elif isinstance(part, list):
            for child in part:
                yield from walk(child)
        elif isinstance(part, dict):
            yield from walk(part["props"].get("children") or [])

    return " ".join(walk(tree))


def shapes(drawing: Drawing, tag: str) -> list[dict]:
    """The attributes of every element of a kind in a drawing."""
    found = []

    def walk(part):
        if isinstance(part, list):
            if part[0] == tag:
                found.append(part[1])
            for child in part[2]:
                walk(child)

    walk(drawing.tree)
    return found


def test_parts_import_nothing_that_asks():
    for path in PARTS.glob("*.py"):
        names = {node.module or "" for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ImportFrom)}
        names |= {alias.name for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Import) for alias in node.names}
        assert not {name for name in names if name.startswith(("sql", "ingest", "metrics", "dashboard.ask", "dashboard.pages", "flask"))}, (
            path.name
        )


def test_a_drawing_says_what_it_shows_or_hides():
    spoken_, silent = svg(10, 10, [], "a line"), svg(10, 10, [], "")
    assert (spoken_.tree[1]["role"], spoken_.tree[1]["aria-label"]) == ("img", "a line")
    assert silent.tree[1]["aria-hidden"] == "true"
    assert drawn(spoken_)["namespace"] == "apogee"


def test_only_drawing_tags_reach_the_browser():
    allowed = set(
        re.findall(r'"(\w+)"', re.search(r"new Set\(\[(.*?)\]\)", (PARTS.parent / "assets/drawing.js").read_text(), re.DOTALL)[1])
    )
    used = {match for path in PARTS.glob("*.py") for match in re.findall(r'node\(\s*"(\w+)"', path.read_text())}
    assert used <= allowed
    assert "script" not in allowed
    assert "foreignObject" not in allowed
    assert not allowed & {"form", "input", "button", "iframe", "object", "img", "style", "link", "base", "meta"}


def test_a_still_part_is_its_elements_and_nothing_that_acts():
    made = still(html.Div([html.A("on", href="/x", **{"data-find": "y"}), 3, None, svg(1, 1, [], "")], className="c"))
    assert made.tree[0:2] == ["div", {"className": "c"}]
    assert made.tree[2][:2] == [["a", {"href": "/x", "data-find": "y"}, ["on"]], "3"]
    assert made.tree[2][2][0] == "svg"
    with pytest.raises(TypeError, match="leave it outside"):
        still(html.Div(Search(name="s", value="", action="/", label="l", button="b", kept=[])))


def test_node_rounds_and_skips():
    assert node("g", None, "x", a=1.23456, b="c") == ["g", {"a": 1.2, "b": "c"}, ["x"]]


# --- words beside shapes


@pytest.mark.parametrize("verdict", status.STATUSES)
def test_a_status_is_a_shape_a_colour_and_a_word(verdict):
    assert texts(status.mark(verdict, "hors promesse")) == "hors promesse"
    assert f"st {verdict}" in status.mark(verdict, "x").className
    assert texts(status.mark(verdict, title="tenue")) == "tenue"
    assert status.word(verdict, "fr")


def test_a_status_without_words_is_refused():
    with pytest.raises(ValueError, match="title"):
        status.mark("good")
    with pytest.raises(ValueError, match="not a status"):
        status.mark("fine", "x")


def test_channels_have_a_fixed_order_and_strangers_keep_their_name():
    assert channel.ordered(["zeta", "chat", "voice", "alpha", "chat"]) == ["voice", "chat", "alpha", "zeta"]
    assert (channel.label("email", "fr"), channel.label("zeta", "fr")) == ("E-mail", "zeta")
    assert channel.css("zeta") == "ch-other"
    assert texts(channel.glyph("voice", "en")) == "Voice"
    assert all(channel.label(code_, language) != code_ for code_ in channel.CHANNELS for language in ("fr", "en"))


def test_no_value_is_said_not_only_drawn():
    assert texts(html.P(spoken(NOTHING, "fr"))) == "– pas de valeur"
    assert spoken("82,4 %", "fr") == ["82,4 %"]
    assert texts(html.P(marked("**3** files attendent"))) == "3  files attendent"


def test_a_tile_carries_what_makes_it_trustworthy():
    reading = tile.Reading("Satisfaction", "78,3 %", "/handbook/csat", 1842, "76,3 %", "80,1 %", "données de 06:00")
    said = texts(tile.figure(reading, "fr", status.mark("unknown", "trop juste"), id="csat"))
    expected = "Satisfaction 78,3 % trop juste  n = 1 842 · de 76,3 % à 80,1 % · données de 06:00"
    assert said.replace("\u202f", " ") == expected
    assert texts(tile.figure(tile.Reading("x", NOTHING), "en")) == "x – no value"
    assert "reçu" in texts(tile.as_of("", "fr"))
    assert (
        texts(tile.as_of("28 Nov 2026 at 18:57", "en", "voice/nantes"))
        == "as of 28 Nov 2026 at 18:57 (voice/nantes: nothing of this kind since)"
    )


# --- scales and series

finite = st.floats(-1e6, 1e6)


@given(finite, finite, finite)
def test_a_scale_keeps_its_ends_and_its_order(low, high, value):
    scale = Scale(min(low, high), max(low, high), 0, 100)
    if scale.low < scale.high:
        assert (scale(scale.low), scale(scale.high)) == pytest.approx((0, 100))
    assert -1e-6 <= scale.clamped(value) <= 100 + 1e-6


@given(st.lists(st.one_of(st.none(), finite), max_size=12))
def test_a_scale_around_values_holds_them(values):
    scale = around(values, 0, 50)
    assert all(scale.low <= value <= scale.high for value in values if value is not None)
    assert around([3, 8], 0, 50, zero=True).low == 0


@given(st.floats(0, 1e5), st.floats(0.001, 1e5), st.sampled_from(["share", "seconds", "count", "per_order"]))
def test_axis_marks_are_round_inside_and_told_apart(low, width, unit):
    high = low + width
    if unit == "share":
        low, high = low / 1e5, high / 1e5
    marks = axis_marks(low, high, 4, unit, "fr")
    assert all(low - 1e-6 * (1 + abs(low)) <= at <= high + 1e-6 * (1 + abs(high)) for at, _ in marks)
    assert len(marks) <= 12
    assert len(marks) > 1 or (unit == "seconds" and width < 2) or high - low < 0.001, "one mark alone gives no scale"
    if unit == "share" and high - low > 0.001:
        assert len({text for _, text in marks}) == len(marks)


def test_a_gap_in_the_data_is_a_gap_in_the_line():
    drawing = spark.line([1, 2, None, 4, None, 5, 6], "x")
    assert [len(line["points"].split()) for line in shapes(drawing, "polyline")] == [2, 2]
    assert len(shapes(drawing, "circle")) == 2
    assert shapes(spark.line([None, None], "x"), "circle") == []


def test_a_trend_draws_limits_target_and_what_chance_does_not_explain():
    course = trend.Course([0.8, 0.81, 0.79, 0.9], 0.77, 0.83, 0.8, 0.85, frozenset({3}), 3)
    drawing = trend.strip(course, "x")
    assert [shape["className"] for shape in shapes(drawing, "rect")] == ["trend-band"]
    assert {"trend-target", "trend-since"} == {shape["className"] for shape in shapes(drawing, "line")}
    assert {"trend-out", "trend-now out"} == {shape["className"] for shape in shapes(drawing, "circle")}


def test_a_target_far_away_is_marked_at_the_edge_instead_of_flattening_the_line():
    far = trend.Course([0.80, 0.81, 0.79], target=0.99)
    assert [shape["className"] for shape in shapes(trend.strip(far, "x"), "polygon")] == ["trend-beyond"]
    provisional = trend.Course([0.8, 0.81], 0.7, 0.9, provisional=True)
    assert shapes(trend.strip(provisional, "x"), "rect")[0]["className"] == "trend-band provisional"
    assert shapes(trend.strip(trend.Course([]), "x"), "circle") == []


@pytest.mark.parametrize("aimed", [0.0, 0.2, 0.29, 1.0, 1.29, 2.0, 2.29, 2.6, 3.0])
def test_the_name_of_a_stage_lies_on_no_level(aimed):
    """Letters reach from nine pixels above the line they stand on to three below it."""
    one = ladder.Course([0.0, 0.3], [1.0, 1.4], [0, 1], [(0.5, aimed, "Stage")], [], 0.3, 1.0)
    drawn = ladder.course(one, ["none", "Ignition", "Ascending", "Space flight"], "today", "x")
    levels = [line["y1"] for line in shapes(drawn, "line") if line["className"].startswith("course-level")]
    named = next(each for each in shapes(drawn, "text") if each["x"] == shapes(drawn, "circle")[0]["cx"])
    assert len(levels) == 4
    assert all(not named["y"] - 9 < level < named["y"] + 3 for level in levels)


@pytest.mark.parametrize(("channels", "name"), [(8, "tbl heat"), (9, "tbl heat close")])
def test_an_overlap_of_many_channels_is_drawn_closer(channels, name):
    codes = [f"c{number}" for number in range(channels)]
    sent = json.dumps(heat.square(codes, {}, {}, "fr", "x"), cls=plotly.utils.PlotlyJSONEncoder)
    assert f'"className": "{name}"' in sent


def test_a_trend_in_words():
    course = trend.Course([0.8, None, 0.9])
    said = trend.summary("Niveau", course, ["80 %", NOTHING, "90 %"], "mai", "juin", "fr")
    assert said == "Niveau, 2 points de mai à juin\u202f; dernier 90 %, plus bas 80 %, plus haut 90 %."
    assert trend.summary("N", trend.Course([None]), [NOTHING], "a", "b", "en") == "N: no value in this period."
    assert trend.summary("N", trend.Course([1.0]), ["1"], "a", "b", "en") == "N: one value only, 1."


@pytest.mark.parametrize(("ratio", "width", "name", "cut"), [(0.5, 12, "bar-fill", 0), (2.0, 48, "bar-over", 0), (9.0, 72, "bar-over", 1)])
def test_a_promise_bar_is_a_multiple_of_its_promise(ratio, width, name, cut):
    drawing = bullet.bar(ratio, "x", width=72)
    assert (shapes(drawing, "rect")[1]["width"], shapes(drawing, "rect")[1]["className"]) == (width, name)
    assert len(shapes(drawing, "polygon")) == cut
    assert shapes(drawing, "line")[0]["x1"] == 24
    assert len(shapes(bullet.bar(None, "x"), "rect")) == 1


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=8))
def test_shares_never_overflow(amounts):
    rects = shapes(bullet.shares([("ch-voice", amount) for amount in amounts], "x", width=100), "rect")
    assert all(rect["x"] + rect["width"] <= 100.6 for rect in rects)
    assert len(rects) == sum(amount > 0 for amount in amounts)


def test_a_meter_and_a_step():
    assert [bullet.meter(share).children.style["width"] for share in (-1, 0.4, 2)] == ["0.0%", "40.0%", "100.0%"]
    scale = Scale(0, 1, 0, 100)
    assert shapes(step.effect(0.2, 0.5, scale), "rect")[0]["x"] == 20
    assert shapes(step.effect(0.5, 0.2, scale, hollow=True), "rect")[0] | {"y": 0} == {
        "x": 20,
        "y": 0,
        "width": 30,
        "height": 12,
        "className": "step-hollow",
    }
    assert shapes(step.level(0.5, scale), "circle")[0]["cx"] == 50


def test_a_dot_with_its_interval_beyond_the_scale_ends_in_an_arrow():
    scale = Scale(0, 1, 0, 100)
    drawing = whisker.row(whisker.Dot(0.5, -0.2, 1.4, 0.4, 0.6), scale, "x")
    assert len(shapes(drawing, "polygon")) == 2
    assert [shape["className"] for shape in shapes(drawing, "circle")] == ["dot-before", "dot-now"]
    assert {shape["className"] for shape in shapes(drawing, "line")} == {"dot-ground", "dot-target", "dot-range"}
    small = whisker.row(whisker.Dot(0.5, small=True, hue="ch-chat", target=7), scale, "x")
    assert shapes(small, "circle")[0]["className"] == "dot-small"
    assert "ch-chat" in small.tree[1]["className"]
    assert whisker.row(whisker.Dot(None), scale, "x").tree[1]["aria-label"] == "x"


def test_axis_labels_stay_inside():
    drawing = whisker.axis(Scale(0, 1, 0, 100), [(0, "0"), (0.5, "50"), (1, "100")])
    assert [shape["textAnchor"] for shape in shapes(drawing, "text")] == ["start", "middle", "end"]
    assert len(shapes(whisker.axis(Scale(0, 1, 0, 100), [(0, "0")]), "text")) == 1


# --- tables, filters, states

COLUMNS = [table.Column("Canal"), table.Column("Traités", numeric=True, href="?sort=handled", sort="descending")]


def test_a_table_has_headers_for_columns_and_rows():
    tree = json.dumps(
        drawn(
            table.table(
                COLUMNS, [table.Group("Groupe", [["Voix", "12"], ["Chat", NOTHING]], ("", "late"))], "fr", "Canaux", ["Total", "12"]
            )
        )
    )
    for expected in (
        '"scope": "col"',
        '"scope": "row"',
        '"scope": "rowgroup"',
        '"aria-sort": "descending"',
        '"href": "?sort=handled"',
        '"late"',
        '"total"',
    ):
        assert expected in tree
    assert tree.count('"num"') == 4


def test_a_table_refuses_rows_that_do_not_fit():
    with pytest.raises(ValueError, match="1 cells and the table 2"):
        table.table(COLUMNS, [table.Group("", [["Voix"]])], "fr", "x")


def test_an_empty_first_cell_is_no_header():
    tree = drawn(table.table([table.Column(""), table.Column("a")], [table.Group("", [["", "x"]])], "en", "c"))
    assert '"scope": "row"' not in json.dumps(tree)


def test_a_picture_has_its_figures_one_key_away():
    figures = table.plainly(["Mois", "Valeur"], [["mai", "3"]], "fr", "Chiffres")
    said = texts(picture.framed(svg(1, 1, [], "x"), figures, "fr", "Titre"))
    assert said == "Titre Chiffres en tableau Chiffres Mois Valeur mai 3"


def test_filters_are_links():
    choices = [pick.Choice("Octobre", "?period=2026-10", chosen=True), pick.Choice("Septembre", "?period=2026-09")]
    tree = json.dumps(drawn(pick.bar("Filtres", [pick.menu("Période", choices), pick.switch("Vue", choices)])))
    assert tree.count('"aria-current": "true"') == 2
    assert '"Details"' in tree
    assert texts(pick.menu("Période", choices[1:])).startswith("Période  Période")


def test_states_say_what_to_do():
    assert texts(state.empty("Chargez un fichier.", "fr", ("Comment", "/x"))) == "Rien à montrer pour l’instant Chargez un fichier. Comment"
    assert "a1b2" in texts(state.error("a1b2", "en"))
    assert "09:12" in texts(state.stale("09:12", "fr"))
    assert state.error("x", "fr").role == "alert"


def test_legends():
    assert texts(legend.legend([("band", "limites")])) == "limites"
    assert "manquée" in texts(legend.statuses("fr", {"good": "bien"}))


# --- definitions


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("abandoned ÷ offered", ("", "abandoned", "offered", "")),
        ("(a + b) ÷ (c − d)", ("", "a + b", "c − d", "")),
        ("SL3: a ÷ (b + c); other variants below", ("SL3", "a", "b + c", "other variants below")),
        ("(a) + (b) ÷ c", ("", "(a) + (b)", "c", "")),
        ("number of entries", ("", "", "", "number of entries")),
        ("a ÷ b ÷ c", ("", "", "", "a ÷ b ÷ c")),
    ],
)
def test_a_formula_is_a_fraction_where_there_is_one(text, pieces):
    assert formula.split(text) == pieces
    assert texts(formula.formula("X", text))


def test_code_lists_its_values():
    shown = code.sql("SELECT a FROM b WHERE c IN {d:String}", "Query")
    assert texts(shown) == "SELECT  a  FROM  b  WHERE  c  IN  {d:String}"
    assert texts(code.values([("d", ["x", 1.5]), ("n", 3)])) == "d ['x', 1.5] n 3"


def test_search_is_a_form_that_keeps_the_language():
    field = Search(name="search", value="sl", action="/handbook", label="Chercher", button="OK", kept=[["lang", "fr"]])
    assert drawn(field)["props"]["kept"] == [["lang", "fr"]]


@pytest.mark.parametrize(
    "scores", [(0.81, 1.01, 1.26, 1.5, 1.5, 1.75, 1.75), (1.0, 1.05, 1.1, 1.15, 1.2, 1.25, 1.3), (1.9, 1.95, 2, 2, 2.05, 2.1, 2.6)]
)
def test_every_name_on_the_companys_line_is_read_and_stands_by_its_dot(scores):
    names = ("Données clients", "Logistique", "Politique tarifaire", "Attribution", "Pilotage des parcours", "Gouvernance", "Performance")
    drawn_ = ladder.line([ladder.Spot(*each, 1) for each in zip(names, scores, strict=True)], sum(scores) / 7, "moyenne", "")
    dots = dict(zip(names, (8 + score / 3 * (ladder.WIDE - 16) for score in scores), strict=True))
    leads = [(each["x1"], each["y2"]) for each in shapes(drawn_, "line") if each["className"] == "spot-lead"]
    boxes = {}
    for told, content in labels(drawn_):
        wide = 6.3 * len(content)
        low = told["x"] - (wide / 2 if told["textAnchor"] == "middle" else 0)
        boxes[content] = (low, low + wide, told["y"] - 10, told["y"] + 3)
    assert {*boxes} == {*names, "moyenne"}
    for one, other in itertools.combinations(boxes.values(), 2):
        assert one[1] < other[0] or other[1] < one[0] or one[3] <= other[2] or other[3] <= one[2], (one, other)
    for name, dot in dots.items():
        low, high, top, bottom = boxes[name]
        assert low - 8 <= dot <= high + 8, name
        assert 0 <= low < high <= ladder.WIDE
        assert not any(low < x < high and min(54, end) < top and bottom < max(54, end) for x, end in leads), name


def labels(drawing: Drawing) -> list[tuple[dict, str]]:
    """The texts of a drawing, with what is said of each."""
    return [(attributes, children[0]) for tag, attributes, children in drawing.tree[2] if tag == "text"]
