"""Rows of an export, a stretch at a time, as columns of texts: CSV, TSV, JSON, NDJSON and Parquet in constant memory.

Every cell is a text or None for nothing. A row that cannot be read is a Fallen row; it stops nothing.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from ingest.document import Broken, parted, records
from ingest.mapping.complaint import MappingError, choice, near, only, path, shown, text, texts
from ingest.mapping.growing import Table
from ingest.mapping.separated import KEEP_BYTES, Lost, Rows, lines_of

FORMATS = ("csv", "tsv", "json", "ndjson", "parquet")
_ENDINGS = {".csv": "csv", ".tsv": "tsv", ".tab": "tsv", ".json": "json", ".ndjson": "ndjson", ".jsonl": "ndjson", ".parquet": "parquet"}


@dataclass(frozen=True, slots=True)
class Fallen:
    """A row that could not be read: its number from 1, what was found, what was expected, and the row as it came."""

    number: int
    found: str
    expected: str
    payload: bytes


@dataclass(slots=True)
class Stretch:
    """Some rows: `numbers` count them from 1 in the file, `columns` hold their cells, `fallen` are those that could not be read.

    `payload` gives a row by its place as a file of its own that can be read again: what a correction and a replay need.
    """

    numbers: list[int]
    columns: dict[str, Sequence[str | None]]
    payload: Callable[[int], bytes]
    fallen: list[Fallen] = field(default_factory=list)
    read_bytes: int = 0  # of the file, up to here, when it can be told


@dataclass(frozen=True, slots=True)
class Input:
    """How the file is written. `format` is '' when the file's name says it."""

    format: str = ""
    encoding: str = "utf-8"
    separator: str = ""
    quote: str = '"'
    columns: tuple[str, ...] = ()
    records: tuple[str, ...] = ()
    nothing: frozenset[str] = frozenset({""})

    def stretches(self, source: Path | BinaryIO, wanted: tuple[str, ...], rows: int) -> Iterator[Stretch]:
        """The rows of a file with the wanted columns. Raises MappingError when one of these is not in the file."""
        form = self._form(source.name if isinstance(source, Path) else getattr(source, "name", ""))
        form = form or ("" if isinstance(source, Path) else _sniffed(source))
        if not form:
            raise MappingError(f"input.format is needed, as the name of the file does not say it: one of {', '.join(FORMATS)}.")
        stream = source.open("rb") if isinstance(source, Path) else source
        try:
            if form == "parquet":
                found = self._parquet(stream, wanted, rows)
            elif form in ("csv", "tsv"):
                found = self._separated(stream, wanted, rows, self._between(form))
            else:
                found = self._json(stream, wanted, rows)
            for stretch in found:
                stretch.read_bytes = stream.tell() if isinstance(source, Path) else 0
                yield stretch
        finally:
            if isinstance(source, Path):
                stream.close()

    def growth(self, name: str) -> Table | None:
        """How a file of that name grows, None where it is no table. Raises MappingError where it cannot be followed."""
        form = self._form(name)
        if form not in ("csv", "tsv"):
            return None
        encoding = "utf-8" if self.encoding == "utf-8-sig" else self.encoding
        return Table(encoding, self._between(form), self.quote, len(self.columns))

    def _form(self, name: object) -> str:
        return self.format or (_ENDINGS.get(Path(name).suffix.lower(), "") if isinstance(name, str) else "")

    def _between(self, form: str) -> str:
        return self.separator or ("\t" if form == "tsv" else ",")

    def _separated(self, stream: BinaryIO, wanted: tuple[str, ...], rows: int, separator: str) -> Iterator[Stretch]:
        encoding = "utf-8-sig" if self.encoding == "utf-8" else self.encoding  # a mark before a quoted name would be a part of it
        lines = io.TextIOWrapper(stream, encoding, KEEP_BYTES, newline="")
        table = Rows(lines_of(lines), separator, self.quote)
        header = self.columns or _header(next(table, []))
        _present(wanted, header)
        places = [(name, header.index(name)) for name in wanted]
        number = 0
        while chunk := table.stretch(rows):
            good: list[list[str]] = []
            stretch = Stretch([], {}, partial(self._again, header, good, separator))
            for row in chunk:
                number += 1
                if isinstance(row, Lost):
                    payload = self._written(header, None, separator, row.text)
                    stretch.fallen.append(Fallen(number, _beginning(row.text), row.expected, payload))
                elif len(row) == len(header) and _clean(row):
                    good.append(row)
                    stretch.numbers.append(number)
                elif row:
                    stretch.fallen.append(self._fallen(number, row, header, separator))
                else:
                    number -= 1  # a blank line is no row
            nothing = self.nothing
            stretch.columns = {name: [None if (cell := row[at]) in nothing else cell for row in good] for name, at in places}
            yield stretch
        lines.detach()

    def _again(self, header: Sequence[str], rows: Sequence[Sequence[str]], separator: str, place: int) -> bytes:
        return self._written(header, rows[place], separator)

    def _written(self, header: Sequence[str], row: Sequence[str] | None, separator: str, line: str = "") -> bytes:
        text_of = io.StringIO()
        writer = csv.writer(text_of, delimiter=separator, quotechar=self.quote or '"')
        if not self.columns:
            writer.writerow(header)
        if row is not None:
            writer.writerow(row)
        found = text_of.getvalue() + line
        try:
            return found.encode(self.encoding, "surrogateescape")  # bytes that were no text, as they came
        except UnicodeEncodeError:
            return found.encode(self.encoding, "backslashreplace")

    def _fallen(self, number: int, row: list[str], header: Sequence[str], separator: str) -> Fallen:
        payload = self._written(header, row, separator)
        if len(row) != len(header):
            return Fallen(number, f"{len(row)} cells", f"{len(header)} cells, as the header has", payload)
        return Fallen(number, _beginning(separator.join(row)), f"text in {self.encoding}", payload)

    def _json(self, stream: BinaryIO, wanted: tuple[str, ...], rows: int) -> Iterator[Stretch]:
        last = 0
        for part in parted(records(stream, self.records), rows):
            good: list[dict[str, Any]] = []
            stretch = Stretch([], {}, partial(_record, good))
            for number, record in enumerate(part, last + 1):
                if isinstance(record, Broken):
                    payload = record.text.encode("utf-8", "surrogateescape")
                    stretch.fallen.append(Fallen(number, record.found, record.expected, payload))
                elif not isinstance(record.value, dict):
                    payload = json.dumps(record.value).encode()
                    stretch.fallen.append(Fallen(number, str(record.value)[:60], "an object with names and values", payload))
                else:
                    good.append(record.value)
                    stretch.numbers.append(number)
            last += len(part)
            stretch.columns = {name: [self._cell(_inside(value, name)) for value in good] for name in wanted}
            yield stretch

    def _cell(self, value: Any) -> str | None:
        if value is None:
            return None
        if isinstance(value, bool):
            return "true" if value else "false"
        cell = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        return None if cell in self.nothing else cell

    def _parquet(self, stream: BinaryIO, wanted: tuple[str, ...], rows: int) -> Iterator[Stretch]:
        if not stream.seekable():
            raise MappingError("A Parquet file has its table of contents at its end: give its path, it cannot be read from a stream.")
        if stream.read(4) != b"PAR1":  # a row kept for a replay is JSON
            stream.seek(0)
            yield from self._json(stream, wanted, rows)
            return
        try:
            file = pq.ParquetFile(stream)
            if categories := _categories(file):
                file = pq.ParquetFile(stream, read_dictionary=categories, metadata=file.metadata)
            names = file.schema_arrow.names
        except _DAMAGED:
            raise MappingError("This is not a whole Parquet file: it may have been cut on the way. Export it again.") from None
        _present(wanted, names)
        if twice := next((name for name in wanted if names.count(name) > 1), ""):
            raise MappingError(f'The file has more than one column "{twice}".')
        number = 0
        for group in range(file.num_row_groups):
            end = number + file.metadata.row_group(group).num_rows
            try:
                for batch in file.iter_batches(batch_size=rows, row_groups=[group], columns=list(wanted)):
                    stretch = self._batch(batch, wanted, number)
                    number += batch.num_rows
                    yield stretch
            except _DAMAGED as error:  # what of it could not be read is told below, and the other groups are read
                if getattr(error, "errno", None) is not None:
                    raise  # it is the disk that failed, not the file
            if number < end:
                told = f"rows {number + 1} to {end}, damaged in the file"
                yield Stretch([], {}, partial(_cells, {}), [Fallen(number + 1, told, "a whole Parquet file", _json_of({"lost": told}))])
                number = end

    def _batch(self, batch: pa.RecordBatch, wanted: tuple[str, ...], before: int) -> Stretch:
        """The rows of a batch, but for those with a cell that has no value, such as a text of other bytes or a day that no calendar has."""
        columns, bad = dict[str, list[Any]](), dict[int, str]()
        for name in wanted:
            columns[name] = _values_of(batch.column(name), bad)
        payload = partial(_cells, columns)
        wanted_of = "a text in UTF-8, a number or an instant"
        fallen = [Fallen(before + place + 1, found, wanted_of, payload(place)) for place, found in sorted(bad.items())]
        if bad:
            columns = {name: [cell for place, cell in enumerate(cells) if place not in bad] for name, cells in columns.items()}
            payload = partial(_cells, columns)
        cells: dict[str, Sequence[str | None]] = {name: [self._cell(value) for value in of] for name, of in columns.items()}
        return Stretch([before + place + 1 for place in range(batch.num_rows) if place not in bad], cells, payload, fallen)


