"""The customers: one person may hold a store card, a web account, or both until the two are merged; and the contacts they open."""

from __future__ import annotations

from collections import deque

from ingest.simulation.floor import Contact
from ingest.simulation.retailer import QueueSpec, brand_of
from ingest.simulation.world import World

PEOPLE = 36_000
BY_CARD = frozenset({"voice", "store", "kiosk", "post", "fax", "field"})
DEVICES = {
    "web": ("ordinateur", "mobile", "mobile", "tablette"),
    "chat": ("mobile", "ordinateur"),
    "app": ("mobile",),
    "messaging": ("mobile",),
}
SEGMENTS = ("standard", "standard", "standard", "argent", "argent", "or")
LANGUAGES = ("fr", "fr", "fr", "fr", "fr", "fr", "fr", "fr", "fr", "en", "fr", "nl")
RECENT = 2500
ASKED = 200  # of the latest contacts, those who may be asked what they thought
JOURNEYS = {"commande": "buy", "conseil": "buy", "fidélité": "care", "facturation": "care"}
_PROFILES: tuple[dict[str, str], ...] = tuple(
    {
        "customer_type": "professionnel" if person % 11 == 0 else "particulier", "segment": SEGMENTS[person % 6],
        "language": LANGUAGES[person % 12],
    }
    for person in range(132)
)  # fmt: skip


class Customers:
    """Who turns up, under which of their identities, about which order."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.orders: deque[tuple[str, int]] = deque(maxlen=RECENT)
        self.recent: deque[str] = deque(maxlen=ASKED)
        self.merged: set[int] = set()
        self.known: set[int] = set()

    def person(self) -> int:
        """One of the customers; some come much more often than others."""
        u = self.world.chance.unit()
        return int(PEOPLE * u * u)

    def identity(self, person: int, channel: str) -> str:
        """The id a channel knows the person by: the card at the counter and on the phone, the account elsewhere."""
        kind = person % 3
        card = kind == 0 or (kind == 2 and channel in BY_CARD)
        return f"k{person:05d}" if card else f"w{person:05d}"

    def meet(self, person: int, customer: str) -> None:
        """A person's first appearance gives their profile; somebody with two identities is recognised sooner or later."""
        w = self.world
        if person not in self.known:
            self.known.add(person)
            w.say("customer.identified", "crm", f"customer/{customer}", {"brand": brand_of(customer), **_PROFILES[person % 132]})
        elif person % 3 == 2 and person not in self.merged and w.chance.unit() < 0.08:
            self.merged.add(person)
            w.say("customer.merged", "crm", f"customer/k{person:05d}", {"into": f"w{person:05d}", "brand": brand_of(customer)})

    def contact(self, spec: QueueSpec, *, person: int | None = None, case: str = "", motive: str = "", mode: str = "",
                direction: str = "inbound") -> Contact:  # fmt: skip
        """A new interaction, said to have started; counted as a contact without a queue until it enters one."""
        w = self.world
        chance = w.chance
        if person is None:
            if self.orders and chance.unit() < 0.45:
                case, person = self.orders[int(chance.unit() * len(self.orders))]
            else:
                person = self.person()
        customer = self.identity(person, spec.channel)
        if not motive:
            motive = chance.pick(spec.motives)
        contact = Contact(w.name(spec.channel[0]), spec, person, customer, motive)
        contact.case, contact.mode, contact.started = case, mode, w.now
        data = {
            "channel": spec.channel, "direction": direction, "customer": customer, "brand": brand_of(customer), **_PROFILES[person % 132],
            "journey_type": JOURNEYS.get(motive.partition("/")[0], "help"),
        }  # fmt: skip
        if mode:
            data["mode"] = mode
        if case:
            data["case"] = case
        devices = DEVICES.get(spec.channel)
        if devices:
            data["device"] = devices[person % len(devices)]
        contact.row = w.tally.row(spec.channel, "", w.day.key)
        contact.row.contacts += 1
        self.recent.append(contact.subject)
        w.say("interaction.started", spec.source, contact.subject, data)
        if chance.unit() < 0.3:
            self.meet(person, customer)
        return contact
