"""Every text a reader sees, by key, in French and in English side by side.

Texts live in `dashboard/words/<subject>.toml`; a key is `<subject>.<name>`:

    [waiting]                                   # key "live.waiting" when the file is live.toml
    en = { one = "{n} contact waits", other = "{n} contacts wait" }
    fr = { one = "{n} contact attend", other = "{n} contacts attendent" }

    say("live.waiting", language, n=3)          # "3 contacts attendent"; the form follows the plural rule of the language
    say("frame.title", language)                # a text without plural is a plain string: en = "…", fr = "…"

What the metrics layer refuses has its sentences there (metrics/refusal.py) and the keys refused.<name> here: `told` says a refusal to its
reader, `refusal` makes one that only pages know, with the words of its key.

Values go in as text that `dashboard.format` has made; whole numbers may go in as they are. `**bold**` marks emphasis:
`dashboard.parts.prose` turns it into components, `plain` removes it (titles, labels). French typography is applied to the texts
once, when they are read.

`check()` reads the dashboard's own source and raises WordError for a key that no file defines, so that a missing text is a failing test,
not a hole on a page; a start does not wait for it, which took half a second and more. Both languages, equal placeholders and both plural
forms are required when a file is read; a language in which nothing changes with the number may have a plain text.
`language_of` chooses the language: the address first, then the cookie, then what the browser asks for, then French.
"""

import ast
import re
import string
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from dashboard.format import LANGUAGES, Language, count, plural, typography
from metrics.metric import Text
from metrics.refusal import SENTENCES, Refused, Value

FOLDER = Path(__file__).parent / "words"
_FORMS = {"one", "other"}
_CALLS = {"say", "plain", "prose", "refusal", "stop"}


class WordError(Exception):
    """A text is missing or ill-formed; the message names the key and the file."""


@cache
def words() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """All texts: key → language → plural form ("other" alone when the text has no plural)."""
    found = {key: entry for path in sorted(FOLDER.glob("*.toml")) for key, entry in read(path)}
    sentences = {name: {"en": text.en, "fr": text.fr} for name, text in SENTENCES.items()}
    return found | dict(checked(Path("refused.toml"), sentences))


def read(path: Path) -> Iterator[tuple[str, dict[str, dict[str, str]]]]:
    """The texts of one file, checked; WordError names what is wrong and where."""
    return checked(path, tomllib.loads(path.read_text(encoding="utf-8")))


def checked(path: Path, entries: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, dict[str, str]]]]:
    """Texts by name as a file has them, by key and typeset; WordError as above."""
    for name, entry in entries.items():
        key = f"{path.stem}.{name}"
        if not isinstance(entry, dict) or set(entry) != set(LANGUAGES):
            raise WordError(f"{path.name}: {name} needs exactly the languages {', '.join(LANGUAGES)}")
        forms: dict[str, dict[str, str]] = {language: _forms(key, language, entry[language]) for language in LANGUAGES}
        slots = {language: set(_slots(text["other"])) for language, text in forms.items()}
        if slots["fr"] != slots["en"]:
            raise WordError(
                f"{path.name}: {name} has the placeholders {sorted(slots['fr'])} in French and {sorted(slots['en'])} in English"
            )
        yield key, forms


def _forms(key: str, language: Language, text: Any) -> dict[str, str]:
    forms = {"other": text} if isinstance(text, str) else text
    if not isinstance(forms, dict) or (set(forms) != _FORMS and set(forms) != {"other"}):
        raise WordError(f"{key} in {language}: write a text, or the two forms one and other")
    return {form: typography(value, language) for form, value in forms.items()}


def _slots(text: str) -> Iterator[str]:
    return (name for _, name, _, _ in string.Formatter().parse(text) if name)


def say(key: str, language: Language, /, **values: Any) -> str:
    """The text of a key in a language with its values put in; `n` chooses the plural form. WordError when the key is unknown."""
    entry = words().get(key)
    if entry is None:
        raise WordError(f"no text is called {key}: add it to dashboard/words/{key.partition('.')[0]}.toml in both languages")
    forms = entry[language]
    form = plural(values["n"], language) if len(forms) > 1 else "other"
    shown = {name: count(value, language) if isinstance(value, int) else value for name, value in values.items()}
    try:
        return forms[form].format_map(shown)
    except KeyError as error:
        raise WordError(f"{key} needs a value for {error}") from None


def plain(key: str, language: Language, /, **values: Any) -> str:
    """The same text without its marks of emphasis, for titles, labels and the ears."""
    return say(key, language, **values).replace("**", "")


def in_words(text: Mapping[str, str] | Any, language: Language) -> str:
    """A text that comes with the data (a metric's name, a definition) in the reader's language, typeset."""
    return typography(text[language], language)


def side(name: str, language: Language) -> str:
    """A name in the reader's language where its author wrote both, French first (`Magasins | Stores`); any other as it is."""
    sides = [each.strip() for each in name.split("|")]
    return sides[LANGUAGES.index(language)] if len(sides) == len(LANGUAGES) and all(sides) else name


def refusal(key: str, /, **values: Value) -> Refused:
    """A refusal of a page's own: the sentence of a key, in English for whoever is no page."""
    return Refused(plain(key, "en", **_spoken(values, "en")), key, **values)


def told(refused: Refused, language: Language) -> str:
    """A refusal in its reader's language."""
    return plain(refused.key, language, **_spoken(refused.values, language))


def _spoken(values: Mapping[str, Value], language: Language) -> dict[str, str | int]:
    return {name: in_words(value, language) if isinstance(value, Text) else value for name, value in values.items()}


def known(key: str) -> bool:
    """Whether a text of that key exists (for names that come from data, such as a channel a source has added)."""
    return key in words()


def check(folder: Path = Path(__file__).parent) -> None:
    """Every literal key used in the source of the dashboard exists: WordError lists those that do not, with file and line."""
    missing = [f"{path.name}:{line} {key}" for path in sorted(folder.rglob("*.py")) for key, line in used(path) if key not in words()]
    if missing:
        raise WordError("texts are missing: " + "; ".join(missing))


def used(path: Path) -> Iterator[tuple[str, int]]:
    """The literal keys a source file asks for, with their line."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr if isinstance(node.func, ast.Attribute) else ""
        told = node.args[1 if name == "stop" else 0 :][:1]  # stop(404, "sent.nobody")
        key = told[0].value if told and isinstance(told[0], ast.Constant) else None
        if name in _CALLS and isinstance(key, str) and re.fullmatch(r"\w+\.\w+", key):
            yield key, node.lineno


def language_of(search: str = "", cookie: str | None = None, accept: str | None = None) -> Language:
    """The reader's language: `lang=` in the address, then the cookie, then Accept-Language by its weights, then French."""
    asked = parse_qs(search.lstrip("?")).get("lang", [""])[0]
    for wanted in (asked, cookie or "", *_accepted(accept or "")):
        for language in LANGUAGES:
            if wanted.lower().partition("-")[0] == language:
                return language
    return LANGUAGES[0]


def _accepted(header: str) -> list[str]:
    weighted = []
    for position, part in enumerate(header.split(",")):
        tag, _, weight = part.strip().partition(";q=")
        try:
            weighted.append((-float(weight or 1), position, tag.strip()))
        except ValueError:
            continue
    return [tag for _, _, tag in sorted(weighted)]
