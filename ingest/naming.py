"""Whom a held payload names: told by every text in it, and the words of those."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import orjson

from ingest.seal import Keys
from sql import erase as stored
from sql.clickhouse import Store

_TOKEN = re.compile(r"[^\s,;|\"'<>(){}\[\]]+")  # the words of a text nobody could take apart
_CELL = re.compile(r"[^,;|\t\r\n\"]+")  # and its cells
_WORD = re.compile(r"[\w@+-]+(?:\.[\w@+-]+)*")  # what an identifier looks like in a sentence


def forms(text: str) -> set[str]:
    """What of a text may be an identifier: itself, what follows what it is about (customer/…), and its words."""
    return {text, text.strip(), text.partition("/")[2], *_WORD.findall(text)} - {""}


def texts(payload: bytes) -> Iterator[str]:
    """Every text in a held payload, numbers as they are written; the words and cells of one that is not JSON."""
    try:
        waiting: list[Any] = [orjson.loads(payload)]
    except ValueError:
        text = payload.decode("utf-8", "replace")
        yield text
        yield from _TOKEN.findall(text)
        yield from _CELL.findall(text)
        return
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            waiting += [*each, *each.values()]
        elif isinstance(each, list):
            waiting += each
        elif isinstance(each, str):
            yield each
            if each[:1] in ("{", "["):  # what a moved event said is held as a text of JSON
                yield from _TOKEN.findall(each)
        elif each is not None:
            yield orjson.dumps(each).decode()


def erased(payloads: Iterable[bytes], keys: Keys) -> Iterator[bool]:
    """Of each payload, whether it names somebody who has been erased."""
    told: dict[str, bool] = {}  # the same words come in every line of a file
    for payload in payloads:
        named = False
        for form in {form for text in texts(payload) for form in forms(text)} if keys.gone or keys.marks else ():
            if form not in told:
                told[form] = keys.erased(form)
            named = named or told[form]
        yield named


def readable(store: Store, keys: Keys) -> Iterator[tuple[int, bytes]]:
    """The held lines that hold something, and what; one of another key nobody can read, and it goes within thirty days."""
    for row in stored.held(store):
        try:
            yield int(row["line"]), keys.unlock(row["payload"])
        except ValueError:
            continue


def without_erased(store: Store, keys: Keys) -> int:
    """Empty every held line that names somebody who has been erased: after a restore, whose backup is from before. How many there were."""
    lines = list(readable(store, keys))
    found = [line for (line, _), named in zip(lines, erased((payload for _, payload in lines), keys), strict=True) if named]
    stored.empty(store, found)
    return len(found)
