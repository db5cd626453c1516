"""Sealing: what identifies a person becomes `k<key version>:<HMAC-SHA256>` before anything is written.

The keys live outside the database: in the environment (APOGEE_SEAL_KEY, APOGEE_VAULT_KEY) or in a folder of their own, readable by the
owner only. A seal cannot be undone; what is held in quarantine is encrypted instead, so that it can be corrected and replayed.
"""

from __future__ import annotations

import hmac
import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

_SHORTEST = 32  # bytes of a key
_ERASED = "erased"  # the file beside the keys
_MOST_SHOWN = 10**60
_REMEMBERED = 200_000  # seals kept in memory: the same customer comes back many times in a file


@dataclass(slots=True)
class Keys:
    """The secret that seals (versioned) and the one that encrypts quarantine."""

    version: int
    secret: bytes
    vault: Fernet
    _known: dict[str, str] = field(default_factory=dict, repr=False)
    gone: frozenset[str] = frozenset()  # the pseudonyms of erased people: whatever arrives is stored without them
    list_: Path | None = None  # where that list is kept, beside the keys

    def seal(self, value: str) -> str:
        """The pseudonym of a value: the same value gives the same pseudonym as long as the key lives. '' stays ''."""
        if not value:
            return value
        found = self._known.get(value)
        if found is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            found = f"k{self.version}:{hmac.digest(self.secret, value.encode(), 'sha256').hex()}"
            self._known[value] = found
        return found

    def seal_subject(self, subject: str) -> str:
        """Seal the name in a subject and keep what it is about: customer/c-88 → customer/k1:…, as the field `customer` is."""
        about, _, name = subject.partition("/")
        return f"{about}/{self.seal(name)}"

    def erase(self, names: Iterable[str]) -> None:
        """Add pseudonyms to those that are never stored again; on the disk before it returns."""
        fresh = sorted(set(names) - self.gone)
        if fresh and self.list_ is not None:
            self.list_.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle = os.open(self.list_, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write("".join(f"{name}\n" for name in fresh))
                file.flush()
                os.fsync(file.fileno())
        self.gone |= frozenset(fresh)
        self._known.clear()  # the identifier itself is not kept in memory either

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
    version = os.environ.get("APOGEE_SEAL_VERSION", "1")
    if not version.isdecimal():
        raise ValueError("APOGEE_SEAL_VERSION must be a whole number.")
    if seal and len(seal) < _SHORTEST:
        raise ValueError("APOGEE_SEAL_KEY must hold at least 32 characters.")
    if folder is not None and not fresh:
        lost = [name for name, given in (("seal.key", seal), ("vault.key", vault)) if not given and not (folder / name).exists()]
        if lost:
            raise ValueError(f"The key {lost[0]} is not in {folder}: put back the folder keys/ that was in use when the data came.")
    secret = seal.encode() if seal else _kept(folder, "seal.key", secrets.token_hex(32).encode())
    try:
        keys = Keys(int(version), secret, Fernet(vault.encode() if vault else _kept(folder, "vault.key", Fernet.generate_key())))
    except ValueError as error:
        raise ValueError(f"The key of the quarantine cannot be used: {error}") from None
    keys.list_ = folder / _ERASED if folder is not None else None
    keys.gone = erased_in(folder)
    return keys


def erased_in(folder: Path | None) -> frozenset[str]:
    """The pseudonyms of erased people that are listed beside the keys in `folder`; none where there is no list."""
    listed = folder / _ERASED if folder is not None else None
    return frozenset(listed.read_text(encoding="ascii").split()) if listed is not None and listed.exists() else frozenset()


def _kept(folder: Path | None, name: str, fresh: bytes) -> bytes:
    if folder is None:
        return fresh
    path = folder / name
    if not path.exists():
        _make(path, fresh)
    secret = path.read_bytes().strip()
    if len(secret) < _SHORTEST:
        raise ValueError(f"The key file {path} is damaged: put back the one that was in use.")
    return secret


def _make(path: Path, secret: bytes) -> None:
    """A key file, whole or not at all; who comes second keeps the first one's."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(secret)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


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
