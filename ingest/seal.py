"""Sealing: what identifies a person becomes `k<key version>:<HMAC-SHA256>` before anything is written.

The keys live outside the database: in the environment (APOGEE_SEAL_KEY, APOGEE_VAULT_KEY) or in a folder of their own, readable by the
owner only. A seal cannot be undone; what is held in quarantine is encrypted instead, so that it can be corrected and replayed.

Erased people are known by their pseudonyms and, where their identifiers were given, by a mark made of these with a key of its own
(`door.key`): it recognises them under whatever key pseudonyms are made. In the list a mark is followed by the pseudonym it belongs to.
While a key follows another (ingest/turning.py), each value that is sealed is noted under both.
"""

from __future__ import annotations

import hmac
import os
import re
import secrets
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from sql import private

_SHORTEST = 32  # bytes of a key
SEAL, NEXT, OLD, DOOR = "seal.key", "next.key", "old.key", "door.key"
ERASED, LINKS, FINISHING = "erased", "links", "finishing"  # files beside the keys
MARK = "door:"  # how the marks of erased people's identifiers begin
_VERSIONED = re.compile(rb"k([1-9][0-9]{0,8}) (.+)", re.DOTALL)  # what a key file holds from the second key on
_LINK = re.compile(r"(k[0-9]+:[0-9a-f]{64}) (k[0-9]+:[0-9a-f]{64})\n")
_MOST_SHOWN = 10**60
_REMEMBERED = 200_000  # seals kept in memory: the same customer comes back many times in a file


