"""Files as people have them: unpacked on the way when they are gzip, and told once, in words, when they are no text at all."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

from ingest.connector import Chunk, Connector, Options

_LOOK = 4_096  # bytes of a file that are looked at
_FOREIGN = 0.25  # of its characters that are none of a text: latin letters in an old encoding are far fewer
_GZIP = b"\x1f\x8b"
_PARQUET = b"PAR1"
_KNOWN = {  # how files begin that are not text, and what to do about it
    b"PK\x03\x04": "a ZIP archive or a workbook (xlsx): unpack it, or save the sheet as CSV",
    b"\xd0\xcf\x11\xe0": "an old workbook (xls): save the sheet as CSV",
    b"BZh": "packed with bzip2: unpack it with bunzip2",
    b"\xfd7zXZ\x00": "packed with xz: unpack it with unxz",
    b"\x28\xb5\x2f\xfd": "packed with zstd: unpack it with unzstd",
    b"%PDF": "a PDF: ask for the export as CSV or JSON",
    _PARQUET: "Parquet: read it with the connector mapping",
}


_DAMAGE = (EOFError, zlib.error, gzip.BadGzipFile)


class _Patient(gzip.GzipFile):
    """Gives what comes before the damage, of which the library's own reading drops what the failed call had unpacked, and fails then."""

    _damage: Exception | None = None

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go there; damage that was met is met again."""
        self._damage = None
        return super().seek(offset, whence)

    def read(self, size: int | None = -1) -> bytes:
        """Up to `size` bytes, all there are when it is negative."""
        if self._damage is not None:
            raise self._damage
        wanted = -1 if size is None else size
        got = bytearray()
        try:
            while wanted < 0 or len(got) < wanted:
                piece = self.read1(wanted - len(got) if wanted > 0 else -1)
                if not piece:
                    break
                got += piece
        except _DAMAGE as damage:
            self._damage = damage
            if not got:
                raise
        return bytes(got)


class Unreadable(ValueError):
    """A file that is not what it has to be, in one sentence that says what it is and what to do."""


def read(connector: Connector, source: Path | BinaryIO, options: Options) -> Iterator[Chunk]:
    """The chunks of a connector from a file, which may be packed with gzip, or from a stream, which may not.

    Raises Unreadable when the file is not text in a form that can be read; what came before the damage in a packed file is given.
    """
    if not isinstance(source, Path) or not source.is_file():
        yield from connector.read(source, options)
        return
    with source.open("rb") as file:
        packed = file.read(2) == _GZIP
    if not packed:
        with source.open("rb") as file:
            _look(file.read(_LOOK), source.name, described=options.mapping is not None)
        yield from connector.read(source, options)
        return
    before = 0
    try:
        with source.open("rb") as file, _Patient(fileobj=file) as text:
            _look(text.read(_LOOK), source.name, described=options.mapping is not None)
            text.seek(0)
            for chunk in connector.read(cast("BinaryIO", text), options):
                chunk.read_bytes, before = file.tell() - before, file.tell()  # progress is that in the file
                yield chunk
    except _DAMAGE:
        said = "is damaged or cut off: what could be unpacked is read. Get it again, and read it again: what is there is only met again."
        raise Unreadable(f"{source.name} is packed with gzip and {said}") from None


def _look(start: bytes, name: str, *, described: bool) -> None:
    """Refuse what is not text. A file that a mapping describes may be Parquet, or in an encoding of its own."""
    for sign, words in _KNOWN.items():
        if start.startswith(sign) and not (described and sign == _PARQUET):
            raise Unreadable(f"{name} is not text but {words}, and read that.")
    text = start.decode("utf-8", "replace")
    odd = sum(letter == "\ufffd" or (letter < " " and letter not in "\t\r\n") for letter in text)
    if not described and odd > _FOREIGN * len(text):
        raise Unreadable(f"{name} is not text in UTF-8, so there are no events in it to read: look at what it is, and export it as JSON.")
