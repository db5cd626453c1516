"""The `apogee` command as a process, for tests: one command a process, or several in one."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, Self

HERE = Path(__file__).parents[1]
CLEAN = {name: value for name, value in os.environ.items() if not name.startswith("APOGEE_")}


def run(folder: Path, *words: str, given: bytes | None = None, **more: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, str(HERE / "apogee.py"), *words]
    environment = CLEAN | {"APOGEE_DATA": str(folder)} | more
    return subprocess.run(command, input=given, env=environment, cwd=folder.parent, capture_output=True, timeout=120, check=False)


SESSION = """
import contextlib, io, json, os, sys
import apogee
own = dict(os.environ)
for line in sys.stdin:
    words, given, more = json.loads(line)
    os.environ.update(more)
    out, err, kept, sys.stdin = io.StringIO(), io.StringIO(), sys.stdin, io.TextIOWrapper(io.BytesIO(given.encode()))
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = apogee.main(words)
    sys.stdin = kept
    os.environ.clear()
    os.environ.update(own)
    print(json.dumps([code, out.getvalue(), err.getvalue()]), flush=True)
"""


class Session:
    """A process that carries out one command after another on a folder, each as from the beginning; its engine opens that folder alone."""

    def __init__(self, folder: Path) -> None:
        environment = CLEAN | {"APOGEE_DATA": str(folder), "PYTHONPATH": str(HERE)}
        self._process = subprocess.Popen(
            [sys.executable, "-c", SESSION], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, cwd=folder.parent
        )

    def run(self, *words: str, given: bytes = b"", **more: str) -> subprocess.CompletedProcess[bytes]:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps([words, given.decode(), more]).encode() + b"\n")
        self._process.stdin.flush()
        code, out, err = json.loads(self._process.stdout.readline())
        return subprocess.CompletedProcess(words, code, out.encode(), err.encode())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate(timeout=60)


def sentence(done: subprocess.CompletedProcess[bytes]) -> str:
    """The one plain sentence of a command that could not be carried out."""
    told = done.stderr.decode()
    assert done.returncode == 2, told
    assert done.stdout == b""
    assert re.fullmatch(r"apogee: [^\n]+[.?]\n", told), told
    assert "Traceback" not in told
    return told


def last(done: subprocess.CompletedProcess[bytes]) -> dict[str, Any]:
    assert done.returncode == 0, done.stderr.decode()
    told: dict[str, Any] = json.loads(done.stdout.decode().splitlines()[-1])
    return told