# What Arrow raises of a file that is not whole: sizes and texts in it may be anything.
_DAMAGED = (pa.ArrowException, OSError, ValueError, OverflowError, MemoryError)


def _categories(file: pq.ParquetFile) -> list[str]:
    """The columns of categories. Their values are read apart from the cells that name them: one that is no text costs those cells alone."""
    leaves = [leaf for field in file.schema_arrow for leaf in _leaves(field.type)]
    return [file.schema.column(place).path for place, leaf in enumerate(leaves) if pa.types.is_dictionary(leaf)]


def _leaves(kind: pa.DataType) -> list[pa.DataType]:
    """The types of the columns in which a file keeps a column that may be made of parts."""
    if isinstance(kind, pa.BaseExtensionType):
        return _leaves(kind.storage_type)
    if not kind.num_fields:
        return [kind]
    return [leaf for place in range(kind.num_fields) for leaf in _leaves(kind.field(place).type)]


def _values_of(column: pa.Array, bad: dict[int, str]) -> list[Any]:
    """The cells of a column as Python has them. Of one that has no value it is the bytes, as text, and its place is noted."""
    try:
        return [_plain(value) for value in column.to_pylist()]
    except _DAMAGED:
        found = []
        for place, cell in enumerate(column):
            try:
                found.append(_plain(cell.as_py()))
            except _DAMAGED:
                found.append(_raw(cell))
                bad.setdefault(place, _beginning(found[-1] if isinstance(found[-1], str) else json.dumps(found[-1])))
        return found


