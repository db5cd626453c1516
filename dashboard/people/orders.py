"""The commands about personal data: what each is called, what may be said after it, and who carries it out.

Who carries them out is asked for when one is given, as every other command would wait for it to be read.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from dashboard.people.where import Where
    from ingest.writer import Writer
    from sql.ledger.door import Ledger


BY = "command line"  # in whose name commands are carried out


@dataclass(frozen=True, slots=True)
class Order:
    """A command; `served` ones are carried out by a running server for another process."""

    name: str
    about: str
    served: bool = True


ORDERS = (
    Order("erase", "take a person out of everything that is kept"),
    Order("person", "print everything that is held on a person, as JSON"),
    Order("retain", "let go of what is older than its period ([retention] of the settings)"),
    Order("scopes", "the brands, sites, teams and queues the data knows: what an account may be limited to"),
    Order("rotate-key", "turn the key of pseudonyms: a new key, old and new linked, the old one destroyed", served=False),
)


def words(name: str, parser: argparse.ArgumentParser) -> None:
    """What may be said after the command of that name."""
    from dashboard.people import access, erase, keeping, register, turn

    {"erase": erase, "person": access, "retain": keeping, "scopes": register, "rotate-key": turn}[name].words(parser)


def carry_out(place: Where, arguments: argparse.Namespace, out: TextIO) -> int:
    """Carry out one of them."""
    from dashboard.people import access, erase, keeping, register, turn
    from dashboard.people.rules import rules_of
    from sql.folder import settings_in

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
    from dashboard.people import erase, turn

    erase.remember(writer.keys, ledger)
    erase.finish(writer, ledger)
    if turn.interrupted(writer.keys, ledger):
        turn.complete(writer.store, writer.keys, ledger, BY)
