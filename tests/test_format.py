"""Numbers, times and sentences in both languages, from the rules of French typography and by laws."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import format as shown
from dashboard.format import HARD, MINUS, NOTHING, THIN

finite = st.floats(-1e9, 1e9, allow_nan=False)


def spaced(text: str) -> str:
    """Expected texts are written with plain spaces here; what kind of space it must be is tested on its own."""
    return text.replace(THIN, " ").replace(HARD, " ")


@pytest.mark.parametrize(
    ("got", "fr", "en"),
    [
        (lambda la: shown.count(12345, la), "12 345", "12,345"),
        (lambda la: shown.number(-1234.5, la, 1), "−1 234,5", "−1,234.5"),
        (lambda la: shown.percent(0.8237, la), "82,4 %", "82.4%"),
        (lambda la: shown.euros(9136637.4, la), "9 136 637 €", "€9,136,637"),
        (lambda la: shown.euros(-12, la), "−12 €", "−€12"),
        (lambda la: shown.euros(None, la), "–", "–"),
        (lambda la: shown.points(0.026, la), "+2,6 pts", "+2.6 pts"),
        (lambda la: shown.points(0.0199, la), "+2,0 pts", "+2.0 pts"),
        (lambda la: shown.points(0.0194, la), "+1,9 pt", "+1.9 pts"),
        (lambda la: shown.points(-0.003, la), "−0,3 pt", "−0.3 pts"),
        (lambda la: shown.points(0.00001, la), "0,0 pt", "0.0 pts"),
        (lambda la: shown.duration(168, la), "2 min 48", "2 min 48 s"),
        (lambda la: shown.duration(22320, la), "6 h 12", "6 h 12 min"),
        (lambda la: shown.duration(20460, la), "5 h 41", "5 h 41 min"),
        (lambda la: shown.duration(3900, la), "1 h 05", "1 h 05 min"),
        (lambda la: shown.duration(0, la), "0 s", "0 s"),
        (lambda la: shown.duration(59.6, la), "1 min", "1 min"),
        (lambda la: shown.duration(3599.7, la), "1 h", "1 h"),
        (lambda la: shown.duration(86400 * 2 - 1, la), "2 j", "2 d"),
        (lambda la: shown.duration(11.179, la, 1), "11,2 s", "11.2 s"),
        (lambda la: shown.duration(-420, la, sign=True), "−7 min", "−7 min"),
        (lambda la: shown.duration(420, la, sign=True), "+7 min", "+7 min"),
        (lambda la: shown.age(30, la), "< 1 min", "< 1 min"),
        (lambda la: shown.age(22359, la), "6 h 12", "6 h 12 min"),
        (lambda la: shown.day(date(2026, 2, 12), la), "12 févr. 2026", "12 Feb 2026"),
        (lambda la: shown.day(date(2026, 2, 12), la, "weekday"), "jeu. 12 févr.", "Thu 12 Feb"),
        (lambda la: shown.month(date(2026, 10, 1), la), "octobre 2026", "October 2026"),
        (lambda la: shown.quarter(date(2026, 2, 1), la), "1er trimestre 2026", "Q1 2026"),
        (lambda la: shown.span(date(2026, 2, 2), date(2026, 3, 12), la), "2 févr. – 12 mars 2026", "2 Feb – 12 Mar 2026"),
        (lambda la: shown.weekday(date(2026, 11, 21), la), "samedi", "Saturday"),
        (lambda la: shown.quantity(0.8237, "share", la), "82,4 %", "82.4%"),
        (lambda la: shown.quantity(4.81, "seconds", la), "4,8 s", "4.8 s"),
        (lambda la: shown.change(-0.026, "share", la), "−2,6 pts", "−2.6 pts"),
        (lambda la: shown.change(5, "count", la), "+5", "+5"),
    ],
)
def test_both_languages(got, fr, en):
    assert spaced(got("fr")) == fr
    assert spaced(got("en")) == en


def test_instants_are_written_where_the_reader_lives():
    at = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
    assert shown.instant(at, "fr", "Europe/Paris") == "20 nov. 2026 à 06:00"
    assert shown.instant(at, "en", "Pacific/Auckland") == "20 Nov 2026 at 18:00"
    assert shown.clock(datetime(2026, 7, 1, 12, 0, tzinfo=UTC), "Europe/Paris") == "14:00"


@pytest.mark.parametrize("language", shown.LANGUAGES)
def test_nothing_is_an_en_dash(language):
    for render in (shown.count, shown.percent, shown.points, shown.duration, shown.age, shown.number):
        assert render(None, language) == NOTHING
    assert shown.percent(float("nan"), language) == NOTHING
    assert shown.day(None, language) == shown.clock(None, "Europe/Paris") == shown.instant(None, language, "Europe/Paris") == NOTHING


def test_kinds_of_space():
    assert shown.count(12345, "fr") == f"12{THIN}345"
    assert shown.percent(0.5, "fr") == f"50,0{HARD}%"
    assert " " not in shown.duration(168, "fr") + shown.duration(20460, "en") + shown.age(12, "fr")


@pytest.mark.parametrize(
    ("plain", "typeset"),
    [
        ("Prêt ?", f"Prêt{THIN}?"),
        ("Prêt?", f"Prêt{THIN}?"),
        ("3 files sont hors promesse ; une attend !", f"3 files sont hors promesse{THIN}; une attend{THIN}!"),
        ("Quoi ?!", f"Quoi{THIN}?!"),
        ("Octobre : la promesse", f"Octobre{HARD}: la promesse"),
        ("Octobre: la promesse", f"Octobre{HARD}: la promesse"),
        ("à 14:32", "à 14:32"),
        ("/handbook?lang=fr", "/handbook?lang=fr"),
        ("https://exemple.fr", "https://exemple.fr"),
        ("80 % en 20 s pour 80%", f"80{HARD}% en 20 s pour 80{HARD}%"),
        ("5,84 €", f"5,84{HARD}€"),
        ("« oui »", f"«{HARD}oui{HARD}»"),
        ("«oui»", f"«{HARD}oui{HARD}»"),
        ("1 234 contacts", f"1{THIN}234 contacts"),
        ("12 345 678", f"12{THIN}345{THIN}678"),
        ("en 2024 120 contacts", "en 2024 120 contacts"),
        ("de -3 à 2-3", f"de {MINUS}3 à 2-3"),
        ("l'attente...", "l’attente…"),
    ],
)
def test_french_typography(plain, typeset):
    assert shown.typography(plain, "fr") == typeset


def test_english_typography():
    assert shown.typography("It's 5 % : -3?", "en") == f"It’s 5% : {MINUS}3?"


@given(st.text(alphabet="a1 :;?!%€«»-'.,0\u00a0\u202f(", max_size=24), st.sampled_from(shown.LANGUAGES))
def test_typesetting_twice_changes_nothing_more(text, language):
    once = shown.typography(text, language)
    assert shown.typography(once, language) == once


@given(finite, st.sampled_from(shown.LANGUAGES), st.integers(0, 3))
def test_a_printed_number_reads_back(value, language, decimals):
    text = shown.number(value, language, decimals)
    back = text.replace(THIN, "").replace(MINUS, "-")
    back = back.replace(",", ".") if language == "fr" else back.replace(",", "")
    assert float(back) == pytest.approx(value, abs=0.5 * 10**-decimals + 1e-6)
    assert not text.startswith(MINUS) or float(back) < 0


@given(st.floats(0, 1e7))
def test_durations_never_show_a_full_unit_and_stay_close(value):
    text = spaced(shown.duration(value, "en"))
    size = {"s": 1, "min": 60, "h": 3600, "d": 86400}
    parts = text.replace(",", "").split(" ")
    seconds = sum(float(amount) * size[unit] for amount, unit in zip(parts[::2], parts[1::2], strict=True))
    smallest = size[parts[-1]] if len(parts) == 4 else {"s": 1, "min": 1, "h": 60, "d": 3600}[parts[-1]]
    assert abs(seconds - value) <= smallest / 2 + 1e-6
    assert "60 s" not in text.split(" ", 2)[-1]


@given(st.lists(st.floats(-50, 50), min_size=1, max_size=15), st.integers(0, 2))
def test_an_equation_adds_up_as_printed(values, decimals):
    total = round(sum(values), decimals)
    printed = shown.parts(values, total, decimals)
    assert sum(printed) == pytest.approx(total, abs=1e-9)
    assert all(abs(part - value) <= 10**-decimals * 1.01 for part, value in zip(printed, values, strict=True))
