"""The texts: both languages, plural forms, missing keys found in the source, the choice of language."""

import re

import pytest

from dashboard import word
from dashboard.format import HARD, THIN


def test_every_key_the_dashboard_uses_exists():
    word.check()


def test_every_text_is_in_both_languages_and_typeset():
    for key, entry in word.words().items():
        for form in entry["fr"].values():
            assert not re.search(r" [;?!:%€»]", form), key
        assert all(form for language in entry.values() for form in language.values()), key


def test_a_missing_key_is_an_error(tmp_path):
    (tmp_path / "page.py").write_text('from dashboard.word import say\nsay("page.nowhere", "fr")\n')
    with pytest.raises(word.WordError, match=r"page.py:2 page.nowhere"):
        word.check(tmp_path)


def test_plural_follows_the_language(tmp_path, monkeypatch):
    path = tmp_path / "live.toml"
    path.write_text('[waiting]\nen = { one = "{n} waits", other = "{n} wait" }\nfr = { one = "{n} attend", other = "{n} attendent ?" }\n')
    monkeypatch.setattr(word, "words", lambda: dict(word.read(path)))
    assert word.say("live.waiting", "fr", n=1) == "1 attend"
    assert word.say("live.waiting", "fr", n=0) == "0 attend"
    assert word.say("live.waiting", "en", n=0) == "0 wait"
    assert word.say("live.waiting", "fr", n=1200) == f"1{THIN}200 attendent{THIN}?"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('a = { en = "x" }', "needs exactly the languages"),
        ('a = "x"', "needs exactly the languages"),
        ('a = { en = "{n}", fr = "{m}" }', "placeholders"),
        ('a = { en = "x", fr = { one = "x" } }', "two forms"),
    ],
)
def test_ill_formed_texts_are_named(tmp_path, text, reason):
    path = tmp_path / "page.toml"
    path.write_text(text)
    with pytest.raises(word.WordError, match=reason):
        dict(word.read(path))


def test_unknown_key_and_missing_value_are_said():
    with pytest.raises(word.WordError, match=r"dashboard/words/page.toml"):
        word.say("page.nowhere", "en")
    with pytest.raises(word.WordError, match="low"):
        word.say("part.low_high", "en", high="1")


def test_emphasis_is_removed_for_the_ears(tmp_path, monkeypatch):
    path = tmp_path / "a.toml"
    path.write_text('b = { en = "**{n}** wait: now", fr = "**{n}** attendent : oui" }')
    monkeypatch.setattr(word, "words", lambda: dict(word.read(path)))
    assert word.plain("a.b", "fr", n=2) == f"2 attendent{HARD}: oui"


@pytest.mark.parametrize(
    ("search", "cookie", "accept", "language"),
    [
        ("?lang=en", "fr", "fr", "en"),
        ("?lang=xx", "en", "fr", "en"),
        ("", None, "de-DE,en-GB;q=0.8,fr;q=0.9", "fr"),
        ("", None, "en-US,en", "en"),
        ("", None, "de;q=nonsense", "fr"),
        ("", None, None, "fr"),
    ],
)
def test_language_from_address_then_cookie_then_browser(search, cookie, accept, language):
    assert word.language_of(search, cookie, accept) == language
