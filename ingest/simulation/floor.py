"""The floor: queues, who can take what, rings, acceptance, phases of work. Nothing here knows what is talked about.

Capacity: one voice or video contact and nothing beside, or up to three chats beside one written contact. A written contact is put
aside (parked) while its agent is on the phone.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

from ingest.simulation.calendar import Day, day_at
from ingest.simulation.retailer import CHAT, LIVE, WRITTEN, AgentSpec, QueueSpec
from ingest.simulation.tally import Load, Row
from ingest.simulation.world import World

MOST_CHATS = 3
_BUSY = frozenset({"talk", "hold", "wrap"})
NEW, WAITING, RINGING, ACTIVE, PARKED, CLOSED = range(6)


_BLANK = Row()  # until a contact has its own row


class Queue:
    """A queue at work: who waits, who can take from it, its row of today."""

    __slots__ = ("agents", "id", "kind", "row", "spec", "waiting")

    def __init__(self, spec: QueueSpec) -> None:
        self.spec, self.id, self.kind = spec, spec.id, spec.kind
        self.waiting: deque[Contact] = deque()
        self.agents: list[Agent] = []
        self.row = _BLANK


class Contact:
    """One interaction. `spec` is where it was meant to go, `first` the first queue it entered.

    `visit` numbers its stays, so that what was planned for an earlier one finds out.
    """

    __slots__ = (
        "asked", "case", "channel", "chased", "customer", "entered", "first", "id", "last_in", "left", "mode", "motive", "person",
        "queue", "reopens", "replied", "row", "source", "spec", "started", "state", "stay", "stint", "stints", "subject", "token",
        "transfers", "turns", "visit", "waited",
    )  # fmt: skip

    def __init__(self, name: str, spec: QueueSpec, person: int, customer: str, motive: str) -> None:
        self.id, self.subject = name, f"interaction/{name}"
        self.spec, self.channel, self.source = spec, spec.channel, spec.source
        self.person, self.customer, self.motive = person, customer, motive
        self.state = NEW
        self.case = self.mode = self.last_in = self.first = ""
        self.stint: Stint | None = None
        self.queue: Queue | None = None
        self.row = self.stay = _BLANK
        self.asked = self.entered = self.started = self.left = self.token = 0
        self.stints = self.visit = self.transfers = self.turns = self.waited = self.reopens = 0
        self.replied = self.chased = False


class Agent:
    """An agent: presence, what they have in hand, what waits for them personally.

    `skills` are the queues they are rung from, first choice first; `desk` the written ones, taken oldest first.
    """

    __slots__ = (
        "away", "chats", "desk", "domains", "id", "idle", "letter", "load", "on", "pace", "pending", "pending_for", "plan", "said",
        "skills", "spec", "team", "todo", "voice",
    )  # fmt: skip

    def __init__(self, spec: AgentSpec, pace: float) -> None:
        self.spec, self.id, self.team, self.pace = spec, spec.id, spec.team, pace
        self.on = self.voice = False
        self.away = self.pending = ""
        self.chats = self.idle = self.pending_for = 0
        self.letter: Stint | None = None
        self.load = Load()
        self.skills: list[Queue] = []
        self.desk: list[Queue] = []
        self.domains: tuple[str, ...] = ()
        self.said: dict[str, tuple[str, int]] = {}
        self.plan: deque[tuple[int, str, int]] = deque()
        self.todo: deque[Contact] = deque()

    def can(self, kind: int) -> bool:
        """Whether one more contact of this kind may be offered."""
        if not self.on or self.away or self.pending or self.voice:
            return False
        if kind == LIVE:
            return self.chats == 0
        if kind == CHAT:
            return self.chats < MOST_CHATS
        return self.letter is None and self.chats <= 1


class Stint:
    """One agent's part in one contact: its phase ('' when none) since when, and what is left to do when it was put aside."""

    __slots__ = ("agent", "base", "channel", "contact", "data", "due", "id", "phase", "queue", "rest", "role", "since", "source", "token")

    def __init__(self, contact: Contact, agent: Agent, role: str) -> None:
        assert contact.queue is not None
        contact.stints += 1
        self.id = f"{contact.id}/{contact.stints}"
        self.contact, self.agent, self.role = contact, agent, role
        self.channel, self.source, self.queue = contact.channel, contact.source, contact.queue
        self.phase = ""
        self.since = self.due = self.rest = self.token = 0
        self.base = self.queue.row
        self.data: dict[str, Any] = {"stint": self.id, "agent": agent.id}


