"""What may be said after the name of each command; asked for the one that was said, as to know those of all takes a second."""

from __future__ import annotations

import argparse

from dashboard.people import orders
from dashboard.usage import whole
from ingest.connector import connectors


def words(name: str, parser: argparse.ArgumentParser) -> None:
    """Let the command of this name take what may follow it."""
    if name == "query":
        from dashboard import console

        console.words(parser)
    elif name == "account":
        from dashboard.people import command

        command.words(parser)
    elif name == "quarantine":
        from dashboard.people import held

        held.words(parser)
    elif name in {order.name for order in orders.ORDERS}:
        orders.words(name, parser)
    else:
        _plainly(name, parser)


def _plainly(name: str, parser: argparse.ArgumentParser) -> None:
    if name == "demo":
        parser.add_argument("--days", type=whole(1, 3660), default=300)
        parser.add_argument("--seed", type=int, default=1)
    elif name == "serve":
        parser.add_argument("--host", default="127.0.0.1")
    elif name == "metrics":
        parser.add_argument("metric", nargs="?")
        parser.add_argument("--format", choices=("table", "json"), default="table")
    elif name in ("backup", "restore"):
        parser.add_argument("file")
    elif name == "ingest":
        _ingest(parser)
    if name in ("demo", "serve"):
        parser.add_argument("--port", type=whole(1, 65535), default=8050)


def _ingest(parser: argparse.ArgumentParser) -> None:
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = "connectors:\n" + "\n".join(f"  {each.name:<12} {each.summary}" for each in connectors().values())
    parser.add_argument("connector", help="which system the files come from")
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files, packed with gzip or not, or - for standard input")
    parser.add_argument("--mapping", help="TOML file that describes the export (connector mapping)")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a setting of the connector")
    parser.add_argument("--follow", action="store_true", help="stay and read what is appended")
