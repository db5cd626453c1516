"""The `apogee` command, and the wiring: the only module that may import everything."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from functools import cached_property, partial
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from dashboard.bar import Bar
from dashboard.people.orders import BY, ORDERS
from dashboard.spoken import words as words_after
from dashboard.usage import Once, Parser, Usage, places, sentence
from ingest.connector import Options, connector, connectors
from ingest.source import sources_in
from metrics.opting import opted_in
from metrics.promise import promises_of
from sql.folder import Folder, settings_in, stands
from sql.refusal import StoreError

if TYPE_CHECKING:  # each command reads what it works with when it runs: whoever asks for one waits for nothing of the others
    from ingest.remote import Remote
    from ingest.seal import Keys
    from ingest.writer import Writer
    from sql.clickhouse import Store
    from sql.ledger.door import Ledger

MAKING = ("ingest", "serve", "demo", "restore")  # commands that make a store where there is none; for others a path was mistyped
# commands a running server can carry out for another process
SERVED = ("query", "metrics", "rebuild", "check", "quarantine", "backup", *(order.name for order in ORDERS if order.served))
Run = Callable[["Place", argparse.Namespace, TextIO], int]  # carries out a command: where, its words, where its answer is written


class Place:
    """Where a command works: a folder with the embedded engine, a server by DSN, or a running Apogee by URL."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        self.folder = Folder(Path(arguments.data).resolve())
        if self.folder.path.exists() and not self.folder.path.is_dir():
            raise Usage(f"--data wants the folder Apogee keeps its data in; {arguments.data} is a file.")
        self.dsn: str | None = arguments.dsn
        self.declared = sources_in(self.folder.settings)
        told = settings_in(self.folder.settings)
        self.promises = promises_of(told, self.folder.settings.name)
        self.opted_in = opted_in(told, self.folder.settings.name)
        self._makes = arguments.name in MAKING
        self._store: Store | None = None
        self._writer: Writer | None = None
        self.ledger_url: str | None = getattr(arguments, "ledger", None)

    @cached_property
    def ledger(self) -> Ledger:
        """The ledger, opened and migrated on first use: one for all that this process does here, served commands included."""
        from sql.ledger.door import ledger_in, open_ledger
        from sql.ledger.mark import Mark

        url, keys = self.ledger_url or ledger_in(self.folder.path), self.folder.keys
        return open_ledger(url, Mark(keys) if keys.is_dir() else None)

    @property
    def decided(self) -> bool:
        """Whether there is a ledger: one that is named, or one in the folder."""
        return bool(self.ledger_url) or (self.folder.path / "ledger.sqlite").exists()

    @property
    def store(self) -> Store:
        """The store, opened and migrated on first use."""
        if self._store is None:
            from sql.clickhouse import connect
            from sql.migrate import begun, migrate

            if not self._makes and not stands(self.dsn or f"chdb://{self.folder.engine}"):
                raise Usage(f"There is no store in {self.folder.path}: --data names its folder, `apogee ingest` makes one.")
            self._store = connect(self.dsn or self.folder.dsn)
            if not self._makes and not begun(self._store):
                raise Usage("Apogee has no store in this database: --dsn names its server and database, `apogee ingest` makes one.")
            self._store.opted_in = self.opted_in
            migrate(self._store)
        return self._store

    @property
    def keys(self) -> Keys:
        """The keys of the deployment, made on first use of an empty store."""
        from ingest.seal import keys_in

        return keys_in(self.folder.keys, fresh=not self.store.value("SELECT 1 FROM batch LIMIT 1"))

    @property
    def writer(self) -> Writer:
        """The one writer of the store; opening it heals what a crash left, which no other may be writing then."""
        if self._writer is None:
            from dashboard.people.turn import resumed
            from ingest.writer import Writer

            self._writer = Writer(self.store, resumed(self.store, self.keys, lambda: self.ledger))
        return self._writer

    def close(self) -> None:
        """Let another process write."""
        if self._writer is not None:
            self._writer.close()
        if "ledger" in vars(self):
            self.ledger.close()

    @property
    def settled(self) -> Store:
        """The store for commands that only read: healed first where it is ours alone; on a server another may be writing."""
        return self.writer.store if self.store.embedded else self.store

    def running(self) -> Remote | None:
        """The Apogee that holds this folder, or works on this DSN from it, when it announced itself and is alive."""
        found = self.folder.server(self.dsn)
        if found is None:
            return None
        from ingest.remote import Remote

        remote = Remote(*found)
        return remote if remote.alive() else None


