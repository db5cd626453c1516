"""Addresses of our own static files, with a mark of their content, so that browsers may keep them for a year."""

import hashlib
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "assets"


@cache
def asset(name: str) -> str:
    """The address of a file in `dashboard/assets`; FileNotFoundError when there is none."""
    return f"/assets/{name}?m={hashlib.blake2b((FOLDER / name).read_bytes(), digest_size=6).hexdigest()}"
