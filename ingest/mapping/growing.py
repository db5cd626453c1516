"""A table that is still being written: where its last whole row ends, whose cells may hold line breaks."""

from __future__ import annotations

import codecs
import io
from dataclasses import dataclass

from ingest.mapping.complaint import MappingError
from ingest.mapping.separated import KEEP_BYTES, Lost, Rows, lines_of

_MARK = codecs.BOM_UTF8
_WIDE = ("utf-16", "utf-32")  # a line break is several bytes


@dataclass(frozen=True, slots=True)
class Table:
    """How a table is written. `cells` is how many columns it has where it has no line with their names, else 0."""

    encoding: str
    separator: str
    quote: str
    cells: int

    def __post_init__(self) -> None:
        if self.encoding.startswith(_WIDE):
            raise MappingError(f"--follow does not read {self.encoding}: write the file in UTF-8, or read it without --follow.")

    def head(self, start: bytes) -> bytes | None:
        """The row of names at the start of a file; None while it is not whole."""
        if self.cells:
            return b""
        marked = len(_MARK) if start.startswith(_MARK) else 0
        text = start[marked:]
        rows = self._rows(text)
        named = next(rows, None)
        if named is None:
            return None
        characters = len(named.text) if isinstance(named, Lost) else rows.read
        return start[: marked + self._size(text.decode(self.encoding, KEEP_BYTES)[:characters])]

    def whole(self, text: bytes) -> int:
        """How many bytes of a text of whole lines, from the row of names on, are whole rows."""
        if not self.quote or self.quote.encode(self.encoding) not in text:
            return len(text)
        rows = self._rows(text.removeprefix(_MARK))
        for _ in rows:
            pass
        return len(text) - self._size("".join(rows.open))

    def _rows(self, text: bytes) -> Rows:
        lines = lines_of(io.TextIOWrapper(io.BytesIO(text), self.encoding, KEEP_BYTES, newline=""))
        return Rows(lines, self.separator, self.quote, growing=True)

    def _size(self, text: str) -> int:
        try:
            return len(text.encode(self.encoding, "surrogateescape"))
        except UnicodeEncodeError:  # such a row is not waited for
            return 0
