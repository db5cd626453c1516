"""Chat, messaging, text messages and the app: a bot first at times, then exchanges, quick in a chat, with long silences elsewhere."""

from __future__ import annotations

from ingest.simulation.aftermath import Aftermath
from ingest.simulation.calendar import HOUR, MINUTE
from ingest.simulation.chance import NARROW, WIDE
from ingest.simulation.floor import ACTIVE, PARKED, RINGING, WAITING, Agent, Contact, Floor, Stint
from ingest.simulation.letter import reply
from ingest.simulation.world import World

PATIENCE_S = 300
BOT_FIRST = {"chat": 0.34, "messaging": 0.26, "app": 0.4}


class Conversation:
    """The script of the channels where several contacts run at once."""

    def __init__(self, world: World, floor: Floor, aftermath: Aftermath) -> None:
        self.world, self.floor, self.aftermath = world, floor, aftermath

    def arrive(self, contact: Contact) -> None:
        """The customer writes; the bot answers first for those who came in by it."""
        w = self.world
        self.writes(contact)
        if contact.mode == "bot":
            w.at(w.now + w.chance.between(1200, 3500), self.bot, contact)
        else:
            self.wait(contact)

    def writes(self, contact: Contact) -> None:
        """A message of the customer."""
        contact.last_in = self.world.name("m")
        if not contact.asked:
            contact.asked = self.world.now
        self.world.say("interaction.message", contact.source, contact.subject, {"author": "customer", "message": contact.last_in})

    def bot(self, contact: Contact) -> None:
        """The bot's answer: enough for two in five, the others are handed to people."""
        w = self.world
        data = {"author": "bot", "message": w.name("m"), "in_reply_to": contact.last_in, "automatic": True}
        w.say("interaction.message", contact.source, contact.subject, data)
        helped = w.chance.unit() < 0.42 or not self.open(contact)
        w.at(w.now + w.chance.spread(45_000), self.contained if helped else self.hand_off, contact)

    def open(self, contact: Contact) -> bool:
        """Whether people answer this queue now."""
        w = self.world
        return self.aftermath.opening.is_open(contact.spec.calendar, w.day, w.now)

    def contained(self, contact: Contact) -> None:
        """The bot was enough."""
        self.aftermath.close(contact, "résolu par le bot")

    def hand_off(self, contact: Contact) -> None:
        """From the bot to people."""
        self.world.say("interaction.handed_off", contact.source, contact.subject, {})
        self.wait(contact)

    def wait(self, contact: Contact) -> None:
        """In the queue; who chats is impatient, who writes a message is not."""
        w, floor = self.world, self.floor
        floor.enter(contact, floor.queues[contact.spec.id])
        if contact.state in {WAITING, RINGING}:
            mean = PATIENCE_S if contact.channel == "chat" else 20_000
            w.at(w.now + w.chance.wait(mean * 1000) + 3000, self.give_up, (contact, contact.visit))

    def give_up(self, planned: tuple[Contact, int]) -> None:
        """Too long: gone, or passed to the other team's queue while there is time."""
        contact, visit = planned
        if contact.visit != visit or contact.state not in {WAITING, RINGING}:
            return
        floor = self.floor
        if contact.channel == "chat" and contact.state == WAITING and not contact.chased and self.world.chance.unit() < 0.3:
            target = "livraison-chat" if contact.spec.id != "livraison-chat" else "commandes-chat"
            floor.leave(contact, "overflow")
            contact.chased = True
            floor.enter(contact, floor.queues[target])
            self.world.at(self.world.now + self.world.chance.wait(PATIENCE_S * 1000), self.give_up, (contact, contact.visit))
            return
        reason = "abandoned" if contact.channel == "chat" else "timeout"
        floor.leave(contact, reason)
        self.aftermath.close(contact, reason)
        if reason == "abandoned":
            self.aftermath.gave_up(contact)

    # ---- exchanges

    def begin(self, stint: Stint) -> None:
        """The agent reads what was written."""
        contact, chance = stint.contact, self.world.chance
        if contact.channel == "chat":
            contact.turns = 2 + (chance.unit() < 0.6) + (chance.unit() < 0.4)
        else:
            contact.turns = 1 + (chance.unit() < 0.55) + (chance.unit() < 0.3)
        self.compose(stint, 0.6)

    def compose(self, stint: Stint, share: float = 1.0) -> None:
        """The agent's answer takes longer the more conversations they hold."""
        agent, contact, w = stint.agent, stint.contact, self.world
        mean = (contact.queue.spec if contact.queue else contact.spec).talk_s * share
        stretch = 1 + 0.28 * (agent.chats - 1 + (agent.letter is not None and bool(agent.letter.phase)))
        w.at(w.now + w.chance.spread(mean * 1000 * agent.pace * stretch), self.answer, stint)

    def answer(self, stint: Stint) -> None:
        """The agent's message; then the customer's turn, or the end."""
        contact, w = stint.contact, self.world
        data = {**stint.data, "author": "agent", "message": w.name("m"), "in_reply_to": contact.last_in}
        w.say("interaction.message", stint.source, contact.subject, data)
        reply(contact, w.now)
        contact.turns -= 1
        if contact.channel == "chat":
            if contact.turns > 0:
                w.at(w.now + w.chance.spread(122_000), self.answered_back, stint)
            else:
                w.at(w.now + w.chance.spread(25_000, NARROW), self.end, stint)
        elif contact.turns > 0:
            self.floor.do(stint, "parked", "")
            contact.state = PARKED
            w.at(w.now + w.chance.spread(22 * MINUTE, WIDE), self.comes_back, contact)
            self.floor.free(stint)
        else:
            self.end(stint)

    def answered_back(self, stint: Stint) -> None:
        """The customer's next message in a chat; one in forty has gone."""
        if self.world.chance.unit() < 0.025:
            self.end(stint, "inactif")
            return
        self.writes(stint.contact)
        self.compose(stint)

    def comes_back(self, contact: Contact) -> None:
        """Minutes or hours later the customer goes on: with the same agent when there, else with whoever is."""
        stint, w = contact.stint, self.world
        assert stint is not None
        assert contact.queue is not None
        if w.chance.unit() < 0.12:
            self.aftermath.close(contact, "inactif")
            return
        self.writes(contact)
        agent = stint.agent
        if agent.on and not agent.away and agent.pending != "off":
            agent.todo.append(contact)
            self.floor.dispatch(agent)
        else:
            self.floor.enter(contact, contact.queue)
            w.at(w.now + w.chance.wait(9 * HOUR), self.give_up, (contact, contact.visit))

    def resume(self, contact: Contact, agent: Agent) -> None:
        """The agent takes it up again."""
        stint = contact.stint
        assert stint is not None
        contact.state = ACTIVE
        agent.chats += 1
        self.floor.do(stint, "unparked", "talk")
        self.compose(stint)

    def end(self, stint: Stint, outcome: str = "") -> None:
        """The agent ends it; chats are written up."""
        contact, w = stint.contact, self.world
        self.aftermath.escalate(contact, stint)
        w.say("interaction.released", stint.source, contact.subject, dict(stint.data))
        self.aftermath.close(contact, outcome or ("résolu" if w.chance.unit() < 0.86 else "en suivi"))
        self.aftermath.served(contact, stint)
        contact.stint = None
        if contact.channel == "chat":
            self.floor.do(stint, "wrapup_started", "wrap")
            w.at(w.now + w.chance.spread(42_000), self.wrapped, stint)
        else:
            self.floor.phase(stint, "")
            self.floor.free(stint)

    def wrapped(self, stint: Stint) -> None:
        """After-chat work is done."""
        self.floor.do(stint, "wrapup_ended", "")
        self.floor.free(stint)
