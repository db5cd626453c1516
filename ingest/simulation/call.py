"""A telephone or video contact: talk, hold, consultation, conference, transfer, wrap-up, callbacks, and what follows giving up."""

from __future__ import annotations

from ingest.simulation.aftermath import Aftermath
from ingest.simulation.calendar import MINUTE
from ingest.simulation.chance import NARROW, WIDE
from ingest.simulation.floor import RINGING, WAITING, Agent, Contact, Floor, Stint
from ingest.simulation.retailer import LIVE
from ingest.simulation.world import World

PATIENCE_S = 265
TRANSFER_TO = {
    "commandes-voix": "sav-voix", "livraison-voix": "commandes-voix", "sav-voix": "livraison-voix", "conseil-voix": "commandes-voix",
    "fidelite-voix": "commandes-voix", "rappel": "sav-voix",
}  # fmt: skip


class Call:
    """The script of the phone. A call's course is drawn when it is answered and unfolds by itself."""

    def __init__(self, world: World, floor: Floor, aftermath: Aftermath) -> None:
        self.world, self.floor, self.aftermath = world, floor, aftermath

    def arrive(self, contact: Contact) -> None:
        """The customer has passed the voice menu and waits."""
        queue = self.floor.queues[contact.spec.id]
        self.floor.enter(contact, queue)
        self.lose_patience(contact)

    def lose_patience(self, contact: Contact) -> None:
        """Draw how long the customer will wait; one in sixteen hangs up at once, on second thoughts."""
        if contact.state not in {WAITING, RINGING}:
            return
        w = self.world
        if contact.mode == "callback":
            return
        u = w.chance.unit()
        patience = w.chance.between(800, 9000) if u < 0.028 else w.chance.wait(PATIENCE_S * 1000) + 8000
        w.at(w.now + patience, self.give_up, (contact, contact.visit))

    def give_up(self, planned: tuple[Contact, int]) -> None:
        """Patience is over: hang up, accept to be called back, or leave a voice message."""
        contact, visit = planned
        if contact.visit != visit or contact.state not in {WAITING, RINGING}:
            return
        w = self.world
        u = w.chance.unit()
        waited = w.now - contact.entered
        reason = "abandoned"
        if waited > 40_000 and contact.channel == "voice":
            reason = "callback" if u < 0.24 else "voicemail" if u < 0.29 else "abandoned"
        self.floor.leave(contact, reason)
        self.aftermath.close(contact, reason)
        if reason in {"callback", "voicemail"}:
            w.at(w.now + w.chance.spread(35 * MINUTE, WIDE) + 5 * MINUTE, self.aftermath.call_back, contact)
        else:
            self.aftermath.gave_up(contact)

    def shut(self, queue_id: str) -> None:
        """Closing time: who still waits hears that the line is closed."""
        queue = self.floor.queues[queue_id]
        for contact in list(queue.waiting):
            self.floor.leave(contact, "closed")
            self.aftermath.close(contact, "closed")

    def break_down(self, _: object) -> None:
        """The telephone platform restarts: who waited is cut off by the system, and most call again."""
        for queue in self.floor.queues.values():
            if queue.spec.channel == "voice":
                for contact in list(queue.waiting):
                    self.floor.leave(contact, "system")
                    self.aftermath.close(contact, "coupure")
                    self.aftermath.gave_up(contact)

    # ---- talk

    def begin(self, stint: Stint) -> None:
        """The agent said hello: draw the course of the call."""
        w, contact = self.world, stint.contact
        mean = contact.queue.spec.talk_s if contact.queue else contact.spec.talk_s
        talk = w.chance.spread(mean * 1000 * stint.agent.pace * (0.6 if contact.transfers else 1.0))
        u = w.chance.unit()
        if contact.channel == "voice" and u < 0.055 and contact.transfers < 2:
            w.at(w.now + int(talk * 0.45), self.transfer, stint)
        elif u < 0.095:
            w.at(w.now + int(talk * 0.5), self.consult, (stint, talk // 2, "consult" if u < 0.087 else "conference"))
        elif u < 0.235:
            w.at(w.now + int(talk * 0.4), self.hold, (stint, int(talk * 0.6)))
        else:
            w.at(w.now + talk, self.end, stint)
        if u > 0.994:
            self.second(stint, "monitor", min(talk, 150_000))

    def hold(self, planned: tuple[Stint, int]) -> None:
        """The customer is put on hold."""
        stint, _ = planned
        self.floor.do(stint, "held", "hold", reason="recherche", by="agent")
        self.world.at(self.world.now + self.world.chance.spread(52_000), self.resume, planned)

    def resume(self, planned: tuple[Stint, int]) -> None:
        """And taken back."""
        stint, left = planned
        self.floor.do(stint, "resumed", "talk")
        self.world.at(self.world.now + left, self.end, stint)

    def consult(self, planned: tuple[Stint, int, str]) -> None:
        """Ask a colleague: aside while the customer holds, or in conference with them."""
        stint, left, role = planned
        length = self.world.chance.spread(60_000, NARROW) if role == "consult" else left
        if not self.second(stint, role, length):
            self.world.at(self.world.now + left, self.end, stint)
        elif role == "consult":
            self.floor.do(stint, "held", "hold", reason="consultation", by="agent")
            self.world.at(self.world.now + length + 6000, self.resume, (stint, left))
        else:
            self.world.at(self.world.now + length + 4000, self.end, stint)

    def second(self, stint: Stint, role: str, length: int) -> bool:
        """Find a free colleague of the team for a role beside the first agent's; False when nobody is."""
        colleague = self.colleague(stint.agent)
        if colleague is None:
            return False
        w, contact = self.world, stint.contact
        other = Stint(contact, colleague, role)
        self.floor.reserve(colleague, LIVE, other)
        if colleague.letter is not None:
            self.floor.shelve(colleague.letter)
        if role != "monitor":
            self.floor.ring(other)
        w.at(w.now + (0 if role == "monitor" else 3000), self.join, (other, length))
        return True

    def join(self, planned: tuple[Stint, int]) -> None:
        """The colleague is on the line."""
        other, length = planned
        other.queue.row.handled += other.role != "monitor"
        self.floor.do(other, "accepted", "talk", role=other.role, queue=other.queue.id)
        self.world.at(self.world.now + max(length - 3000, 1000), self.depart, other)

    def depart(self, other: Stint) -> None:
        """And leaves it."""
        self.floor.do(other, "released", "")
        self.floor.free(other)

    def colleague(self, agent: Agent) -> Agent | None:
        """Somebody of the same team with nobody on the line."""
        for other in self.floor.agents:
            if other is not agent and other.team == agent.team and other.can(LIVE):
                return other
        return None

    def transfer(self, stint: Stint) -> None:
        """Hand the call over: to a colleague by name one time in four, else to another queue."""
        w, contact = self.world, stint.contact
        colleague = self.colleague(stint.agent) if w.chance.unit() < 0.25 else None
        target = TRANSFER_TO.get(contact.queue.id if contact.queue else "", "commandes-voix")
        to = f"agent/{colleague.id}" if colleague else f"queue/{target}"
        self.aftermath.count(contact, "transfers")
        contact.transfers += 1
        w.say("interaction.linked", contact.source, contact.subject, {**stint.data, "relation": "transfer", "to": to})
        self.wrap(stint)
        if colleague is not None:
            other = Stint(contact, colleague, "primary")
            self.floor.reserve(colleague, LIVE, other)
            self.floor.ring(other)
            w.at(w.now + 4200, self.floor.accept, other)
        else:
            queue = self.floor.queues[target]
            self.floor.enter(contact, queue)
            self.lose_patience(contact)

    # ---- the end

    def end(self, stint: Stint) -> None:
        """The call is over; the agent writes it up."""
        contact = stint.contact
        if contact.mode == "callback" and self.world.chance.unit() < 0.12:
            outcome = "injoint"
        else:
            outcome = "résolu" if self.world.chance.unit() < 0.86 else "en suivi"
        self.aftermath.escalate(contact, stint)
        self.wrap(stint)
        contact.stint = None  # no cycle is left behind: what is over is freed at once
        self.aftermath.close(contact, outcome)
        self.aftermath.served(contact, stint)

    def wrap(self, stint: Stint) -> None:
        """The talk ends, the after-call work begins."""
        self.world.say("interaction.released", stint.source, stint.contact.subject, dict(stint.data))
        self.floor.do(stint, "wrapup_started", "wrap")
        self.world.at(self.world.now + self.world.chance.spread(45_000), self.wrapped, stint)

    def wrapped(self, stint: Stint) -> None:
        """After-call work is done."""
        self.floor.do(stint, "wrapup_ended", "")
        self.floor.free(stint)
