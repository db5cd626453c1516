"""Passwords: argon2id, and what makes one acceptable."""

from __future__ import annotations

import threading
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

SHORTEST, LONGEST = 12, 200
_AT_ONCE = threading.BoundedSemaphore(2)  # one takes 64 MiB and a core: many at once would stop the pages of everybody
_hasher = PasswordHasher()  # RFC 9106, second recommended option


class BadPassword(ValueError):
    """A password that is not taken; the message says why."""


def hashed(password: str, name: str) -> str:
    """The hash to keep. BadPassword when it is too short, too long, or made of the name or of few letters."""
    if len(password) < SHORTEST:
        raise BadPassword(f"A password has at least {SHORTEST} characters.")
    if len(password) > LONGEST:
        raise BadPassword(f"A password has at most {LONGEST} characters.")
    if (len(name) > 3 and name.casefold() in password.casefold()) or len(set(password)) < SHORTEST // 2:
        raise BadPassword("A password does not contain the name, and has at least six different characters.")
    with _AT_ONCE:
        return _hasher.hash(password)


def right(kept: str, password: str) -> bool:
    """Whether a password is the one kept. Takes as long where there is none, so that time does not tell who has an account."""
    with _AT_ONCE:
        nobody = _nobody()  # also where it is not needed: the first one takes as long as a check
        try:
            return _hasher.verify(kept or nobody, password[:LONGEST]) and bool(kept)
        except (Argon2Error, InvalidHashError):
            return False


def stale(kept: str) -> bool:
    """Whether a hash was made with other parameters than today's."""
    return _hasher.check_needs_rehash(kept)


@cache
def _nobody() -> str:
    return _hasher.hash("nobody has this password")