def _raw(cell: Any) -> Any:
    """What a cell without a value holds: its bytes as text, an instant as its number; of one made of parts what they hold."""
    if isinstance(cell, pa.ExtensionScalar | pa.DictionaryScalar):
        return _raw(cell.value)
    try:
        return _plain(cell.as_py())
    except _DAMAGED:
        if isinstance(cell, pa.StructScalar):
            return {name: _raw(cell[name]) for name in cell}
        if isinstance(cell, pa.ListScalar):
            return [_raw(each) for each in cell.values]
        if hasattr(cell, "as_buffer"):
            return bytes(cell.as_buffer()).decode("utf-8", "backslashreplace")
        return str(getattr(cell, "value", cell.type))


def _sniffed(stream: BinaryIO) -> str:
    """The format of a stream without a name that can be looked at first, such as a row kept for a replay; '' when it cannot."""
    if not stream.seekable():
        return ""
    start = stream.read(4_096).lstrip()
    stream.seek(0)
    if start.startswith((b"{", b"[")):
        return "json"
    return "parquet" if start.startswith(b"PAR1") else "tsv" if b"\t" in start.partition(b"\n")[0] else "csv"


def _header(row: list[str] | Lost) -> tuple[str, ...]:
    if isinstance(row, Lost):
        raise MappingError(f"The names of the columns cannot be read: {row.expected}.")
    return tuple(name.removeprefix("\ufeff").strip() for name in row)


def _beginning(text_of: str) -> str:
    return text_of[:60].encode("ascii", "replace").decode()


def _clean(row: list[str]) -> bool:
    joined = "".join(row)
    if joined.isascii():
        return True
    try:
        joined.encode()
    except UnicodeEncodeError:
        return False
    return True


def _inside(value: Any, name: str) -> Any:
    if name in value:
        return value[name]
    for key in name.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _record(rows: Sequence[dict[str, Any]], place: int) -> bytes:
    return _json_of(rows[place])


def _cells(columns: dict[str, list[Any]], place: int) -> bytes:
    return _json_of({name: cells[place] for name, cells in columns.items()})


def _json_of(row: dict[str, Any]) -> bytes:
    return json.dumps(row, ensure_ascii=False).encode("utf-8", "backslashreplace")


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value if isinstance(value, str | int | float | bool | None) else str(value)


def _present(wanted: Sequence[str], header: Sequence[str]) -> None:
    for name in wanted:
        if name not in header:
            raise MappingError(f'The file has no column "{name}". {near(name, header)}'.rstrip() + f" It has {len(header)} columns.")


def input_of(table: dict[str, Any], where: str) -> Input:
    """Read the [input] table of a mapping. Raises MappingError with the place of what is wrong."""
    only(table, ("format", "encoding", "separator", "quote", "columns", "records", "nothing"), where)
    encoding, separator, quote = text(table, "encoding", where, "utf-8"), text(table, "separator", where), text(table, "quote", where, '"')
    try:
        codecs.lookup(encoding)
    except LookupError:
        raise MappingError(f'{path(where, "encoding")} "{encoding}" is not known: utf-8, cp1252 and utf-16 are usual.') from None
    for key, value in (("separator", separator), ("quote", quote)):
        if len(value) > 1:
            raise MappingError(f"{path(where, key)} must be one character, not {shown(value)}.")
    inside = text(table, "records", where)
    return Input(
        choice(table, "format", where, ("", *FORMATS)),
        codecs.lookup(encoding).name,
        separator,
        quote,
        texts(table, "columns", where),
        tuple(inside.split(".")) if inside else (),
        frozenset({"", *texts(table, "nothing", where)}),
    )
