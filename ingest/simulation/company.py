"""The company put together, and its life from the first day on.

Vaubrun's history has two parts, as when a system is brought in for good: a pilot (Nantes, three stores, eight agents who take
everything, about a ninth of the contacts) and then the whole company, from the Monday before the month that the last month which is over
is compared with: a committee looks at two months that can be compared. A shorter history has no pilot.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from ingest.garbage import uncollected
from ingest.simulation.aftermath import Aftermath
from ingest.simulation.calendar import Day, day_at, day_of, instant, public_holidays
from ingest.simulation.call import Call
from ingest.simulation.conversation import Conversation
from ingest.simulation.customer import Customers
from ingest.simulation.demand import Demand
from ingest.simulation.floor import Agent, Contact, Floor, Queue
from ingest.simulation.letter import Letter
from ingest.simulation.opening import Opening
from ingest.simulation.practice import Practice
from ingest.simulation.retailer import LATER_HOURS, QUEUES, SKILLS, agent_reference, references, roster
from ingest.simulation.staff import Staff
from ingest.simulation.tally import Tally
from ingest.simulation.trade import Trade
from ingest.simulation.world import World

COMPANY = "k"  # in every id: a company that lives otherwise is another one, whose ids must never be met again in a store of the first
PILOT_SHARE = 0.11
BREAK_DOWNS = (9, 17)  # days of the month on which the telephone platform restarts in the morning
# Agents who change team: days before `until` (or a share of a short history), agent, new team.
MOVES = ((40, 0.7, "a07", "sav"), (26, 0.5, "a14", "commandes"), (12, 0.3, "a25", "relais"))
EVERYTHING = tuple(dict.fromkeys(queue for team in ("commandes", "conseil", "sav", "relais", "ecrit") for queue in SKILLS[team]))


class Simulation:
    """The demo company between its first midnight, `days` before `until`, and wherever it has been asked to go.

    The same (days, seed, until) gives the same events on every machine. `incident` names the two days on which nothing was delivered.
    """

    def __init__(self, days: int = 300, seed: int = 1, until: datetime | None = None) -> None:
        until = until or datetime.now(UTC)
        if until.tzinfo is None:
            raise ValueError("`until` must say its offset, as 2026-11-21T09:00:00Z does.")
        if not 1 <= days <= 3660:
            raise ValueError(f"`days` must be from 1 to 3660, not {days}.")
        self.days, self.seed, self.until = days, seed, instant(until)
        last = day_at(self.until).date
        first = day_of(last - timedelta(days=days))
        self.incident = _incident(first.date, last, days)
        self.roll_out = _roll_out(last)
        self.world = world = World(seed, first, f"{seed:x}.{first.date.toordinal():x}.{days:x}.{COMPANY}.")
        self._assemble(world)
        self._practice = Practice(world, self._customers, self._trade, last, seed)
        self._changes = [(last - timedelta(days=min(ago, int(days * part))), agent, team) for ago, part, agent, team in MOVES]
        self._later = last - timedelta(days=min(33, days // 2))
        world.at(first.start, self._first, first)

    def _assemble(self, world: World) -> None:
        self._queues = {spec.id: Queue(spec) for spec in QUEUES}
        self._everybody = [Agent(spec, 0.86 + 0.28 * world.chance.unit()) for spec in roster()]
        self._opening, self._customers = Opening(), Customers(world)
        self._floor = floor = Floor(world, self._queues, [])
        self._aftermath = Aftermath(world, self._customers, self._opening)
        self._call = Call(world, floor, self._aftermath)
        self._conversation = Conversation(world, floor, self._aftermath)
        self._letter = Letter(world, floor, self._aftermath)
        self._staff = Staff(world, floor)
        self._pilot = False
        self._demand = Demand(world, self._customers, self._opening, self.incident)
        self._trade = Trade(world, self._customers, self._aftermath, self.incident)
        self._scripts = (self._call.arrive, self._conversation.arrive, self._letter.arrive)
        floor.begin = [self._call.begin, self._conversation.begin, self._letter.begin]
        floor.resume = [self._letter.resume, self._conversation.resume, self._letter.resume]
        floor.shelve, floor.unshelve, floor.rest = self._letter.shelve, self._letter.unshelve, self._staff.rest
        self._aftermath.arrive = self._demand.arrive = self._arrive

    def _arrive(self, contact: Contact) -> None:
        self._scripts[contact.spec.kind](contact)

    # ---- days

    def _first(self, day: Day) -> None:
        """Say what exists, then begin the first day."""
        self._pilot = day.date < self.roll_out
        agents = [agent for agent in self._everybody if agent.spec.pilot or not self._pilot]
        years = range(day.date.year, day.date.year + 3)
        closed = sorted(holiday.isoformat() for year in years for holiday in public_holidays(year))
        for what in references(tuple(agent.spec for agent in agents), closed):
            self.world.say(what[0], "referentiel", what[1], what[2])
        for agent in agents:
            self._staff.skill(agent, EVERYTHING if self._pilot else SKILLS[agent.team])
        self._floor.agents = agents
        if self._pilot:
            self._staff.pilots.update(agent.id for agent in agents)
        self._midnight(day)

    def _midnight(self, day: Day) -> None:
        """A new Paris day: changes that begin today, the rota, the arrivals, closing times."""
        world = self.world
        self._floor.turn(day)
        world.at(day.end, self._midnight, day.next())
        if self._pilot and day.date >= self.roll_out:
            self._open_everywhere()
        for when, name, team in self._changes:
            agent = next((agent for agent in self._floor.agents if agent.id == name), None)
            if when == day.date and agent is not None and not self._pilot:
                self._staff.move(agent, team)
        if day.date == self._later:
            self._new_hours(day)
        share = PILOT_SHARE if self._pilot else 1.0
        self._trade.pilot = self._pilot
        self._staff.plan(day, self._floor.agents, self._pilot)
        self._demand.draw(day, share, self._trade.others())
        self._trade.of_the_day(day, share)
        self._practice.pilot = self._pilot
        self._practice.of_the_day(day, share)
        if day.date.day in BREAK_DOWNS:
            world.at(day.at(11 * 60 + 5), self._call.break_down, None)
        for queue in self._queues.values():
            if queue.spec.calendar in {"voix", "conseil", "chat"}:
                for _, closes in self._opening.spans(queue.spec.calendar, day):
                    world.at(closes + 90_000, self._call.shut, queue.id)

    def _open_everywhere(self) -> None:
        """The end of the pilot: everybody joins, each takes what their team takes."""
        self._pilot = False
        self._staff.pilots.clear()
        for agent in self._everybody:
            if agent not in self._floor.agents:
                kind, subject, data = agent_reference(agent.spec, agent.team)
                self.world.say(kind, "referentiel", subject, data)
            self._staff.skill(agent, SKILLS[agent.team])
        self._floor.agents = list(self._everybody)
        for agent in self._everybody:
            if not agent.spec.pilot:
                self.world.tally.page(agent.id, agent.load, self.world.day.key)

    def _new_hours(self, day: Day) -> None:
        """Advice opens at lunch time from today on."""
        closed = sorted(holiday.isoformat() for year in (day.date.year, day.date.year + 1) for holiday in public_holidays(year))
        for calendar, hours in LATER_HOURS.items():
            self._opening.later(calendar, hours)
            data = {"zone": "Europe/Paris", "hours": hours, "holidays": closed}
            self.world.say("reference.calendar", "referentiel", f"calendar/{calendar}", data)

    # ---- time

    @property
    def now(self) -> int:
        """How far the company has lived, in UTC milliseconds."""
        return self.world.now

    def advance(self, moment: int) -> list[dict[str, Any]]:
        """Live up to an instant (UTC milliseconds, exclusive) and give what happened, in time order."""
        world = self.world
        while not world.run(moment, 1 << 60):
            pass
        return self._take()

    def chunks(self, size: int = 20_000) -> Iterator[list[dict[str, Any]]]:
        """The history up to `until`, in time order, in lists of about `size` events."""
        done = False
        while not done:
            with uncollected():
                done = self.world.run(self.until, size)
            events = self._take()
            if events:
                yield events

    def _take(self) -> list[dict[str, Any]]:
        events = self.world.out[:]
        self.world.out.clear()
        return events

    @property
    def tally(self) -> Tally:
        """The exact count so far; what is going on is booked up to `now`."""
        self._floor.settle()
        return self.world.tally

    def waiting(self) -> dict[str, int]:
        """How many wait in each queue now, phones that ring included."""
        ringing = dict.fromkeys(self._queues, 0)
        for stint in self._floor.busy:
            if stint.phase == "ring" and stint.role == "primary" and stint.contact.state != 3:
                ringing[stint.queue.id] += 1
        return {name: len(queue.waiting) + ringing[name] for name, queue in self._queues.items()}

    def on_duty(self) -> int:
        """How many agents are signed in now."""
        return sum(1 for agent in self._floor.agents if agent.on)


def _roll_out(last: date) -> date:
    """The Monday on or before the first day of the second of the two months that are over by `last`."""
    over = last.replace(day=1) - timedelta(days=1)
    begun = (over.replace(day=1) - timedelta(days=1)).replace(day=1)
    return begun - timedelta(days=begun.weekday())


def _incident(first: date, last: date, days: int) -> tuple[date, date]:
    """Two working days near three weeks before the end, or near the middle of a short history."""
    wanted = last - timedelta(days=min(24, days // 2))
    near = sorted((wanted + timedelta(days=d) for d in range(-6, 7)), key=lambda day: abs((day - wanted).days))
    for day in near:
        after = day + timedelta(days=1)
        if first < day and after < last and day.weekday() in {1, 2} and not {day, after} & (public_holidays(day.year)):
            return day, after
    return wanted, wanted + timedelta(days=1)


def simulate(days: int = 300, seed: int = 1, until: datetime | None = None) -> Iterator[dict[str, Any]]:
    """The history of the company as CloudEvents in time order: `days` days up to `until` (default: now)."""
    for events in Simulation(days, seed, until).chunks():
        yield from events
