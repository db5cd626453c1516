"""The stylesheets: every colour in both themes (WCAG 2.2 AA: 4.5 for texts, 3.0 for marks that mean something), and names of classes."""

import itertools
import re
from pathlib import Path

import pytest

ASSETS = Path(__file__).parents[1] / "dashboard/assets"
CSS = (ASSETS / "apogee.css").read_text(encoding="utf-8")
TOKENS = {name: {"light": light, "dark": dark} for name, light, dark in re.findall(r"--([\w-]+):light-dark\((#\w{6}),(#\w{6})\)", CSS)}
TEXTS = ("text", "muted", "accent", "good", "watch", "bad", "unknown")
STATUSES = ("good", "watch", "bad", "unknown")
CHANNELS = (
    "voice",
    "email",
    "chat",
    "messaging",
    "sms",
    "social",
    "web",
    "app",
    "video",
    "store",
    "kiosk",
    "field",
    "post",
    "fax",
    "callback",
    "chatbot",
    "other",
)


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def mixed(colour: str, ground: str, share: float) -> str:
    return "#" + "".join(
        f"{round(int(colour[at : at + 2], 16) * share + int(ground[at : at + 2], 16) * (1 - share)):02x}" for at in (1, 3, 5)
    )


def test_measure_itself():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("ground", ["page", "surface", "raised"])
def test_texts(theme, ground):
    low = {name: contrast(TOKENS[name][theme], TOKENS[ground][theme]) for name in TEXTS}
    assert {name: ratio for name, ratio in low.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_texts_on_tints(theme):
    pairs = [(name, f"{name}-soft") for name in ("good", "watch", "bad")] + [
        ("accent", "accent-soft"),
        ("text", "accent-soft"),
        ("muted", "accent-soft"),
        ("text", "soft"),
        ("muted", "soft"),
        ("accent", "soft"),
        ("surface", "p-busy"),
    ]
    low = {pair: contrast(TOKENS[pair[0]][theme], TOKENS[pair[1]][theme]) for pair in pairs}
    assert {pair: ratio for pair, ratio in low.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_texts_on_a_row_under_the_pointer_and_on_what_just_changed(theme):
    page, accent = TOKENS["page"][theme], TOKENS["accent"][theme]
    for share in (0.04, 0.12):
        ground = mixed(accent, page, share)
        assert contrast(TOKENS["text"][theme], ground) >= 4.5
        assert contrast(TOKENS["muted"][theme], ground) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_marks(theme):
    low = {
        name: contrast(TOKENS[name][theme], TOKENS[ground][theme])
        for name in (*CHANNELS, *STATUSES, "p-busy")
        for ground in ("page", "surface")
    }
    assert {name: ratio for name, ratio in low.items() if ratio < 3.0} == {}


def test_every_colour_is_a_token_with_both_values():
    rules = CSS[CSS.index("*,*::before") :]
    strangers = set(re.findall(r"(?<!%23)#[0-9A-Fa-f]{3,6}\b", re.sub(r"url\([^)]*\)|@media print\{.*", "", rules, flags=re.DOTALL))) - {
        "#main",
        "#banner",
    }
    assert strangers == set()
    assert len(TOKENS) > 40


def test_no_address_outside():
    assert "@import" not in CSS
    assert {url.split("'")[0] for url in re.findall(r"https?://\S+", CSS)} == {"http://www.w3.org/2000/svg"}


def test_statuses_differ_in_shape_and_channels_in_drawing():
    shapes = {status: re.search(rf"\.st\.{status}::before\{{([^}}]*)\}}", CSS)[1] for status in STATUSES}
    assert len(set(shapes.values())) == len(STATUSES)
    glyphs = {channel: re.search(rf"\.ch-{channel}\{{--ic:([^}}]*)\}}", CSS) for channel in CHANNELS}
    assert all(glyphs.values())
    assert len({found[1] for found in glyphs.values()}) == len(CHANNELS)


def test_channels_differ_in_hue_within_a_theme():
    for theme, (one, other) in itertools.product(("light", "dark"), itertools.combinations(CHANNELS, 2)):
        assert TOKENS[one][theme] != TOKENS[other][theme], (one, other)


@pytest.mark.parametrize("name", ["agent", "live", "maturity", "people"])
def test_a_class_that_a_pages_sheet_names_alone_means_nothing_elsewhere(name):
    """Every page loads every sheet: a bare `.steps` of one would move the `.steps` of another."""
    sheets = {path.stem: re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL) for path in ASSETS.glob("*.css")}
    bare = set(re.findall(r"(?:^|[},])\s*\.([a-z-]+)(?=[{,])", sheets.pop(name))) - {"tint", "page"}  # meant for all pages
    assert {each for each in bare for other in sheets.values() if re.search(rf"\.{each}(?![\w-])", other)} == set()
