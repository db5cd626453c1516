"""The data folder of a laptop or a single machine: engine, keys, settings, and the address of the server that holds it."""

from __future__ import annotations

import hashlib
import json
import os
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# what the settings file may hold; each is read where it is meant (ingest.source, metrics.promise, dashboard.people.rules, metrics.opting,
# dashboard.people.keeping)
TABLES = ("source", "promise", "people", "agent_time", "retention")


class BadSettings(ValueError):
    """The settings file cannot be used; the message says where and why."""


class NoFolder(ValueError):
    """The data folder cannot be made; the message says why."""


def stands(dsn: str) -> bool:
    """Whether there may be a store behind a DSN: one of the embedded engine only where its folder is and holds something."""
    kind, _, path = dsn.partition("://")
    return kind != "chdb" or not path or (Path(path).is_dir() and any(Path(path).iterdir()))


def settings_in(path: Path | None) -> dict[str, Any]:
    """The tables of a settings file, by name; none when there is no file. Raises BadSettings in words.

    A table nobody knows is refused: a setting that is misspelt would otherwise change nothing, silently.
    """
    if path is not None and not path.is_file() and (path.exists() or path.is_symlink()):  # going on would leave persons unsealed
        raise BadSettings(f"{path.name} is not a file that can be read: the settings are a text there, or nothing of that name.")
    if path is None or not path.is_file():
        if path is not None and os.environ.get("APOGEE_SETTINGS"):  # named on purpose: going on without would leave persons unsealed
            raise BadSettings(f"There is no settings file {path}: APOGEE_SETTINGS names it.")
        return {}
    try:
        text = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadSettings(f"{path.name} is not valid TOML: {error}.") from None
    if unknown := sorted(set(text) - set(TABLES)):
        raise BadSettings(f"{path.name} knows {', '.join(f'[{each}]' for each in TABLES)}, not [{unknown[0]}]: see docs/settings.md.")
    return text


@dataclass(frozen=True, slots=True)
class Folder:
    """`engine/` is the embedded engine's, `keys/` the secrets (never in the database), `apogee.toml` the deployment's settings."""

    path: Path

    @property
    def engine(self) -> Path:
        """Where the embedded engine keeps its store."""
        return (self.path / "engine").resolve()

    @property
    def dsn(self) -> str:
        """The DSN of the embedded engine in this folder, made if need be. Raises NoFolder in words."""
        try:
            self.engine.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            why = (error.strerror or "it is refused").lower()
            raise NoFolder(f"The data folder {self.path} cannot be made ({why}): name another with --data.") from None
        return f"chdb://{self.engine}"

    @property
    def keys(self) -> Path:
        """Where the secrets are kept, unless the environment gives them."""
        return self.path / "keys"

    @property
    def settings(self) -> Path:
        """The settings file, which need not exist."""
        return Path(os.environ.get("APOGEE_SETTINGS") or self.path / "apogee.toml")

    def announce(self, url: str, token: str, dsn: str) -> None:
        """Leave the server's address, a token and the mark of its store for commands of the same user on the same machine (mode 0600)."""
        handle = os.open(self._server, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump({"url": url, "token": token, "pid": os.getpid(), "store": _mark(dsn)}, file)

    def withdraw(self) -> None:
        """Take the announcement back when the server stops."""
        self._server.unlink(missing_ok=True)

    def server(self, dsn: str | None = None) -> tuple[str, str] | None:
        """(url, token) of the server that announced itself here, if its process is there: the port may be another's by now.

        Where a DSN is given, only a server that works on it.
        """
        try:
            told = json.loads(self._server.read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return None
        if not isinstance(told, dict) or not {"url", "token", "pid"} <= told.keys() or not _lives(told["pid"]):
            return None
        if dsn is not None and told.get("store") != _mark(dsn):
            return None
        return str(told["url"]), str(told["token"])

    @property
    def _server(self) -> Path:
        return self.path / "server.json"


def _mark(dsn: str) -> str:
    """Says which store it is, and nothing of its password."""
    return hashlib.sha256(dsn.encode()).hexdigest()


def _lives(pid: object) -> bool:
    try:
        os.kill(int(str(pid)), 0)
    except (ProcessLookupError, ValueError, OverflowError):
        return False
    except PermissionError:
        return True
    return True
