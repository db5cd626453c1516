"""The reference under which a request is filed: it stays where the person does not, so it must not name him."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable


class NamesPerson(ValueError):
    """A reference names the person the request is about."""

    def __init__(self) -> None:
        super().__init__("The reference names the person: give the number under which the request is filed.")


def filed(reference: str, values: Iterable[str]) -> str:
    """A reference as it is kept. NamesPerson where it holds one of the person's identifiers, however that is spaced or capitalised."""
    told = _plain(reference)
    if any(name and name in told for name in map(_plain, values)):
        raise NamesPerson
    return reference.strip()


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(each for each in folded if each.isalnum()) or "".join(folded.split())
