"""A person out of everything, with a certificate: `apogee erase` and the personal-data page carry out requests here, and nowhere else.

A request is written down under the person's pseudonyms before anything is done; the identifier that was given is in memory only. So a
request that was interrupted is known, and ended by the next start of a server or the next writing command; only the search of held
texts that are no data (a sentence that names somebody) needs the identifier again where it was interrupted before that.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from typing import Any, TextIO
from weakref import WeakKeyDictionary

from dashboard.people.orders import BY
from dashboard.people.reference import filed
from dashboard.viewer import Role
from ingest.erasure import known, take_out
from ingest.seal import Keys
from ingest.writer import Writer
from sql import erase as stored
from sql.ledger import account as kept
from sql.ledger import amend, audit, erasure
from sql.ledger.door import Ledger
from sql.ledger.erasure import Erasure, Request

_GIVEN: WeakKeyDictionary[Writer, dict[int, tuple[str, ...]]] = WeakKeyDictionary()  # of requests not carried out, by their numbers


def words(parser: argparse.ArgumentParser) -> None:
    """What may be said after `apogee erase`."""
    parser.add_argument("who", nargs="+", metavar="IDENTIFIER", help="as its system writes it; - reads standard input, one a line")
    parser.add_argument("--request", default="", metavar="REFERENCE", help="under which the request is filed; never the person's name")
    parser.add_argument("--account", action="store_true", help="somebody who signs in here, by the name of his account")


def carry_out(writer: Writer, ledger: Ledger, arguments: argparse.Namespace, out: TextIO) -> int:
    """Erase, write the certificate down, print it. 1 when a search still found something."""
    remember(writer.keys, ledger)
    finish(writer, ledger)
    if arguments.account:
        made = [unname(ledger, BY, name, arguments.request) for name in arguments.who][-1]
    else:
        made = fulfil(writer, ledger, ask(writer, ledger, BY, arguments.who, arguments.request), arguments.who)
    told = {
        "certificate": made.certificate, "at": made.at.isoformat(), "request": made.request, "events": made.events, "lines": made.lines,
        "rows": made.rows, "rows left": sum(made.left.values()), "tables searched": len(made.left),
    }  # fmt: skip
    print(json.dumps(told), file=out)
    if not made.events and not made.lines and not made.rows:
        sys.stderr.write("apogee: Nothing was stored of whom you named. Whatever comes of him is stored without him.\n")
    return 0 if made.whole else 1


def ask(writer: Writer, ledger: Ledger, by: str, values: Sequence[str], reference: str) -> int:
    """Write down that the person of these identifiers asks to be erased; the number of the request. ValueError where it cannot be done, or
    the reference names the person."""
    request, names = filed(reference, values), known(writer.store, writer.keys, values)
    with ledger.write() as session:
        asked = erasure.ask(session, by, erasure.PERSON, request, list(names))
        audit.write(session, by, "person.erasure_asked", f"request/{asked.number}", {"request": asked.request})
        _GIVEN.setdefault(writer, {})[asked.number] = tuple(values)  # before anybody else can see the request
        return asked.number


def fulfil(writer: Writer, ledger: Ledger, number: int, given: Sequence[str] = ()) -> Erasure:
    """Carry out a request, from wherever it stands; one that was carried out already is left as it is. The process in which it was entered
    has its identifiers in memory until then, whoever carries it out there; without them it may end with the word that they are needed once
    more. ValueError where there is no such request."""
    with writer.lock:
        given = given or _GIVEN.get(writer, {}).get(number, ())
        with ledger.read() as session:
            asked = session.get(Request, number)
            before = session.get(Erasure, asked.erasure) if asked and asked.erasure else None
        if asked is None or asked.kind != erasure.PERSON:
            raise ValueError("There is no such request.")
        if before is not None:
            return before
        held = stored.holds(writer.store)  # asked before what held lines hold is taken away
        done = take_out(writer, asked.pseudonyms, [value for value in given if value.strip()])
        state = erasure.AGAIN if held and not given else erasure.DONE
        with ledger.write() as session:
            made = erasure.add(session, asked.by, asked.request, asked.pseudonyms, done.events, done.lines, done.left)
            erasure.ended(session, number, made, state)
            detail = {"request": asked.request, "certificate": made.certificate}
            audit.write(session, asked.by, "person.erased", f"erasure/{made.number}", detail)
        _GIVEN.get(writer, {}).pop(number, None)
        return made


def unname(ledger: Ledger, by: str, name: str, reference: str) -> Erasure:
    """Take somebody who signs in here out of the ledger: what he wrote and handed in goes, what he decided stays, in nobody's name.

    Raises ValueError where there is no such account, and for the last administrator."""
    with ledger.write() as session:
        account = kept.by_name(session, name)
        if account is None:
            raise ValueError("There is no account of that name: `apogee account list` shows those there are.")
        request = filed(reference, (account.name, account.called))
        last = account.role == Role.ADMINISTRATOR and account.active
        if last and not kept.others(session, account.role, account.number, by_password=bool(account.password)):
            raise ValueError("This is the last administrator: give somebody else that role first.")
        asked = erasure.ask(session, by, erasure.ACCOUNT, request, [])
        was, number = account.name, account.number
        kept.forgive(session, was)
        rows = amend.unname(session, account)
        session.flush()
        made = erasure.add(session, by, asked.request, [], 0, 0, amend.named(session, was), rows)
        erasure.ended(session, asked.number, made)
        detail = {"request": asked.request, "certificate": made.certificate, "account": f"account/{number}"}
        audit.write(session, by, "person.erased", f"erasure/{made.number}", detail)
        return made


def remember(keys: Keys, ledger: Ledger) -> None:
    """Bring the list beside the keys up to the ledger's, and the accounts to what is noted there: whoever was erased, or asked to be, stays
    so, on whatever machine and in whatever copy of the ledger."""
    with ledger.read() as session:
        keys.erase(erasure.gone(session))
        back = amend.returned(session)
    if back:
        with ledger.write() as session:
            amend.again(session)


def waiting(ledger: Ledger) -> list[int]:
    """The numbers of requests that are not carried out."""
    with ledger.read() as session:
        return [asked.number for asked in erasure.waiting(session)]


def finish(writer: Writer, ledger: Ledger) -> int:
    """End the requests that were interrupted; how many there were."""
    numbers = waiting(ledger)
    for number in numbers:
        fulfil(writer, ledger, number)
    return len(numbers)


def document(made: Erasure) -> dict[str, Any]:
    """A certificate to hand out: what it certifies, and the SHA-256 of that."""
    return {"certificate": made.certificate, "number": made.number, "certified": made.told()}
