"""Who is there to answer: the agents of each team now, counted by what they do.

Agents are told apart to be counted (somebody at work on a contact is not free, whatever state he declared) and then forgotten: a board
holds numbers of teams, never a name or an id. Whoever may not see single agents is not told how few do what (`metrics.small`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from metrics.small import LEAST, held

ALL = ""


@dataclass(frozen=True, slots=True)
class Working:
    """What one agent has in hand of one queue: `contacts` of them."""

    channel: str
    queue: str
    team: str
    agent: str
    contacts: int


@dataclass(frozen=True, slots=True)
class Present:
    """One agent who is signed in, and whether he is ready in one channel at least."""

    team: str
    agent: str
    ready: bool


@dataclass(frozen=True, slots=True)
class Crew:
    """The agents of one team. Each present agent is in exactly one of busy, ready and away.

    busy     at work on a contact, whatever else he declared
    ready    not at work, and ready in one channel at least
    away     neither: on a break, at a meal, in training, or signed in without a state
    contacts what the team has in hand
    told     whether presence is known; otherwise only those at work are
    held     whether its numbers are held back: too few people, or what would tell of too few
    """

    team: str
    name: str
    busy: int
    ready: int
    away: int
    contacts: int
    told: bool = True
    held: bool = False

    @property
    def present(self) -> int:
        """All of them."""
        return self.busy + self.ready + self.away


def crews(
    working: Iterable[Working], present: Iterable[Present] | None, teams: Iterable[str], names: Mapping[tuple[str, str], str]
) -> tuple[Crew, ...]:
    """The crew of each of `teams` and of every other team with somebody there, by name; first of all the crew of all together (ALL).

    `present` is None where presence is not known. An agent who is signed in under two teams at once, or at work for another, is counted
    once, where he signed in (the first of several by their ids).
    """
    at_work, contacts = set[str](), dict[str, int]()
    home = dict[str, str]()
    for each in sorted(present or (), key=lambda one: one.team):
        home.setdefault(each.agent, each.team)
    for stretch in sorted(working, key=lambda one: one.team):
        if stretch.agent and stretch.contacts:
            at_work.add(stretch.agent)
            contacts[stretch.agent] = contacts.get(stretch.agent, 0) + stretch.contacts
            home.setdefault(stretch.agent, stretch.team)
    ready = {each.agent for each in present or () if each.ready} - at_work
    told = present is not None
    listed = sorted({*teams, *home.values()}, key=lambda team: (team == "", names.get(("team", team), team)))
    found = [_crew(team, names, [one for one in home if home[one] == team], at_work, ready, contacts, told=told) for team in listed]
    return _crew(ALL, names, list(home), at_work, ready, contacts, told=told), *found


def hidden(found: tuple[Crew, ...]) -> tuple[Crew, ...]:
    """The same crews for whoever may not see single agents: those of too few people held back, and as many others as the total needs."""
    sizes = [crew.present for crew in found]
    small = held([(team,) for team in range(1, len(found))], sizes[1:], apart=True)
    few = {1 + at for at in small} | ({0} if 0 < sizes[0] < LEAST else set())
    return tuple(Crew(crew.team, crew.name, 0, 0, 0, 0, crew.told, held=True) if at in few else crew for at, crew in enumerate(found))


def _crew(
    team: str,
    names: Mapping[tuple[str, str], str],
    agents: list[str],
    at_work: set[str],
    ready: set[str],
    contacts: Mapping[str, int],
    *,
    told: bool,
) -> Crew:
    busy, free = sum(one in at_work for one in agents), sum(one in ready for one in agents)
    in_hand = sum(contacts.get(one, 0) for one in agents)
    return Crew(team, names.get(("team", team), team), busy, free, len(agents) - busy - free, in_hand, told)
