"""Erasing a person: what is stored of him is stored again without him, and whatever comes later is stored without him from the start.

A person is the pseudonyms that lead to him: those of the identifier given and of every other the log ties to it. What happened stays (a
call was answered in 20 seconds), to whom it happened goes: `forget` empties every field that holds one of the pseudonyms, and leaves of
what was said about the customer himself (profile, consent, visits) a shell that says nothing but when. The same function works on what
arrives, so that a replay of the original files meets its own erased form, which is a duplicate of it.

The list of erased pseudonyms, with the marks of the identifiers that were given, lives beside the keys (`keys/erased`), which no backup
holds, and with its certificates in the ledger.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ingest.forgetting import SHELL, again, forget
from ingest.naming import forms, readable, texts
from ingest.seal import MARK, Keys
from ingest.writer import Writer
from sql import erase as stored
from sql.clickhouse import Store
from sql.failpoint import failpoint

__all__ = ["SHELL", "Erased", "again", "erase", "forget", "known", "pseudonyms", "take_out"]


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure did: pseudonyms, events that were rewritten, held lines that were emptied; and what a search found afterwards."""

    pseudonyms: tuple[str, ...]
    events: int
    lines: int
    left: dict[str, int]

    @property
    def whole(self) -> bool:
        """Whether nothing is left anywhere."""
        return not any(self.left.values())


def pseudonyms(store: Store, keys: Keys, values: Iterable[str]) -> tuple[str, ...]:
    """The pseudonyms of some identifiers as their systems write them, and of everybody the log says is the same person."""
    return stored.tied(store, [keys.seal(value) for value in values if value])


def known(store: Store, keys: Keys, values: Iterable[str]) -> tuple[str, ...]:
    """What an erasure of the person these identifiers lead to goes by: his pseudonyms, and the marks of the identifiers.

    Raises ValueError where nobody is named, and where customers are stored under another key than the one that would find them.
    """
    given = [value for value in values if value.strip()]
    if not given:
        raise ValueError("Name somebody to erase: no identifier was given.")
    if other := stored.other_key(store, f"k{keys.version}:"):
        raise ValueError(
            f"Customers are stored under the key {other}, and the one in use is k{keys.version}: an erasure would miss them. "
            "Run it with the keys and the APOGEE_SEAL_VERSION of that time."
        )
    return (*pseudonyms(store, keys, given), *sorted({keys.mark(value) for value in given}))


def erase(writer: Writer, values: Iterable[str]) -> Erased:
    """Erase the person these identifiers (an e-mail address, a customer number…) lead to. Safe to run again, and after a crash.

    Raises ValueError as `known` does.
    """
    given = [value for value in values if value.strip()]
    with writer.lock:
        return take_out(writer, known(writer.store, writer.keys, given), given)


def take_out(writer: Writer, names: Sequence[str], given: Sequence[str] = ()) -> Erased:
    """Erase a person by what `known` said of him. Without the identifiers (they are kept nowhere, so a second try has none) held texts
    are searched for the pseudonyms of each of their words only."""
    with writer.lock:
        writer.keys.erase(names)  # from here on nothing of him is stored
        failpoint("erase.after_list")
        mine = tuple(name for name in names if not name.startswith(MARK))
        lines = _quarantine(writer, given, frozenset(mine))
        events = again(writer.store, writer.keys.gone)
        return Erased(mine, events, lines, stored.left(writer.store, mine))


def _quarantine(writer: Writer, given: Sequence[str], names: frozenset[str]) -> int:
    """Empty the held lines in which the person stands, by whatever identifier of his; they stay counted."""
    found = [line for line, _ in held(writer.store, writer.keys, given, names)]
    stored.empty(writer.store, found)
    return len(found)


def held(store: Store, keys: Keys, given: Sequence[str], names: frozenset[str]) -> Iterator[tuple[int, bytes]]:
    """The held lines in which a person stands, with what they hold."""
    words = re.compile("|".join(rf"(?<![\w@+.-]){re.escape(each)}(?![\w@+-]|\.\w)" for each in (*given, *names)))
    for line, payload in readable(store, keys):
        if any(_tells(text, words, names, keys) for text in texts(payload)):
            yield line, payload


def _tells(text: str, words: re.Pattern[str], names: frozenset[str], keys: Keys) -> bool:
    """Whether a text is, or names after what it is about (customer/…), an identifier of the person; or has one typed for him as a word."""
    return any(each in names or keys.pseudonym(each) in names for each in forms(text)) or bool(words.search(text))
