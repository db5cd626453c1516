"""What a command is given to read: files, pipes and standard input."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO


class NotGiven(ValueError):
    """There is nothing to read under a name; the message says why."""


def given(names: Iterable[str]) -> list[Path | BinaryIO]:
    """What stands behind the names, - being standard input: a file by its path, a pipe open, as it can be read only once."""
    found: list[Path | BinaryIO] = []
    for name in names:
        path = Path(name)
        if name == "-":
            found.append(sys.stdin.buffer)
        elif path.is_dir():
            raise NotGiven(f"{name} is a folder: name the files in it, such as {path / '*'}.")
        elif not path.exists():
            raise NotGiven(f"There is no file {name}.")
        else:
            found.append(path if path.is_file() else path.open("rb"))
    if not found:
        raise NotGiven("Name at least one file to read, or - for standard input.")
    return found
