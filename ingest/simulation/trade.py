"""The shop: orders and their fate, visits to the stores and kiosks, technicians, sessions on the web, campaigns, appointments, costs."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from ingest.simulation.aftermath import Aftermath
from ingest.simulation.calendar import HOUR, MINUTE, Day, day_of
from ingest.simulation.chance import MIDDLE, NARROW, WIDE
from ingest.simulation.customer import Customers
from ingest.simulation.floor import Contact
from ingest.simulation.retailer import HOUSE, LIVE, PILOT_STORES, SISTER_STORES, STORES, QueueSpec, brand_of
from ingest.simulation.world import Handler, World

if TYPE_CHECKING:
    from ingest.simulation.practice import Practice

DAY = 24 * HOUR
COUNTER = QueueSpec(
    "", "Comptoir", "store", LIVE, "", "", "", "boutique", 0, 0, "store", ("conseil/produit", "sav/panne", "commande/retrait")
)
KIOSK = QueueSpec("", "Borne", "kiosk", LIVE, "", "", "", "boutique", 0, 0, "store", ("commande/disponibilité", "fidélité/points"))
TECHNICIAN = QueueSpec("", "Technicien", "field", LIVE, "", "", "", "terrain", 0, 0, "store", ("sav/réparation", "sav/montage"))
LEADS = ("web", "store", "voice")
# Monthly costs of the whole company in euros: channel, site, category, amount.
COSTS = (
    ("voice", "lyon", "salaires", 29_660.0), ("voice", "nantes", "salaires", 10_730.0), ("voice", "lyon", "télécom", 2_480.0),
    ("chat", "lyon", "salaires", 5_980.0), ("chat", "nantes", "salaires", 4_970.0), ("chat", "nantes", "licences", 1_430.0),
    ("messaging", "nantes", "salaires", 8_930.0), ("messaging", "nantes", "licences", 890.0), ("email", "nantes", "salaires", 12_670.0),
    ("email", "nantes", "licences", 520.0), ("social", "nantes", "salaires", 2_090.0), ("web", "nantes", "salaires", 2_950.0),
    ("web", "nantes", "hébergement", 1_910.0), ("app", "nantes", "licences", 640.0), ("video", "nantes", "salaires", 1_660.0),
    ("sms", "nantes", "télécom", 460.0), ("post", "nantes", "affranchissement", 220.0), ("store", "lyon", "salaires", 16_200.0),
)  # fmt: skip


_PLACES = {
    (house, pilot): tuple(store for store in (PILOT_STORES if pilot else STORES) if house != (store in SISTER_STORES))
    for house in (True, False)
    for pilot in (True, False)
}


class Trade:
    """What the company lives on."""

    def __init__(self, world: World, customers: Customers, aftermath: Aftermath, incident: tuple[date, ...]) -> None:
        self.world, self.customers, self.aftermath = world, customers, aftermath
        self.pilot = False
        self.practice: Practice
        self.broken = (day_of(incident[0]).start, day_of(incident[-1]).end) if incident else ()

    def others(self) -> list[tuple[str, float, Handler]]:
        """(profile, mean of an ordinary day, handler) of what does not come by a queue."""
        return [
            ("web", 290, self.buy_web), ("store", 150, self.buy_store), ("voice", 29, self.buy_voice), ("store", 45, self.visit),
            ("store", 19, self.kiosk), ("voice", 6.5, self.field), ("web", 43, self.session), ("web", 25, self.touch),
            ("web", 5, self.lead), ("voice", 6, self.appointment),
        ]  # fmt: skip

    # ---- orders

    def buy_web(self, _: object) -> None:
        """An order on the web shop."""
        self.buy("web", "web", self.world.chance.unit() < 0.3)

    def buy_store(self, _: object) -> None:
        """An order in a store."""
        self.buy("store", "boutique", self.world.chance.unit() < 0.25)

    def buy_voice(self, _: object) -> None:
        """An order by telephone."""
        self.buy("voice", "commandes", collect=False)

    def store(self, brand: str) -> str:
        """One of the brand's stores that there are."""
        return self.world.chance.pick(_PLACES[brand == HOUSE, self.pilot])

    def buy(self, channel: str, source: str, collect: bool, person: int | None = None) -> None:
        """Place an order, and draw its fate: cancelled, collected or delivered, late, returned, refunded."""
        w, chance = self.world, self.world.chance
        person = self.customers.person() if person is None else person
        name = w.name("O")
        cents = chance.spread(26_000, WIDE) + 900
        promised = w.now + (2 * DAY if collect else chance.between(3, 8) * DAY)
        customer = self.customers.identity(person, channel)
        data = {
            "channel": channel, "customer": customer, "amount": cents / 100, "currency": "EUR", "brand": brand_of(customer),
            "promised_at": w.stamp(promised),
        }  # fmt: skip
        if collect or channel == "store":
            data["site"] = self.store(brand_of(customer))
        row = w.tally.row(channel, "", w.day.key)
        row.orders += 1
        row.order_cents += cents
        w.say("order.placed", source, f"order/{name}", data)
        self.customers.orders.append((name, person))
        u = chance.unit()
        if u < 0.03:
            w.at(w.now + chance.spread(20 * HOUR), self.fate, (name, "order.cancelled", person, 0))
        elif collect:
            w.at(promised - chance.between(2, 20) * HOUR, self.fate, (name, "order.ready", person, cents))
        else:
            late = chance.spread(40 * HOUR) if u > 0.91 else -chance.between(1, 20) * HOUR
            w.at(self.delayed(promised + late), self.fate, (name, "order.delivered", person, cents))
        self.practice.ordered(name, channel, cents, person, promised if u > 0.91 and not collect else None)
        if 0.03 <= u < 0.05:
            amended = {"amount": round(cents * 1.08) / 100}
            w.say("order.amended", source, f"order/{name}", amended)

    def delayed(self, due: int) -> int:
        """A delivery that falls on the incident waits until it is over."""
        if self.broken and self.broken[0] <= due < self.broken[1]:
            return due + 3 * DAY + self.world.chance.between(0, 20) * HOUR
        return due

    def fate(self, planned: tuple[str, str, int, int]) -> None:
        """The next thing that happens to an order."""
        name, what, person, cents = planned
        w, chance = self.world, self.world.chance
        subject = f"order/{name}"
        if what == "order.refunded":
            w.say(what, "compta", subject, {"amount": cents / 100})
            self.practice.taken_back(name)
            return
        if what == "order.collected" and self.practice.forgotten(person):
            w.at(w.now + 9 * DAY, self.collected, subject)
        else:
            w.say(what, "commandes", subject, {})
        if what == "order.ready":
            self.practice.waits(subject, person)
        if what == "order.cancelled":
            self.practice.taken_back(name)
        if what == "order.ready":
            w.at(w.now + chance.spread(30 * HOUR), self.fate, (name, "order.collected", person, cents))
        elif what in {"order.delivered", "order.collected"} and chance.unit() < 0.07:
            w.at(w.now + chance.spread(6 * DAY, NARROW), self.fate, (name, "order.returned", person, cents))
        elif what == "order.returned":
            w.at(w.now + chance.spread(3 * DAY), self.fate, (name, "order.refunded", person, cents))

    def collected(self, subject: str) -> None:
        """Somebody came for it after all."""
        self.world.say("order.collected", "commandes", subject, {})

    # ---- places without a queue

    def visit(self, _: object) -> None:
        """A question at a store's counter."""
        self.brief(COUNTER, 9 * MINUTE)

    def kiosk(self, _: object) -> None:
        """Self-service at a kiosk."""
        self.brief(KIOSK, 3 * MINUTE)

    def field(self, _: object) -> None:
        """A technician at the customer's."""
        self.brief(TECHNICIAN, 70 * MINUTE)

    def brief(self, spec: QueueSpec, length: int) -> None:
        """A contact outside the centre: it begins and ends."""
        contact = self.customers.contact(spec)
        self.world.at(self.world.now + self.world.chance.spread(length, MIDDLE), self.over, contact)

    def over(self, contact: Contact) -> None:
        """Done."""
        self.aftermath.close(contact, "résolu" if self.world.chance.unit() < 0.9 else "en suivi")

    # ---- marketing

    def _customer(self, channel: str) -> str:
        return f"customer/{self.customers.identity(self.customers.person(), channel)}"

    def session(self, _: object) -> None:
        """Self-service on the web site."""
        device = self.world.chance.pick(("mobile", "mobile", "ordinateur", "tablette"))
        subject = self._customer("web")
        self.world.say("session.visited", "web", subject, {"channel": "web", "device": device, "brand": brand_of(subject)})
        self.practice.visit(subject)

    def touch(self, _: object) -> None:
        """An advertisement seen."""
        channel = self.world.chance.pick(("web", "social", "app", "store"))
        subject = self._customer("web")
        self.world.say("touch.seen", "crm", subject, {"channel": channel, "brand": brand_of(subject)})

    def lead(self, _: object) -> None:
        """A quotation asked for."""
        channel = self.world.chance.pick(LEADS)
        subject = self._customer(channel)
        self.world.say("lead.opened", "crm", subject, {"channel": channel, "brand": brand_of(subject)})

    def appointment(self, _: object) -> None:
        """An appointment in a store or with a technician; most are kept."""
        channel = self.world.chance.pick(("store", "field", "video"))
        subject = self._customer("store")
        self.world.say("appointment.booked", "crm", subject, {"channel": channel, "brand": brand_of(subject)})
        if self.world.chance.unit() < 0.86:
            self.world.at(self.world.now + self.world.chance.spread(4 * DAY, NARROW), self.held, (subject, channel))

    def held(self, planned: tuple[str, str]) -> None:
        """The appointment took place."""
        self.world.say("appointment.held", "crm", planned[0], {"channel": planned[1], "brand": brand_of(planned[0])})

    def solicit(self, share: float) -> None:
        """One customer of a campaign is written to; a few click, fewer ask not to be."""
        del share
        w, u = self.world, self.world.chance.unit()
        subject = self._customer("web")
        if not self.practice.consent(subject):
            return
        w.say("solicitation.sent", "crm", subject, {"channel": "email" if u < 0.8 else "sms", "brand": brand_of(subject)})
        if u < 0.11:
            w.at(w.now + w.chance.spread(5 * HOUR, WIDE), self.reaction, (subject, "solicitation.clicked"))
        elif u > 0.985:
            w.at(w.now + w.chance.spread(5 * HOUR, WIDE), self.reaction, (subject, "solicitation.refused"))

    def reaction(self, planned: tuple[str, str]) -> None:
        """What the customer did with it."""
        self.world.say(planned[1], "crm", planned[0], {"channel": "email", "brand": brand_of(planned[0])})
        if planned[1] == "solicitation.refused":
            self.practice.refuse(planned[0])

    def of_the_day(self, day: Day, share: float) -> None:
        """What is planned at midnight: Tuesday's campaign, the month's costs, the week's prices."""
        w, chance = self.world, self.world.chance
        if day.weekday == 1:
            for _ in range(round(90 * share)):
                w.at(day.at(600 + 90 * chance.unit()), self.solicit, share)
        if day.date.day == 1:
            w.at(day.at(360), self.costs, share)
        if day.weekday == 0:
            w.at(day.at(300), self.offers, None)

    def costs(self, share: float) -> None:
        """The month's costs per channel and site."""
        for place, (channel, site, category, amount) in enumerate(COSTS):
            booked = round(amount * share * (0.96 + 0.08 * self.world.chance.unit()), 2)
            data = {"channel": channel, "site": site, "brand": HOUSE, "category": category, "amount": booked, "currency": "EUR"}
            self.world.say("cost.booked", "compta", f"cost/{self.world.day.key[:7]}-{place:02d}", data)

    def offers(self, _: object) -> None:
        """A few prices, promotions and stocks."""
        for product in ("canape-arvor", "lave-linge-l9", "bureau-iroise", "enceinte-m2"):
            price = 100 + self.world.chance.between(0, 900)
            self.world.say("offer.priced", "commandes", f"offer/{product}", {"price": price, "product": product})
            self.world.say(
                "offer.stocked", "commandes", f"offer/{product}", {"quantity": self.world.chance.between(0, 80), "product": product}
            )
