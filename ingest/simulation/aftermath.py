"""What follows a contact: its closing, ratings, escalations, call-backs, another try, another channel, another contact days later."""

from __future__ import annotations

from collections.abc import Callable

from ingest.simulation.calendar import HOUR, MINUTE
from ingest.simulation.chance import WIDE
from ingest.simulation.customer import Customers
from ingest.simulation.floor import CLOSED, Contact, Stint
from ingest.simulation.opening import Opening
from ingest.simulation.retailer import QUEUES, QueueSpec
from ingest.simulation.world import World

SPEC: dict[str, QueueSpec] = {spec.id: spec for spec in QUEUES}
ESCALATE = {"sav": (0.12, "atelier"), "livraison": (0.10, "transporteur"), "réclamation": (0.20, "direction"),
            "facturation": (0.10, "comptabilité"), "commande": (0.06, "entrepôt"), "conseil": (0.06, "magasin")}  # fmt: skip
ANSWER_RATE = {"voice": 0.12, "video": 0.3, "chat": 0.2, "messaging": 0.16, "email": 0.1, "app": 0.16, "web": 0.08, "sms": 0.1}
# The wait, in seconds, that costs a tenth of the satisfied customers.
TOLERATED_S = {"voice": 75, "video": 120, "chat": 90, "messaging": 1500, "app": 1500, "sms": 1500}
SWITCH = {"voice": "livraison-chat", "chat": "commandes-voix", "video": "conseil-voix"}


class Aftermath:
    """Consequences. `arrive` is given by the company: how a new contact of a queue is received."""

    def __init__(self, world: World, customers: Customers, opening: Opening) -> None:
        self.world, self.customers, self.opening = world, customers, opening
        self.arrive: Callable[[Contact], None]

    def count(self, contact: Contact, what: str) -> None:
        """One more transfer, escalation or reopening of the interaction."""
        setattr(contact.row, what, getattr(contact.row, what) + 1)

    def close(self, contact: Contact, outcome: str) -> None:
        """The interaction is over."""
        contact.state = CLOSED
        self.world.say("interaction.closed", contact.source, contact.subject, {"outcome": outcome, "motive": contact.motive})

    def escalate(self, contact: Contact, stint: Stint) -> None:
        """About one contact in ten needs somebody outside the centre."""
        share, whom = ESCALATE.get(contact.motive.split("/")[0], (0.04, "magasin"))
        if self.world.chance.unit() < share:
            self.count(contact, "escalations")
            self.world.say("interaction.escalated", contact.source, contact.subject, {**stint.data, "to": whom})

    def served(self, contact: Contact, stint: Stint) -> None:
        """After an agent's service: perhaps a rating, perhaps another contact days later, sometimes a classification."""
        w, chance = self.world, self.world.chance
        u = chance.unit()
        if u < ANSWER_RATE.get(contact.channel, 0.05):
            w.at(w.now + chance.spread(14 * MINUTE, WIDE), self.rate, contact)
        elif u > 0.955:
            w.at(w.now + chance.spread(30 * HOUR), self.follow_up, contact)
        elif u > 0.93:
            w.at(w.now + chance.spread(26 * HOUR), self.recommend, contact)
        elif u > 0.84:
            data = {
                "motive": contact.motive, "priority": 1 + int(chance.unit() * 4), "skill": contact.spec.team,
                "preferred_agent": stint.agent.id, "promised_at": w.stamp(w.now + 48 * HOUR),
            }  # fmt: skip
            w.say("interaction.classified", contact.source, contact.subject, data)

    def rate(self, contact: Contact) -> None:
        """Satisfaction out of five just after; waiting, being passed on and a broken delivery all cost."""
        w, chance = self.world, self.world.chance
        tolerated = TOLERATED_S.get(contact.channel, 36_000) * 1000
        happy = 0.84 - 0.10 * min(contact.waited / tolerated, 4) - 0.10 * contact.transfers
        happy -= 0.25 if contact.motive.endswith("où est ma commande") else 0.0
        u = chance.unit()
        score = (5 if u < 0.62 else 4) if chance.unit() < happy else 3 if u < 0.42 else 1 if u < 0.72 else 2
        row = w.tally.row(contact.channel, contact.first, w.day.key)
        row.ratings_csat += 1
        row.csat_top += score >= 4
        data = {"instrument": "csat", "scale": 5, "score": score, "moment": "après contact"}
        w.say("feedback.given", "satisfaction", contact.subject, data)

    def recommend(self, contact: Contact) -> None:
        """Recommendation out of ten the day after."""
        w, u = self.world, self.world.chance.unit()
        score = 9 + int(u * 40) % 2 if u < 0.47 else 7 + int(u * 40) % 2 if u < 0.78 else int((u - 0.78) * 31.8)
        row = w.tally.row(contact.channel, contact.first, w.day.key)
        row.ratings_nps += 1
        row.nps_promoters += score >= 9
        row.nps_detractors += score <= 6
        w.say("feedback.given", "satisfaction", contact.subject, {"instrument": "nps", "scale": 10, "score": score, "moment": "lendemain"})

    # ---- again

    def gave_up(self, contact: Contact) -> None:
        """Who abandoned tries again soon, or somewhere else, or not."""
        w, u = self.world, self.world.chance.unit()
        if u < 0.34:
            w.at(w.now + w.chance.spread(9 * MINUTE, WIDE), self.again, (contact, contact.spec.id, ""))
        elif u < 0.46:
            w.at(w.now + w.chance.spread(3 * MINUTE), self.again, (contact, SWITCH.get(contact.channel, "commandes-mail"), "switch"))

    def follow_up(self, contact: Contact) -> None:
        """The same matter comes up again, often by another channel."""
        other = self.world.chance.pick(("commandes-mail", contact.spec.id, contact.spec.id, "livraison-msg", "sav-voix"))
        self.again((contact, other, "follow_up"))

    def again(self, planned: tuple[Contact, str, str]) -> None:
        """A new interaction of the same person about the same case, linked to the first unless it is just another try."""
        before, queue, relation = planned
        w = self.world
        spec = SPEC[queue]
        if spec.id == "rappel":
            spec = SPEC["commandes-voix"]
        if not self.opening.is_open(spec.calendar, w.day, w.now) and spec.calendar in {"voix", "conseil", "chat"}:
            spec = SPEC["livraison-msg"]
        contact = self.customers.contact(spec, person=before.person, case=before.case, motive=before.motive)
        if relation:
            data = {"to": before.id, "relation": relation}
            w.say("interaction.linked", contact.source, contact.subject, data)
        self.arrive(contact)

    def call_back(self, contact: Contact) -> None:
        """Call the customer back when the lines are open: a new outbound interaction in the queue `rappel`."""
        w = self.world
        due = self.opening.next("voix", w.day, w.now)
        if due > w.now:
            w.at(due + w.chance.spread(25 * MINUTE), self.call_back, contact)
            return
        again = self.customers.contact(
            SPEC["rappel"], person=contact.person, case=contact.case, motive=contact.motive, mode="callback", direction="outbound"
        )
        w.say("interaction.linked", again.source, again.subject, {"to": contact.id, "relation": "callback"})
        self.arrive(again)
