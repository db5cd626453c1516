"""The mark of the audit log: its last line and that line's chain, signed, in a file beside the keys and outside the database.

The chain of the log says that each line follows from the one before; whoever reaches the database could take lines off either end, or
make the whole chain anew. The mark says how far the log had come, and it is signed by a key (HMAC-SHA256) that the database does not hold.

It only ever says too little: it is written after each unit of work, without a wait for the disk, and only ever forward, by whichever
process has the key. Lines written since, or by a process without it, are marked with the next one. Each folder of keys has its own.
"""

from __future__ import annotations

import fcntl
import hmac
import logging
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sql import private

NAME, KEY, ERASED = "audit.mark", "audit.key", "erased.accounts"
LOG = logging.getLogger(__name__)


class BadMark(ValueError):
    """The mark was not written under this key."""


class Mark:
    """The mark in a folder of keys that is there; its own key is made on first use. Safe to use from many threads and processes."""

    def __init__(self, folder: Path) -> None:
        self._path, self._erased, key = folder / NAME, folder / ERASED, folder / KEY
        if not key.exists():
            private.make(key, secrets.token_hex(32).encode())
        self._key = key.read_bytes()

    def last(self) -> tuple[int, str] | None:
        """Number and chain of the last line it knows of, (0, '') of an empty log; None where there is no mark. Raises BadMark."""
        with suppress(FileNotFoundError), self._held(os.O_RDONLY, fcntl.LOCK_SH) as handle:
            return self._read(handle)
        return None

    @property
    def missing(self) -> bool:
        """Whether there is no mark, good or bad."""
        try:
            return self.last() is None
        except BadMark:
            return False

    def follow(self, number: int, chain: str) -> None:
        """The log has come to this line. A mark further on stays, and so does one that is not ours."""
        try:
            with self._held(os.O_RDWR | os.O_CREAT, fcntl.LOCK_EX) as handle:
                known = self._read(handle)
                if known is None or known[0] < number:
                    told = f"{number:020} {chain:64}"
                    os.pwrite(handle, f"{told} {self.seal(told)}\n".encode(), 0)
        except BadMark:
            return  # the audit page says so
        except OSError as error:
            LOG.warning("the mark of the audit log cannot be written (%s): lines taken off its end may go unseen", error.strerror)

    def erase(self, account: str) -> None:
        """Note, sealed, that an account was erased: an older copy of the ledger still holds it."""
        private.append(self._erased, f"{self.seal(f'erased {account}')}\n")

    def erased(self, account: str) -> bool:
        """Whether an account was erased."""
        return self._erased.exists() and self.seal(f"erased {account}") in self._erased.read_text(encoding="ascii").split()

    def seal(self, told: str) -> str:
        """What only who has the key can say of something."""
        return hmac.digest(self._key, told.encode(), "sha256").hex()

    def _read(self, handle: int) -> tuple[int, str] | None:
        content = os.pread(handle, 4096, 0).decode("ascii", "replace").rstrip("\n")
        if not content:
            return None
        told, _, sealed = content.rpartition(" ")
        if not hmac.compare_digest(self.seal(told).encode(), sealed.encode()):
            raise BadMark("The mark of the audit log was not written under the key beside it.")
        number, _, chain = told.partition(" ")
        return int(number), chain.strip()

    @contextmanager
    def _held(self, flags: int, lock: int) -> Iterator[int]:
        handle = os.open(self._path, flags, 0o600)
        try:
            fcntl.flock(handle, lock)
            yield handle
        finally:
            os.close(handle)