class Floor:
    """Queues and agents together. `begin`, `resume` and `park` are given by the company: what acceptance starts, per kind of queue."""

    def __init__(self, world: World, queues: dict[str, Queue], agents: list[Agent]) -> None:
        self.world, self.queues, self.agents = world, queues, agents
        self.busy: dict[Stint, None] = {}
        self.begin: list[Callable[[Stint], None]] = []
        self.resume: list[Callable[[Contact, Agent], None]] = []
        self.shelve: Callable[[Stint], None] = _nothing
        self.unshelve: Callable[[Stint], None] = _nothing
        self.rest: Callable[[Agent], None] = _nothing

    # ---- queues

    def enter(self, contact: Contact, queue: Queue) -> None:
        """The contact begins to wait; somebody free is rung at once."""
        w = self.world
        contact.queue, contact.state, contact.entered = queue, WAITING, w.now
        contact.visit += 1
        if not contact.first:
            contact.first = queue.id
            contact.row.contacts -= 1
            if contact.started >= w.day.start:
                contact.row = queue.row
            else:
                contact.row = w.tally.row(contact.channel, queue.id, day_at(contact.started).key)
            contact.row.contacts += 1
        contact.stay = stay = queue.row
        stay.offered += 1
        w.say("interaction.entered_queue", contact.source, contact.subject, {"queue": queue.id})
        agent = self.find(queue)
        if agent is None or queue.waiting:
            queue.waiting.append(contact)
            if agent is not None:
                self.dispatch(agent)
        else:
            self.offer(contact, agent)

    def leave(self, contact: Contact, reason: str) -> None:
        """The contact stops waiting. Unless answered, a phone that rings for it falls silent."""
        w, stay, queue = self.world, contact.stay, contact.queue
        assert queue is not None
        wait = w.now - contact.entered
        contact.waited += wait
        if reason == "answered":
            stay.answered += 1
            stay.wait_ms += wait
            stay.answered_in_20s += wait <= 20_000
        elif reason == "abandoned":
            stay.abandoned += 1
            stay.short_abandons += wait <= 5_000
        else:
            name = "left_" + reason
            setattr(stay, name, getattr(stay, name) + 1)
        w.say("interaction.left_queue", contact.source, contact.subject, {"queue": queue.id, "reason": reason})
        stint, ringing = contact.stint, contact.state == RINGING
        contact.state = NEW
        contact.visit += 1
        if reason != "answered":
            if ringing and stint is not None:
                contact.stint = None
                w.say("interaction.released", contact.source, contact.subject, dict(stint.data))
                self.phase(stint, "")
                self.free(stint)
            elif contact in queue.waiting:
                queue.waiting.remove(contact)

    def find(self, queue: Queue) -> Agent | None:
        """Who is rung: of those who can, the least laden, then the longest idle."""
        best: Agent | None = None
        least = (9, 0)
        kind = queue.kind
        for agent in queue.agents:
            if agent.on and not agent.voice and agent.can(kind):
                load = (agent.chats + (agent.letter is not None), agent.idle)
                if best is None or load < least:
                    best, least = agent, load
        return best

    # ---- offers

    def reserve(self, agent: Agent, kind: int, stint: Stint) -> None:
        """Take the agent's capacity for this kind."""
        if kind == LIVE:
            agent.voice = True
        elif kind == CHAT:
            agent.chats += 1
        else:
            agent.letter = stint

    def offer(self, contact: Contact, agent: Agent) -> None:
        """Ring the agent; what is written is simply taken."""
        w, queue = self.world, contact.queue
        assert queue is not None
        stint = Stint(contact, agent, "primary")
        contact.stint = stint
        self.reserve(agent, queue.kind, stint)
        if queue.kind == WRITTEN:
            self.accept(stint)
            return
        contact.state = RINGING
        self.ring(stint)
        u = w.chance.unit()
        if u < 0.022:
            w.at(w.now + 20_000, self.missed, (stint, contact.visit, "missed"))
        elif u < 0.030:
            w.at(w.now + w.chance.between(1500, 6000), self.missed, (stint, contact.visit, "declined"))
        else:
            w.at(w.now + w.chance.spread(4600 if queue.kind == LIVE else 7000), self.taken, (stint, contact.visit))

    def ring(self, stint: Stint) -> None:
        """The agent's phone rings."""
        w, contact = self.world, stint.contact
        stint.base.rang += 1
        w.say("interaction.rang", stint.source, contact.subject, {**stint.data, "queue": stint.queue.id})
        self.phase(stint, "ring")

    def missed(self, planned: tuple[Stint, int, str]) -> None:
        """Rang out, or refused: the contact goes back to the head of its queue, the agent is out of the way for a moment."""
        stint, visit, what = planned
        contact, agent, w = stint.contact, stint.agent, self.world
        if contact.visit != visit:
            return
        assert contact.queue is not None
        setattr(stint.base, what, getattr(stint.base, what) + 1)
        w.say(f"interaction.{what}", contact.source, contact.subject, dict(stint.data))
        self.phase(stint, "")
        contact.stint, contact.state = None, WAITING
        contact.queue.waiting.appendleft(contact)
        if what == "missed" and not agent.pending:
            agent.pending, agent.pending_for = "injoignable", w.chance.between(45_000, 110_000)
        self.free(stint)
        other = self.find(contact.queue)
        if other is not None:
            self.dispatch(other)

    def taken(self, planned: tuple[Stint, int]) -> None:
        """The agent picks up, if the customer is still there."""
        stint, visit = planned
        if stint.contact.visit == visit:
            self.accept(stint)

    def accept(self, stint: Stint) -> None:
        """The stay ends answered and the talk begins."""
        contact, agent, w = stint.contact, stint.agent, self.world
        if contact.state in {WAITING, RINGING}:
            self.leave(contact, "answered")
        contact.state = ACTIVE
        contact.stint = stint
        assert contact.queue is not None
        kind = contact.queue.kind
        stint.queue.row.handled += 1
        if kind == LIVE and agent.letter is not None:
            self.shelve(agent.letter)
        w.say("interaction.accepted", contact.source, contact.subject, {**stint.data, "queue": stint.queue.id})
        self.phase(stint, "talk")
        self.begin[kind](stint)

    # ---- work

    def phase(self, stint: Stint, phase: str) -> None:
        """Set the phase of a stint ('' ends it) and book the one before."""
        was, now = stint.phase, self.world.now
        if was:
            self.book(stint, was, now - stint.since)
        if phase in _BUSY:
            if was not in _BUSY:
                stint.agent.load.change(stint.channel, 1, now)
        elif was in _BUSY:
            stint.agent.load.change(stint.channel, -1, now)
        stint.phase, stint.since = phase, now
        if phase:
            self.busy[stint] = None
        elif was:
            del self.busy[stint]

    def book(self, stint: Stint, phase: str, ms: int) -> None:
        """Book time in a phase: in the queue's row of today, and on the agent's page unless it only rang."""
        row = stint.queue.row
        if phase == "ring":
            row.ring_ms += ms
            return
        work = stint.agent.load.book.work.get(stint.channel)
        if work is None:
            work = stint.agent.load.book.work[stint.channel] = [0, 0, 0]
        if phase == "talk":
            if stint.role == "monitor":
                row.monitor_ms += ms
            else:
                row.talk_ms += ms
            work[0] += ms
        elif phase == "hold":
            row.hold_ms += ms
            work[1] += ms
        else:
            row.wrap_ms += ms
            work[2] += ms

    def settle(self) -> None:
        """Book what is still going on up to now; nothing else changes."""
        world = self.world
        tally, now, day = world.tally, world.now, world.day.key
        for stint in self.busy:
            self.book(stint, stint.phase, now - stint.since)
            stint.since = now
        for agent in self.agents:
            agent.load.pass_time(now)
            for domain, (state, since) in agent.said.items():
                tally.be(agent.id, day, domain, state, now - since)
                agent.said[domain] = (state, now)
        tally.now = now

    def turn(self, day: Day) -> None:
        """Midnight in Paris: settle the day that ends and begin the pages of the new one."""
        self.settle()
        self.world.day = day
        tally = self.world.tally
        for queue in self.queues.values():
            queue.row = tally.row(queue.spec.channel, queue.id, day.key)
        for agent in self.agents:
            tally.page(agent.id, agent.load, day.key)

    def do(self, stint: Stint, what: str, phase: str, **more: Any) -> None:
        """Say something of a stint and set its phase."""
        contact = stint.contact
        self.world.say(f"interaction.{what}", stint.source, contact.subject, {**stint.data, **more})
        self.phase(stint, phase)

    def free(self, stint: Stint) -> None:
        """Give the agent's capacity back, and find them something to do."""
        agent, queue = stint.agent, stint.contact.queue
        kind = queue.kind if queue else stint.contact.spec.kind
        if stint.role != "primary" or kind == LIVE:
            agent.voice = False
        elif kind == CHAT:
            agent.chats -= 1
        else:
            agent.letter = None
        agent.idle = self.world.now
        self.dispatch(agent)

    def dispatch(self, agent: Agent) -> None:
        """Give the agent what comes first: their break, what is theirs, then the queues they are rung from, then the oldest letter."""
        if agent.pending:
            if not agent.voice and not agent.chats:
                self.rest(agent)
            return
        if not agent.on or agent.away:
            return
        todo = agent.todo
        for _ in range(len(todo) if todo else 0):
            contact = todo.popleft()
            assert contact.queue is not None
            if agent.can(contact.queue.kind):
                self.resume[contact.queue.kind](contact, agent)
            else:
                todo.append(contact)
        for queue in agent.skills:
            if queue.waiting:
                while queue.waiting and agent.can(queue.kind):
                    self.offer(queue.waiting.popleft(), agent)
        if agent.can(WRITTEN):
            desk = [queue for queue in agent.desk if queue.waiting]
            if desk:
                oldest = min(desk, key=_entered)
                self.offer(oldest.waiting.popleft(), agent)
        letter = agent.letter
        if letter is not None and not letter.phase and not agent.voice:
            self.unshelve(letter)


def _entered(queue: Queue) -> int:
    return queue.waiting[0].entered


def _nothing(_: Any) -> None:
    """Until the company is put together."""
