"""A written contact: e-mail, web form, public review, letter, fax. It can be put aside, waits for days, and is chased when unanswered."""

from __future__ import annotations

from ingest.simulation.aftermath import Aftermath
from ingest.simulation.calendar import HOUR, MINUTE
from ingest.simulation.chance import NARROW, WIDE
from ingest.simulation.floor import ACTIVE, CLOSED, PARKED, WAITING, Agent, Contact, Floor, Stint
from ingest.simulation.world import World

PAPER = frozenset({"post", "fax"})


class Letter:
    """The script of the written channels."""

    def __init__(self, world: World, floor: Floor, aftermath: Aftermath) -> None:
        self.world, self.floor, self.aftermath = world, floor, aftermath

    def arrive(self, contact: Contact) -> None:
        """It comes in, is acknowledged by a robot one time in four, and waits; a few are first sorted into another queue."""
        w, floor = self.world, self.floor
        self.writes(contact)
        floor.enter(contact, floor.queues[contact.spec.id])
        u = w.chance.unit()
        if contact.channel == "email":
            if u < 0.25:
                data = {"author": "system", "message": w.name("m"), "in_reply_to": contact.last_in, "automatic": True}
                w.say("interaction.message", contact.source, contact.subject, data)
            elif u > 0.95:
                w.at(w.now + w.chance.spread(18 * MINUTE), self.sort, (contact, contact.visit))
            w.at(w.now + 24 * HOUR, self.chase, contact)

    def writes(self, contact: Contact) -> None:
        """A message of the customer."""
        contact.last_in = self.world.name("m")
        if not contact.asked:
            contact.asked = self.world.now
        self.world.say("interaction.message", contact.source, contact.subject, {"author": "customer", "message": contact.last_in})

    def sort(self, planned: tuple[Contact, int]) -> None:
        """It was in the wrong queue: moved before anybody opened it."""
        contact, visit = planned
        if contact.visit != visit or contact.state != WAITING:
            return
        target = "reclamations-mail" if contact.spec.id != "reclamations-mail" else "commandes-mail"
        self.floor.leave(contact, "transferred")
        contact.transfers += 1
        self.aftermath.count(contact, "transfers")
        self.floor.enter(contact, self.floor.queues[target])

    def chase(self, contact: Contact) -> None:
        """A day has passed without an answer: some write again, some open another e-mail, some call."""
        if contact.replied or contact.state == CLOSED or contact.chased:
            return
        contact.chased = True
        w, u = self.world, self.world.chance.unit()
        if u < 0.40:
            self.writes(contact)
        elif u < 0.52:
            self.aftermath.again((contact, contact.spec.id, "follow_up"))
        elif u < 0.68:
            w.at(w.now + w.chance.wait(2 * HOUR), self.aftermath.again, (contact, "commandes-voix", "switch"))

    # ---- work

    def begin(self, stint: Stint) -> None:
        """Somebody reads it. One in twenty needs something found out first."""
        w, contact = self.world, stint.contact
        mean = (contact.queue.spec if contact.queue else contact.spec).talk_s
        length = w.chance.spread(mean * 1000 * stint.agent.pace)
        if w.chance.unit() < 0.045 and not contact.reopens:
            w.at(w.now + length // 3, self.find_out, (stint, stint.token))
            stint.due = w.now + length // 3
        else:
            self.go_on(stint, length)

    def go_on(self, stint: Stint, left: int) -> None:
        """The answer will be ready when nothing comes between."""
        stint.due = self.world.now + left
        self.world.at(stint.due, self.send, (stint, stint.token))

    def find_out(self, planned: tuple[Stint, int]) -> None:
        """Put aside until a colleague elsewhere has answered: hours, sometimes the next day."""
        stint, token = planned
        if stint.token != token or not stint.phase:
            return
        w = self.world
        stint.token += 1
        self.floor.do(stint, "parked", "")
        stint.contact.state = PARKED
        w.at(w.now + w.chance.spread(7 * HOUR, WIDE), self.found_out, stint.contact)
        self.floor.free(stint)

    def found_out(self, contact: Contact) -> None:
        """The information is there: back to who had it, or to the queue when they are not at work."""
        stint = contact.stint
        assert stint is not None
        assert contact.queue is not None
        contact.reopens += 1
        if stint.agent.on:
            stint.agent.todo.append(contact)
            self.floor.dispatch(stint.agent)
        else:
            self.floor.enter(contact, contact.queue)

    def resume(self, contact: Contact, agent: Agent) -> None:
        """Take up again what is personally the agent's."""
        w, stint = self.world, contact.stint
        assert stint is not None
        assert contact.queue is not None
        contact.state = ACTIVE
        agent.letter = stint
        stint.queue.row.handled += contact.replied  # assigned again after its answer: this agent takes it now
        self.floor.do(stint, "opened" if contact.replied else "unparked", "talk")
        self.go_on(stint, w.chance.spread(contact.queue.spec.talk_s * 700 * agent.pace))

    def shelve(self, stint: Stint) -> None:
        """The phone, or a break, comes first."""
        if stint.phase == "wrap":
            self.wrapped(stint)
        if stint.phase != "talk":
            return
        stint.rest = max(stint.due - self.world.now, 1000)
        stint.token += 1
        self.floor.do(stint, "parked", "")

    def unshelve(self, stint: Stint) -> None:
        """Back to the text."""
        self.floor.do(stint, "unparked", "talk")
        self.go_on(stint, stint.rest)

    def send(self, planned: tuple[Stint, int]) -> None:
        """The answer goes out."""
        stint, token = planned
        if stint.token != token or not stint.phase:
            return
        w, contact = self.world, stint.contact
        stint.token += 1
        data = {**stint.data, "author": "agent", "message": w.name("m"), "in_reply_to": contact.last_in}
        w.say("interaction.message", stint.source, contact.subject, data)
        reply(contact, w.now)
        self.aftermath.escalate(contact, stint)
        w.say("interaction.released", stint.source, contact.subject, dict(stint.data))
        self.aftermath.close(contact, "résolu" if w.chance.unit() < 0.84 else "en suivi")
        if contact.reopens < 2:
            self.aftermath.served(contact, stint)
            if contact.channel != "email" or w.chance.unit() > 0.065:
                contact.stint = None
            else:
                w.at(w.now + w.chance.spread(22 * HOUR, WIDE), self.reopen, contact)
        if contact.channel in PAPER or w.chance.unit() < 0.35:
            self.floor.do(stint, "wrapup_started", "wrap")
            w.at(w.now + w.chance.spread(45_000, NARROW), self.wrapped, stint)
        else:
            self.floor.phase(stint, "")
            self.floor.free(stint)

    def wrapped(self, stint: Stint) -> None:
        """Filed, at the latest when the phone comes."""
        if stint.phase == "wrap":
            self.floor.do(stint, "wrapup_ended", "")
            self.floor.free(stint)

    def reopen(self, contact: Contact) -> None:
        """The customer answers the answer: it is given to the same agent when at work, else it waits again."""
        stint, w = contact.stint, self.world
        assert stint is not None
        assert contact.queue is not None
        contact.reopens += 1
        self.aftermath.count(contact, "reopens")
        w.say("interaction.reopened", contact.source, contact.subject, {})
        self.writes(contact)
        agent = stint.agent
        if agent.on:
            again = Stint(contact, agent, "primary")
            contact.stint, contact.state = again, PARKED
            w.say("interaction.assigned", contact.source, contact.subject, {**again.data, "queue": again.queue.id})
            agent.todo.append(contact)
            self.floor.dispatch(agent)
        else:
            self.floor.enter(contact, contact.queue)


def reply(contact: Contact, now: int) -> None:
    """The first human answer to the first message counts once."""
    if contact.asked and not contact.replied:
        contact.replied = True
        contact.row.first_responses += 1
        contact.row.first_response_ms += now - contact.asked
