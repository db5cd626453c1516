"""The words of a command line: what may be said once, in which range, in which order, and the one sentence when it cannot be used."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from typing import Any, NoReturn
from urllib.parse import parse_qsl

from dashboard.people.rules import secret

URL = ("http://", "https://")
_SECRETS = ("pass", "pwd", "secret", "token", "auth", "header")  # what names of parameters that carry one hold


class Usage(ValueError):
    """The command cannot be carried out as written; the message says why and what to do."""


class Parser(argparse.ArgumentParser):
    """Says in one sentence what is wrong with the words of a command, and takes options before, between and after everything else."""

    def error(self, message: str) -> NoReturn:
        """Raises Usage."""
        raise Usage(f"{message[:1].upper()}{message[1:]}. `{self.prog} --help` shows what can be said.")

    def understood(self, words: Sequence[str]) -> argparse.Namespace:
        """The words after the name of a command. Raises Usage. Where -- says that no option follows, options come before what it parts."""
        return self.parse_args(words) if "--" in words else self.parse_intermixed_args(words)


class Once(argparse.Action):
    """An option whose second value would silently take the place of the first."""

    def __call__(self, parser: argparse.ArgumentParser, said: argparse.Namespace, value: Any, option: str | None = None) -> None:
        """Keep the value, or refuse it."""
        self.keep(parser, said, self.dest, value, option)

    def keep(self, parser: argparse.ArgumentParser, said: argparse.Namespace, name: str, value: Any, option: str | None) -> None:
        """The same under another name."""
        if getattr(said, name, None) is not None:
            parser.error(f"{option} says {getattr(said, name)} and {value}: only one of them can be meant")
        setattr(said, name, value)


class End(Once):
    """`--to` of a question: the end of its period, or the URL of the Apogee that answers it; one of each may be said."""

    def __call__(self, parser: argparse.ArgumentParser, said: argparse.Namespace, value: Any, option: str | None = None) -> None:
        """Keep the value as what it is, or refuse a second of its kind."""
        self.keep(parser, said, "to_url" if str(value).startswith(URL) else self.dest, value, option)


def secretive(url: str) -> bool:
    """Whether a URL holds a password, before its host or among its parameters.

    A password may hold / ? # unquoted, as the readers of some URLs take it, so that no reading by the book finds it: everything between
    the first colon behind the scheme and an @ counts as one. What begins with / is a file.
    """
    user, _, rest = url[url.find("://") + 3 if "://" in url else 0 :].partition(":")
    names = [name.casefold() for name, _ in parse_qsl(url.partition("?")[2])]
    given = any(part in name for name in names for part in _SECRETS if name != "passfile")
    return given or ("/" not in user and "@" in rest)


class Unsecret(argparse.Action):
    """An option for a URL, which is refused with a password in it: whoever looks at the list of processes reads it."""

    def __call__(self, parser: argparse.ArgumentParser, said: argparse.Namespace, value: Any, option: str | None = None) -> None:
        """Keep the URL, or refuse it without repeating it."""
        if secretive(str(value)):
            name = f"APOGEE_{self.dest.upper()}"
            parser.error(
                f"the list of processes would show the password in {option}: give the URL in {name}, or in a file that {name}_FILE names"
            )
        setattr(said, self.dest, value)


def places(parser: argparse.ArgumentParser) -> None:
    """Say where a command works and what people decide is kept; URLs with their passwords come from the environment, or from a file."""
    about = {"dsn": "a ClickHouse server: clickhouse://host:8123/db", "ledger": "what people decide: sqlite:///FILE or postgresql://…"}
    for name, told in about.items():
        kept = f"APOGEE_{name.upper()}"
        parser.add_argument(f"--{name}", action=Unsecret, default=secret(kept) or None, help=f"{told}; with a password in {kept} only")


def whole(low: int, high: int) -> Callable[[str], int]:
    """Reads a whole number within bounds, both included."""

    def read(text: str) -> int:
        if not text.removeprefix("-").isdecimal() or not low <= int(text) <= high:
            raise argparse.ArgumentTypeError(f"must be a whole number from {low} to {high}, not {text}")
        return int(text)

    return read


def sentence(error: Exception) -> str:
    """What went wrong with a file in words; our own errors are sentences already."""
    if isinstance(error, FileNotFoundError) and error.filename:
        return f"No file called {error.filename}."
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename or 'The input'} cannot be used: {error.strerror.lower()}."
    return str(error)