@dataclass(slots=True)
class Following:
    """The key that is to follow the present one, and the pseudonyms under both of every value that has been sealed meanwhile."""

    version: int
    secret: bytes = field(repr=False)
    links: Path
    _noted: set[int] = field(default_factory=set, repr=False)
    _fresh: list[str] = field(default_factory=list, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def note(self, name: str, value: bytes) -> None:
        """A value has this pseudonym now: remember which it will have."""
        short = int(name.rpartition(":")[2][:15], 16)
        with self._lock:
            if short not in self._noted:
                self._noted.add(short)
                self._fresh.append(f"{name} k{self.version}:{hmac.digest(self.secret, value, 'sha256').hex()}\n")

    def flush(self) -> None:
        """Put what was noted on the disk."""
        with self._lock:
            fresh, self._fresh = self._fresh, []
        if fresh:
            private.append(self.links, "".join(fresh))

    def remember(self) -> None:
        """Do not note again what is on the disk."""
        self._noted.update(int(name.rpartition(":")[2][:15], 16) for name, _ in links_in(self.links))


@dataclass(slots=True)
class Keys:
    """The secret that seals (versioned), the one that encrypts quarantine, and the one that marks erased people at the door."""

    version: int
    secret: bytes = field(repr=False)
    vault: Fernet
    _known: dict[str, str] = field(default_factory=dict, repr=False)
    gone: frozenset[str] = frozenset()  # the pseudonyms of erased people: whatever arrives is stored without them
    list_: Path | None = None  # where that list is kept, beside the keys
    door: bytes = field(default=b"", repr=False)
    marks: frozenset[str] = frozenset()  # of erased people's identifiers, each with the pseudonym that it is known to be of
    following: Following | None = None
    finishing: bool = False  # the log is being written under this key: until that has ended nothing else is written
    _doors: frozenset[str] = frozenset()  # the marks alone
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def seal(self, value: str) -> str:
        """The pseudonym of a value: the same value gives the same pseudonym as long as the key lives. '' stays ''."""
        if not value:
            return value
        found = self._known.get(value)
        if found is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            data, found = value.encode(), self.pseudonym(value)
            if self._doors and self._door(data) in self._doors:
                with self._lock:  # erased under another key, or before this one was
                    self.gone |= {found}
            if self.following is not None:
                self.following.note(found, data)
            self._known[value] = found
        return found

    def pseudonym(self, value: str) -> str:
        """What `seal` gives, of a value that is only compared: nothing of it is kept or noted."""
        return f"k{self.version}:{hmac.digest(self.secret, value.encode(), 'sha256').hex()}"

    def erased(self, value: str) -> bool:
        """Whether a value is an identifier, or the pseudonym, of somebody who has been erased."""
        return value in self.gone or self.pseudonym(value) in self.gone or (bool(self._doors) and self._door(value.encode()) in self._doors)

    def mark(self, value: str) -> str:
        """What an erased person's identifier is recognised by, whatever key makes pseudonyms, and its pseudonym under this one."""
        return f"{self._door(value.encode())}/{self.seal(value)}"

    def _door(self, data: bytes) -> str:
        return MARK + hmac.digest(self.door, data, "sha256").hex()

    def seal_subject(self, subject: str) -> str:
        """Seal the name in a subject and keep what it is about: customer/c-88 → customer/k1:…, as the field `customer` is."""
        about, _, name = subject.partition("/")
        return f"{about}/{self.seal(name)}"

    def erase(self, names: Iterable[str]) -> None:
        """Add pseudonyms, and marks of identifiers, to those that are never stored again; on the disk before it returns."""
        fresh = sorted(set(names) - self.gone - self.marks)
        if fresh and self.list_ is not None:
            private.append(self.list_, "".join(f"{name}\n" for name in fresh))
        self.listed(self.gone | self.marks | set(fresh))

    def listed(self, names: Iterable[str]) -> None:
        """Whoever is erased, as the list beside the keys says."""
        names = frozenset(names)
        with self._lock:
            self.marks = frozenset(name for name in names if name.startswith(MARK))
            self.gone, self._doors = names - self.marks, frozenset(name.partition("/")[0] for name in self.marks)
        self._known.clear()  # an identifier that was erased is not kept in memory either

    def flush(self) -> None:
        """Before a batch is acknowledged: what was sealed for it stands under both keys."""
        if self.following is not None:
            self.following.flush()

    def lock(self, payload: bytes) -> str:
        """Encrypt a payload for quarantine."""
        return self.vault.encrypt(payload).decode("ascii")

    def unlock(self, token: str) -> bytes:
        """Decrypt a payload. Raises ValueError when it was encrypted with another key."""
        try:
            return self.vault.decrypt(token.encode("ascii"))
        except InvalidToken:
            sentence = "This line was encrypted with another key: start with the key folder that was in use when it arrived."
            raise ValueError(sentence) from None


def keys_in(folder: Path | None, *, fresh: bool = True) -> Keys:
    """The keys of a deployment: from the environment, or from `folder` where they are made on first use (mode 0600).

    Without a folder and without an environment the keys are random and live as long as the process (tests, memory stores). Keys that
    are gone are not replaced unless the store is `fresh`: the same customer would become another.
    """
    seal = os.environ.get("APOGEE_SEAL_KEY")
    vault = os.environ.get("APOGEE_VAULT_KEY")
    if seal and len(seal) < _SHORTEST:
        raise ValueError("APOGEE_SEAL_KEY must hold at least 32 characters.")
    listed = erased_in(folder)
    marked = any(name.startswith(MARK) for name in listed)
    if folder is not None and not fresh:
        lost = [
            name for name, given in ((SEAL, seal), ("vault.key", vault), (DOOR, not marked)) if not given and not (folder / name).exists()
        ]
        if lost:
            raise ValueError(f"The key {lost[0]} is not in {folder}: put back the folder keys/ that was in use when the data came.")
    finishing = folder is not None and (folder / FINISHING).exists()
    following = folder / NEXT if folder is not None and (folder / NEXT).exists() else None
    told = seal.encode() if seal else _kept(folder, SEAL, secrets.token_hex(32).encode())
    version, secret = _versioned(following.read_bytes().strip() if finishing and following else told)
    try:
        keys = Keys(version, secret, Fernet(vault.encode() if vault else _kept(folder, "vault.key", Fernet.generate_key())))
    except ValueError as error:
        raise ValueError(f"The key of the quarantine cannot be used: {error}") from None
    keys.list_ = folder / ERASED if folder is not None else None
    keys.finishing = finishing
    keys.listed(listed)
    keys.door = _kept(folder, DOOR, secrets.token_hex(32).encode())
    if following is not None and folder is not None and not finishing:
        keys.following = Following(*_versioned(following.read_bytes().strip()), folder / LINKS)
        keys.following.remember()
    return keys


def _versioned(told: bytes) -> tuple[int, bytes]:
    """The version and the secret that a key says; the first key of an installation says no version."""
    if found := _VERSIONED.fullmatch(told):
        return int(found[1]), found[2]
    version = os.environ.get("APOGEE_SEAL_VERSION", "1")
    if not version.isdecimal():
        raise ValueError("APOGEE_SEAL_VERSION must be a whole number.")
    return int(version), told


def version_in(folder: Path) -> int | None:
    """The version of the key of pseudonyms in `folder`; None where there is none."""
    told = os.environ.get("APOGEE_SEAL_KEY", "").encode() or ((folder / SEAL).read_bytes().strip() if (folder / SEAL).exists() else b"")
    return _versioned(told)[0] if told else None


def links_in(path: Path) -> Iterator[tuple[str, str]]:
    """The pairs of pseudonyms that a file of links holds, those that were written whole."""
    if path.exists():
        with path.open(encoding="ascii", errors="replace") as file:
            for line in file:
                if found := _LINK.fullmatch(line):
                    yield found[1], found[2]


def erased_in(folder: Path | None) -> frozenset[str]:
    """The pseudonyms of erased people, and the marks of their identifiers, that are listed beside the keys in `folder`."""
    listed = folder / ERASED if folder is not None else None
    return frozenset(listed.read_text(encoding="ascii").split()) if listed is not None and listed.exists() else frozenset()


def list_erased(folder: Path, names: Iterable[str]) -> None:
    """Add to the list beside the keys in `folder` whom it lacks; the keys themselves may be put back later."""
    if fresh := sorted(set(names) - erased_in(folder)):
        private.append(folder / ERASED, "".join(f"{name}\n" for name in fresh))


def _kept(folder: Path | None, name: str, fresh: bytes) -> bytes:
    if folder is None:
        return fresh
    path = folder / name
    if not path.exists():
        private.make(path, fresh)
    secret = path.read_bytes().strip()
    if len(secret) < _SHORTEST:
        raise ValueError(f"The key file {path} is damaged: put back the one that was in use.")
    return secret


def masked(value: object) -> str:
    """A value as it may be shown: its first characters and its length, never the whole of it; of an object or a list, its size."""
    if value is None:
        return "(nothing)"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return f"{'an object' if isinstance(value, dict) else 'a list'} of {len(value)}"
    if isinstance(value, int) and abs(value) >= _MOST_SHOWN:
        return "a number of more than 60 digits"
    text = value if isinstance(value, str) else repr(value)
    shown = "".join(letter if letter.isprintable() else "·" for letter in text[:2])
    if len(text) <= len(shown):
        return shown[:1] + "…" if text else "(empty)"
    return f"{shown}… ({len(text)} characters)"
