"""Backup and restore of the truth: the event log, the arrival log, quarantine, and the ledger. All else is built again from them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from sql.arrival import prepare
from sql.clickhouse import Store, StoreError
from sql.derive import forget, rebuild
from sql.erase import begin
from sql.ledger.copy import FILE, copy
from sql.ledger.door import Ledger
from sql.migrate import files

TRUTH = ("quarantine", "refused", "event", "retired", "batch")  # a batch's line last: until it is there, its rows never happened
_LATER = ("retired", "refused")  # older backups have none
_ROWS = 200_000


class BadBackup(StoreError):
    """The folder is not a backup, is damaged, or comes from a newer Apogee."""


def backup(store: Store, folder: Path, ledger: Ledger | None = None) -> int:
    """Write the truth to a new folder of Parquet files with a manifest (rows, SHA-256), beside them a copy of a ledger in SQLite; returns
    how many rows.

    The last acknowledged batch at the start is the end of the backup: what arrives meanwhile is left for the next one. The ledger is
    copied behind, so that it tells of every erasure that the log may not have met yet.
    Raises BadBackup when the folder exists and is not empty.
    """
    if folder.exists() and any(folder.iterdir()):
        raise BadBackup(f"{folder} is not empty: name a new folder.")
    folder.mkdir(parents=True, exist_ok=True)
    last = int(store.value("SELECT max(batch) FROM batch") or 0)
    tables: dict[str, dict[str, Any]] = {}
    for table in TRUTH:
        path, rows = folder / f"{table}.parquet", 0
        writer: pq.ParquetWriter | None = None
        for part in _parts(store, table, last):
            writer = writer or pq.ParquetWriter(path, part.schema, compression="zstd")
            writer.write_table(part)
            rows += part.num_rows
        if writer:
            writer.close()
        tables[table] = {"rows": rows, "sha256": _digest(path) if rows else ""}
    manifest = {"schema": len(files()), "last_batch": last, "made_at": datetime.now(UTC).isoformat(), "tables": tables}
    if ledger is not None and (copied := copy(ledger, folder)):
        manifest["ledger"] = _digest(copied)
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1), encoding="utf-8")
    return sum(each["rows"] for each in tables.values())


def verified(store: Store, folder: Path, own: str = "") -> dict[str, Any]:
    """The manifest of a backup that can be restored into this store. Raises BadBackup where the store is not empty, the backup is damaged
    or of a newer Apogee, or its pseudonyms are of other keys than `own` ("k2")."""
    manifest = _manifest(folder)
    if store.value("SELECT count() FROM batch"):
        raise BadBackup("The store is not empty: restore into a new one.")
    others = _keys(folder, manifest) if own else set()
    if others and own not in others:
        raise BadBackup(
            f"This backup is of the key {min(others)}, and the one in use is {own}: its customers could not be found, and whoever "
            "was erased before the key was turned may stand in it. Keep to backups made since."
        )
    return manifest


def restore(store: Store, folder: Path, manifest: dict[str, Any], progress: Callable[[int], None] = lambda _: None) -> int:
    """Fill an empty, migrated store from a backup that was `verified` and build everything derived; returns how many rows of truth.

    Whoever was erased since it was made stands in it: the mark of an erasure is set first, and the next writer ends that (or whoever
    restores, at once).
    """
    begin(store)
    prepare(store)  # what a restore that did not end left behind
    forget(store)
    rows = 0
    for table in TRUTH:
        told = manifest["tables"].get(table)
        if not told or not told["rows"]:
            continue
        for part in pq.ParquetFile(folder / f"{table}.parquet").iter_batches(_ROWS):
            store.insert(table, pa.Table.from_batches([part]))
            rows += part.num_rows
            progress(part.num_rows)
    batches = [int(row["batch"]) for row in store.rows("SELECT DISTINCT batch FROM batch ORDER BY batch")]
    if batches:
        rebuild(store)
        store.insert("derived", pa.table({"batch": pa.array(batches, pa.uint64())}))
    return rows


def _keys(folder: Path, manifest: dict[str, Any]) -> set[str]:
    """The versions of the key under which people stand in a backup."""
    found: set[str] = set()
    if not manifest["tables"]["event"]["rows"]:
        return found
    for part in pq.ParquetFile(folder / "event.parquet").iter_batches(_ROWS, columns=["customer", "subject"]):
        for column in part.columns:
            told = pc.extract_regex(column.cast(pa.string()), r"^(?:[^/]*/)?(?P<key>k[0-9]+):[0-9a-f]{64}$")
            found |= set(pc.unique(pc.struct_field(told, "key")).to_pylist())
    return found - {None}


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError, ValueError):
        raise BadBackup(f"{folder} holds no manifest.json: it is not a backup, or it was not finished.") from None
    except OSError:
        raise BadBackup(f"{folder} cannot be read.") from None
    if not isinstance(manifest, dict) or not isinstance(manifest.get("schema"), int) or not _tells(manifest.get("tables")):
        raise BadBackup(f"{folder}/manifest.json does not say what a backup's manifest says: the backup is damaged.")
    if manifest["schema"] > len(files()):
        raise BadBackup("The backup comes from a newer Apogee: install that version, or a later one.")
    for table in TRUTH:
        told = manifest["tables"].get(table, {"rows": 0})
        path = folder / f"{table}.parquet"
        if told["rows"] and (not path.is_file() or _digest(path) != told["sha256"]):
            raise BadBackup(f"{table}.parquet is not what was written: the backup is damaged.")
    copied = folder / FILE
    if (told := manifest.get("ledger")) and (not copied.is_file() or _digest(copied) != told):
        raise BadBackup(f"{FILE} is not what was written: the backup is damaged.")
    return manifest


def _tells(tables: object) -> bool:
    told = [tables.get(name, {}) for name in TRUTH if name in tables or name not in _LATER] if isinstance(tables, dict) else [None]
    return all(isinstance(each, dict) and {"rows", "sha256"} <= each.keys() for each in told)


def _parts(store: Store, table: str, last: int) -> Iterator[pa.Table]:
    """A table in bounded stretches of batches."""
    counted = f"SELECT batch, count() AS rows FROM {table} WHERE batch <= {{last:UInt64}} GROUP BY batch ORDER BY batch"
    sizes = store.rows(counted, {"last": last})
    start = 0
    while start < len(sizes):
        end, rows = start + 1, sizes[start]["rows"]
        while end < len(sizes) and rows + sizes[end]["rows"] <= _ROWS:
            rows += sizes[end]["rows"]
            end += 1
        bounds = {"first": sizes[start]["batch"], "last": sizes[end - 1]["batch"]}
        yield store.table(f"SELECT * FROM {table} WHERE batch BETWEEN {{first:UInt64}} AND {{last:UInt64}}", bounds)
        start = end


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
