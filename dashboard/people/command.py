"""`apogee account`: people from the command line, for the first account and for whoever lost the last password."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from typing import TextIO

from dashboard.people import decide
from dashboard.people.orders import BY
from dashboard.people.people import People
from dashboard.people.register import Known
from dashboard.people.rules import Grant, Rules, secret
from dashboard.viewer import RIGHTS, Role
from sql.clickhouse import StoreError
from sql.ledger import account as kept
from sql.ledger.door import Ledger

WHAT = ("list", "add", "grant", "password", "close", "open", "token")
NO_ADMINISTRATOR = (
    "Everybody has to sign in now, and no account is an administrator's: on screen nobody can make another one. "
    "`apogee account add NAME --role administrator --everything --named` makes the first."
)


def words(parser: argparse.ArgumentParser) -> None:
    """What may be said after `apogee account`."""
    parser.add_argument("what", choices=WHAT)
    parser.add_argument("who", nargs="?", metavar="NAME")
    parser.add_argument("--role", choices=[str(role) for role in Role])
    parser.add_argument("--called", default="", help="the name people read")
    parser.add_argument(
        "--scope", action="append", default=[], metavar="DIM=VALUE", help="may see this brand, site, team, queue: an id of `apogee scopes`"
    )
    parser.add_argument("--everything", action="store_true", help="may see the whole company")
    parser.add_argument("--named", action="store_true", help="may see single agents")
    parser.add_argument("--agent", default="", help="the id of the agent this person is")
    parser.add_argument("--right", action="append", default=[], choices=RIGHTS, help="of a token")
    parser.add_argument("--days", type=int, default=90, help="a token lives so long")
    parser.add_argument("--label", default="", help="what a token is for")


def carry_out(ledger: Ledger, arguments: argparse.Namespace, out: TextIO, known: Known | None = None) -> int:
    """Do what was said. A password is asked for, or read from standard input where that is no terminal.

    `known` tells what the data knows, so that a scope of what nothing bears is not given without a word. Raises ValueError in words.
    """
    people = People(ledger, Rules())
    if arguments.what == "list":
        return _list(people, out)
    if not arguments.who:
        raise ValueError(f"Say whose: apogee account {arguments.what} NAME.")
    if arguments.what == "add":
        if not arguments.role:
            raise ValueError(f"Say what the account is for: --role, one of {', '.join(Role)}.")
        decide.make(people, BY, arguments.who, arguments.called, _grant(arguments), _password(), due=False)
        print(f"{arguments.who} may sign in.", file=out)
        _warn(_grant(arguments), known)
        with ledger.read() as session:
            if not kept.others(session, Role.ADMINISTRATOR, besides=0, by_password=False):
                sys.stderr.write(f"apogee: {NO_ADMINISTRATOR}\n")
        return 0
    with ledger.read() as session:
        account = kept.by_name(session, arguments.who)
        if account is None:
            raise ValueError(f"There is no account {arguments.who}: `apogee account list` shows those there are.")
        number, role = account.number, account.role
    arguments.role = arguments.role or role
    print(_done(people, number, arguments), file=out)
    if arguments.what == "grant":
        _warn(_grant(arguments), known)
    return 0


def _warn(given: Grant, known: Known | None) -> None:
    """Say on the side what was given that nothing bears: what bears it may still arrive, until then its holder sees nothing of it."""
    if known is None or given.everything or not (given.limits or given.agent):
        return
    try:
        found = known([given.agent] if given.agent else [])
    except (ValueError, OSError, StoreError) as error:
        sys.stderr.write(f"apogee: Whether anything bears these names could not be looked up: {error}\n")
        return
    if unknown := found.unknown(given):
        named = ", ".join(f"{dimension}={value}" for dimension, value in unknown)
        sees = " Whoever signs in with this account sees nothing until something does." if found.blind(given) else ""
        sys.stderr.write(f"apogee: Nothing that has arrived bears {named}.{sees} `apogee scopes` lists the ids there are.\n")


def _done(people: People, number: int, arguments: argparse.Namespace) -> str:
    name = arguments.who
    if arguments.what == "grant":
        decide.grant(people, BY, number, _grant(arguments))
        return f"{name} may now do and see what was said, from the next sign-in."
    if arguments.what == "password":
        return f"{decide.reset(people, BY, number)}\nis the new password of {name}, to be changed at the next sign-in."
    if arguments.what == "token":
        return decide.issue(people, BY, number, arguments.label, arguments.right, arguments.days)
    decide.close(people, BY, number, active=arguments.what == "open")
    return f"{name} may sign in." if arguments.what == "open" else f"{name} may not sign in any more."


def _list(people: People, out: TextIO) -> int:
    with people.ledger.read() as session:
        for each in kept.every(session):
            limits = " ".join(f"{limit.dimension}={limit.value}" for limit in each.limits) or each.agent or "nothing"
            sees = "everything" if each.everything else limits
            print(f"{each.name:<24} {each.role:<14} {'' if each.active else 'closed '}{sees}", file=out)
    return 0


def _grant(arguments: argparse.Namespace) -> Grant:
    limits = tuple((text.partition("=")[0], text.partition("=")[2]) for text in arguments.scope)
    return Grant(Role(arguments.role), arguments.everything, arguments.named, limits, arguments.agent)


def _password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    password = getpass.getpass("Password: ")
    if getpass.getpass("Again: ") != password:
        raise ValueError("The two passwords differ.")
    return password


def first(people: People) -> None:
    """The first account of a container: APOGEE_ADMIN with APOGEE_ADMIN_PASSWORD (or the file APOGEE_ADMIN_PASSWORD_FILE names), once."""
    name, password = os.environ.get("APOGEE_ADMIN", ""), secret("APOGEE_ADMIN_PASSWORD")
    if name and password and not people.needed:
        decide.make(people, "environment", name, "", Grant(Role.ADMINISTRATOR, everything=True, named=True), password)