def main(words: Sequence[str] | None = None) -> int:
    """Carry out one command; 0 when it went well, 1 when a check failed, 2 with one plain sentence when it could not be done."""
    try:
        try:
            return _main(list(sys.argv[1:] if words is None else words))
        finally:
            sys.stdout.flush()  # here, where it can be seen that nobody reads on
    except BrokenPipeError:  # `apogee metrics | head`: whoever read has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 128 + signal.SIGPIPE


def _main(words: list[str]) -> int:
    if words[:1] in (["erase"], ["person"]) and "-" in words:  # from standard input: no shell remembers it
        at = words.index("-")
        words[at : at + 1] = [each.rstrip("\r") for each in sys.stdin.read().split("\n") if each.strip()] or [""]
    if words[:1] == ["ingest"] and len(words) > 2 and words[2] in ("-h", "--help") and words[1] in connectors():
        system = connector(words[1])
        print(f"apogee ingest {system.name}: {system.summary}.\n\n{system.help}")
        return 0
    try:
        return _carry_out(_understood(words), words)
    except BrokenPipeError:
        raise
    except (Usage, StoreError, ValueError, OSError) as error:
        told = sentence(error)
    except KeyboardInterrupt:
        told = "Stopped. What was acknowledged is kept; the same command goes on from there."
    print(f"apogee: {told}", file=sys.stderr)
    return 2


def _carry_out(arguments: argparse.Namespace, words: list[str]) -> int:
    place = Place(arguments)
    remote = _named(arguments) if arguments.to_url else place.running()
    if remote is None or arguments.name == "account":  # the ledger is open to several
        try:
            return int(arguments.run(place, arguments, sys.stdout))
        finally:
            place.close()
    if arguments.name == "ingest":
        return _ingest_through(remote, arguments)
    if arguments.name not in SERVED:
        raise Usage(f"`apogee {arguments.name}` needs the data folder for itself: stop the server that holds it first.")
    told = remote.ask("/api/v1/command", json.dumps({"words": words, "folder": str(Path.cwd())}).encode(), "application/json")
    sys.stdout.write(str(told["out"]))
    return int(told["code"])


def _named(arguments: argparse.Namespace) -> Remote:
    """The Apogee whose address was given."""
    from ingest.remote import Remote, token_for

    return Remote(arguments.to_url, token_for(arguments.name))


def perform(place: Place, words: Sequence[str], folder: str) -> dict[str, Any]:
    """Carry out a served command inside a running server, for another process of the same user working in `folder`: {"code", "out"}.

    Several at once, from any threads: a question does not wait for a rebuild. What must not overlap is kept apart by the store's lock.
    """
    arguments = _understood(words, aside=True)
    if arguments.name not in SERVED:
        raise Usage(f"`apogee {arguments.name}` is not carried out by a running server.")
    for name in ("file", "mapping"):
        if getattr(arguments, name, None):
            setattr(arguments, name, str(Path(folder) / getattr(arguments, name)))
    out = StringIO()
    try:
        code = int(arguments.run(place, arguments, out))
    except OSError as error:
        raise Usage(sentence(error)) from None
    return {"code": code, "out": out.getvalue()}


# The commands --------------------------------------------------------------------------------------------------------


