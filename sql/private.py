"""Private files: keys and the lists beside them. Only their owner may read or write them (mode 0600), they are written whole or not at all,
and they are on the disk before a function returns: who answers for having written a key must not lose it with the power."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path


def make(path: Path, content: bytes) -> None:
    """A file where there is none; whoever comes second, from whatever process, keeps the first one's."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = _draft(path, content)
    try:
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink()
    settle(path.parent)


def put(path: Path, content: bytes) -> None:
    """A file in the place of whatever is there, in a folder that exists."""
    _draft(path, content).replace(path)
    settle(path.parent)


def append(path: Path, text: str) -> None:
    """Add lines of ASCII to a file, made if need be, beginning a line of their own where the last was not written whole."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    size = os.fstat(handle).st_size
    torn = size > 0 and os.pread(handle, 1, size - 1) != b"\n"
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write("\n" * torn + text)
        file.flush()
        os.fsync(file.fileno())


def destroy(path: Path) -> None:
    """Overwrite a file, if it is there, and take it away. (Where the disk or its file system keeps old blocks, that is theirs:
    docs/security.md.)"""
    if path.exists():
        with path.open("r+b", buffering=0) as file:
            left_over = path.stat().st_size
            while left_over > 0:
                left_over -= file.write(secrets.token_bytes(min(left_over, 1 << 20)))
            os.fsync(file.fileno())
        path.unlink()
        settle(path.parent)


def settle(folder: Path) -> None:
    """The names in a folder on the disk, not only what the files hold."""
    handle = os.open(folder, os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)


def _draft(path: Path, content: bytes) -> Path:
    """A file beside `path`, on the disk, to be put in its place."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return draft
