"""The progress bar of long commands, and their words."""

from __future__ import annotations

import sys
from typing import Any, Self


class Bar:
    """A progress bar to call with what was done since the last call; silent where there is no terminal."""

    def __init__(self, what: str, total: int | None, unit: str) -> None:
        self._bar: Any = None
        if sys.stderr.isatty():
            from tqdm import tqdm

            self._bar = tqdm(desc=what, total=total, unit=unit, unit_scale=True, file=sys.stderr)

    def __call__(self, done: int) -> None:
        """So much more is done."""
        if self._bar is not None:
            self._bar.update(done)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()