def _ingest(place: Place, arguments: argparse.Namespace, out: TextIO) -> int:
    from dashboard.people.orders import opened
    from ingest.follow import follow
    from ingest.job import read

    system, sources, options = _reading(arguments)
    opened(place.writer, place.ledger)
    with _bar("ingest", sources) as progress:
        if arguments.follow:
            receipt = follow(system, sources, options, place.writer, place.declared, progress)
        else:
            receipt = read(system, sources, options, place.writer, place.declared, progress)
    print(json.dumps(receipt.as_dict()), file=out)
    return 0


def _ingest_through(remote: Remote, arguments: argparse.Namespace) -> int:
    if arguments.follow:
        raise Usage("--follow needs the data folder for itself; send new events to the running server by HTTP instead.")
    system, sources, options = _reading(arguments)
    with _bar("ingest", sources) as progress:
        print(json.dumps(remote.read(system, sources, options, progress).as_dict()))
    return 0


def _reading(arguments: argparse.Namespace) -> tuple[Any, list[Any], Options]:
    from dashboard.console import pair
    from ingest.given import given

    system = connector(arguments.connector)
    options = Options(Path(arguments.mapping) if arguments.mapping else None, dict(pair(text, "--set") for text in arguments.set))
    system.check(options)
    return system, given(arguments.paths), options


def _query(place: Place, arguments: argparse.Namespace, out: TextIO) -> int:
    from dashboard.console import question, table
    from dashboard.tell import as_csv, as_dict
    from metrics.run import ask
    from sql.derive import pending

    query = question(arguments)
    result = ask(place.settled if pending(place.store) else place.store, query, place.promises)
    if query.names_agents():
        from dashboard.seen import questioned

        questioned(place.ledger, BY, query, BY)
    writers: dict[str, Callable[[], str]] = {
        "json": lambda: json.dumps(as_dict(result), ensure_ascii=False) + "\n",
        "csv": lambda: as_csv(result, query),
        "table": lambda: table(result, query),
    }
    out.write(writers[arguments.format]())
    return 0


def _metrics(_: Place, arguments: argparse.Namespace, out: TextIO) -> int:
    from dashboard.console import catalogue
    from dashboard.tell import described
    from metrics import registry

    chosen = [registry.metric(arguments.metric)] if arguments.metric else list(registry.metrics().values())
    if arguments.format == "json":
        print(json.dumps([described(metric) for metric in chosen], ensure_ascii=False), file=out)
    else:
        out.write(catalogue(chosen))
    return 0


def _rebuild(place: Place, _: argparse.Namespace, out: TextIO) -> int:
    from sql.derive import rebuild

    with _bar("rebuild") as progress:
        rebuild(place.writer.store, progress)
    print("Every derived table was built again from the log and put in place.", file=out)
    return 0


def _check(place: Place, _: argparse.Namespace, out: TextIO) -> int:
    from dashboard.people.kept import checked
    from sql.check import check

    with place.writer.still() if place.store.embedded else nullcontext():  # what arrives meanwhile is not in all tables
        balances = check(place.store)
    print(*balances, sep="\n", file=out)
    return 0 if (not place.decided or checked(place.ledger, out)) and all(balance.residual == 0 for balance in balances) else 1


def _quarantine(place: Place, arguments: argparse.Namespace, out: TextIO) -> int:
    from dashboard.people.held import carry_out

    return carry_out(place, arguments, out)


def _backup(place: Place, arguments: argparse.Namespace, out: TextIO) -> int:
    from dashboard.people.kept import back_up

    return back_up(place.settled, place.ledger if place.decided else None, Path(arguments.file), out)


def _restore(place: Place, arguments: argparse.Namespace, out: TextIO) -> int:
    from dashboard.people.kept import restore

    with _bar("restore") as progress:
        back = restore(place.store, Path(arguments.file), place.folder.keys, place.ledger, progress)
    print(*back.told(arguments.file), sep="\n", file=out)
    return 0


def _personal(place: Place, arguments: argparse.Namespace, out: TextIO) -> int:
    from dashboard.people.orders import carry_out

    return carry_out(place, arguments, out)


