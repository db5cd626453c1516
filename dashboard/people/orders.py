"""The commands about personal data: what each is called, what may be said after it, and who carries it out."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from typing import TextIO

from dashboard.people import access, erase, keeping, register, turn
from dashboard.people.rules import rules_of
from dashboard.people.where import Where
from ingest.writer import Writer
from sql.folder import settings_in
from sql.ledger.door import Ledger


@dataclass(frozen=True, slots=True)
class Order:
    """A command; `served` ones are carried out by a running server for another process."""

    name: str
    about: str
    words: Callable[[argparse.ArgumentParser], None]
    served: bool = True


ORDERS = (
    Order("erase", "take a person out of everything that is kept", erase.words),
    Order("person", "print everything that is held on a person, as JSON", access.words),
    Order("retain", "let go of what is older than its period ([retention] of the settings)", keeping.words),
    Order("scopes", "the brands, sites, teams and queues the data knows: what an account may be limited to", register.words),
    Order("rotate-key", "turn the key of pseudonyms: a new key, old and new linked, the old one destroyed", turn.words, served=False),
)


def carry_out(place: Where, arguments: argparse.Namespace, out: TextIO) -> int:
    """Carry out one of them."""
    if arguments.name == "scopes":
        return register.carry_out(place.store, arguments, out)
    writer, ledger = place.writer, place.ledger  # in this order: where there is no store, no ledger is made either
    if arguments.name == "erase":
        return erase.carry_out(writer, ledger, arguments, out)
    if arguments.name == "person":
        return access.carry_out(writer.store, writer.keys, ledger, arguments, out)
    if arguments.name == "rotate-key":
        return turn.carry_out(writer, ledger, arguments, out)
    told, name = settings_in(place.folder.settings), place.folder.settings.name
    return keeping.carry_out(writer.store, ledger, keeping.periods_of(told, name), rules_of(told, name), arguments, out)


def opened(writer: Writer, ledger: Ledger) -> None:
    """Before something is written: whoever was erased stays so, on whatever machine, and what was interrupted is ended."""
    erase.remember(writer.keys, ledger)
    erase.finish(writer, ledger)
    if turn.interrupted(writer.keys, ledger):
        turn.complete(writer.store, writer.keys, ledger, turn.BY)
