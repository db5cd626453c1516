"""What the data knows that an account may be limited to: brands, sites, teams, queues, and agents, by their ids and their names.

A scope is made of ids. One that nothing bears is not refused, as what bears it may arrive later; but its holder sees nothing, and whoever
gave it is told so. `apogee scopes` prints the ids there are.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TextIO

from dashboard.people.where import Where
from dashboard.viewer import Role
from metrics.query import SCOPE_DIMENSIONS
from sql import standing
from sql.clickhouse import Store, load

Pair = tuple[str, str]


class Given(Protocol):
    """What an account was given: a grant, or the account as it is kept."""

    @property
    def role(self) -> str:
        """What it is for."""

    @property
    def everything(self) -> bool:
        """Whether it sees the whole company."""

    @property
    def named(self) -> bool:
        """Whether it sees single agents."""

    @property
    def agent(self) -> str:
        """The agent it is of."""

    @property
    def limits(self) -> Sequence[Pair]:
        """What it is limited to."""


@dataclass(frozen=True, slots=True)
class Register:
    """The values the data knows, by dimension; `agents` are those of the agents asked about of whom it knows anything."""

    values: Mapping[str, tuple[str, ...]]
    names: Mapping[Pair, str] = field(default_factory=dict)
    agents: frozenset[str] = frozenset()

    def unknown(self, given: Given) -> list[Pair]:
        """What an account was given that nothing bears."""
        if given.role == Role.AGENT:
            return [("agent", given.agent)] if given.agent and given.agent not in self.agents else []
        return [] if given.everything else [pair for pair in given.limits if pair[1] not in self.values.get(pair[0], ())]

    def blind(self, given: Given) -> bool:
        """Whether an account sees nothing: it was given nothing, or nothing of what one of its dimensions is limited to is there."""
        unknown = set(self.unknown(given))
        if given.role == Role.AGENT:
            return not given.agent or bool(unknown)
        if given.everything:
            return False
        limited = {name for name, _ in given.limits}
        return not limited or any(all(pair in unknown for pair in given.limits if pair[0] == name) for name in limited)


def register_of(store: Store, agents: Iterable[str] = ()) -> Register:
    """What a store knows."""
    found: dict[str, list[str]] = {name: [] for name in SCOPE_DIMENSIONS}
    for row in store.rows(load("register.known")):
        found[str(row["dimension"])].append(str(row["value"]))
    wanted = sorted({each for each in agents if each})
    known = [str(row["agent"]) for row in store.rows(load("register.agents"), {"agents": wanted})] if wanted else []
    return Register({name: tuple(values) for name, values in found.items()}, standing.names(store), frozenset(known))


def words(parser: argparse.ArgumentParser) -> None:
    """What may be said after `apogee scopes`."""
    parser.add_argument("agents", nargs="*", metavar="AGENT", help="say of these agents whether anything is known of them")
    parser.add_argument("--format", choices=("table", "json"), default="table")


def carry_out(store: Store, arguments: argparse.Namespace, out: TextIO) -> int:
    """Print what the data knows, as --scope writes it, with its name."""
    found = register_of(store, arguments.agents)
    pairs = [(name, value) for name in SCOPE_DIMENSIONS for value in found.values[name]]
    if arguments.format == "json":
        told = [{"dimension": name, "id": value, "name": found.names.get((name, value), "")} for name, value in pairs]
        print(json.dumps({"values": told, "agents": sorted(found.agents)}, ensure_ascii=False), file=out)
        return 0
    for name, value in [*pairs, *(("agent", each) for each in sorted(found.agents))]:
        print(f"{f'{name}={value}':<32} {found.names.get((name, value), '')}".rstrip(), file=out)
    return 0


def known_by(place: Where, agents: Sequence[str]) -> Register:
    """What the data of a place knows, asked of the running server where that holds it."""
    remote = place.running()
    if remote is None:
        return register_of(place.store, agents)
    asked = json.dumps({"words": ["scopes", "--format", "json", "--", *agents], "folder": "."}).encode()
    told = json.loads(remote.ask("/api/v1/command", asked, "application/json")["out"])
    values: dict[str, list[str]] = {}
    for each in told["values"]:
        values.setdefault(each["dimension"], []).append(each["id"])
    return Register({name: tuple(some) for name, some in values.items()}, {}, frozenset(told["agents"]))


Known = Callable[[Sequence[str]], Register]