def _account(place: Place, arguments: argparse.Namespace, out: TextIO) -> int:
    from dashboard.people.command import carry_out
    from dashboard.people.register import known_by

    if arguments.what != "add" and not place.decided:
        raise Usage(f"No account has been made in {place.folder.path}: --data names the folder, `apogee account add` makes the first.")
    return carry_out(place.ledger, arguments, out, partial(known_by, place))


def _serve(place: Place, arguments: argparse.Namespace, _: TextIO, feed: Any = None) -> int:
    from dashboard.serve import serve

    host = getattr(arguments, "host", "127.0.0.1")
    asked = partial(perform, place)
    return serve(place.writer, place.declared, place.folder, host, arguments.port, asked, place.ledger, place.promises, feed)


def _demo(place: Place, arguments: argparse.Namespace, out: TextIO) -> int:
    from ingest.rehearsal import rehearse
    from ingest.simulation.assessment import answer

    with _bar("history") as progress:
        feed = rehearse(place.writer, place.declared, place.folder.path / "demo.json", arguments.days, arguments.seed, progress)
    answer(place.ledger)
    return _serve(place, arguments, out, feed)


# Words of the command line --------------------------------------------------------------------------------------------


def _bar(what: str, sources: Sequence[Any] = ()) -> Bar:
    """A bar on a terminal: over the bytes of the files, or a count where there are none."""
    return Bar(what, sum(each.stat().st_size for each in sources if isinstance(each, Path)) or None, "B" if sources else "")


def _understood(words: Sequence[str], *, aside: bool = False) -> argparse.Namespace:
    """What a command says. Raises Usage; `aside`, in a server, nothing is printed and nothing ended: there is no --help."""
    parser, commands = _parser(words[0] if words else "", helps=not aside)
    return commands[words[0]].understood(words[1:]) if words and words[0] in commands else parser.parse_args(words)


def _parser(said: str, *, helps: bool = True) -> tuple[Parser, dict[str, Parser]]:
    """The names of the commands, and what may be said after the one that is said."""
    parser = Parser(prog="apogee", description="Omnichannel KPIs and supervision.", add_help=helps)
    where = Parser(add_help=False)
    where.add_argument("--data", default=os.environ.get("APOGEE_DATA", "data"), help="folder with the embedded engine (default: ./data)")
    places(where)
    commands: argparse._SubParsersAction[Parser] = parser.add_subparsers(dest="name", required=True, metavar="COMMAND")

    def command(name: str, run: Run, about: str, *, remote: bool = True) -> None:
        added = commands.add_parser(name, parents=[where], help=about, description=about, add_help=helps)
        if remote and name != "query":
            token = "APOGEE_SENDER_TOKEN" if name == "ingest" else "APOGEE_OPERATOR_TOKEN"
            told = f"work through the Apogee running at this URL (token in {token})"
            added.add_argument("--to", dest="to_url", action=Once, metavar="URL", help=told)
        if name == said:
            words_after(name, added)
        added.set_defaults(name=name, run=run, to_url=None)

    command("demo", _demo, "a simulated company: its history, then live", remote=False)
    command("serve", _serve, "serve the pages and the API", remote=False)
    command("ingest", _ingest, "read files of a system into the log")
    command("query", _query, "ask for figures")
    command("metrics", _metrics, "the metrics there are, or one of them")
    command("rebuild", _rebuild, "build every derived table again from the log, aside, and swap")
    command("check", _check, "prove the balances; exit 1 if one is not 0")
    command("quarantine", _quarantine, "what could not be stored: list, show, correct and replay")
    command("backup", _backup, "write the truth (log, arrivals, quarantine) to a folder")
    for order in ORDERS:
        command(order.name, _personal, order.about, remote=order.served)
    command("account", _account, "who may sign in, and what they see", remote=False)
    command("restore", _restore, "fill an empty store from a backup", remote=False)
    return parser, commands.choices


if __name__ == "__main__":
    sys.exit(main())
