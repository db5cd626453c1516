"""How Vaubrun works across channels, day by day: what maturity is computed from, and the level planted in each dimension.

Everything here has a stream of chance of its own: the contacts of the company do not depend on it.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from ingest.simulation.calendar import HOUR, MINUTE, Day
from ingest.simulation.chance import Chance
from ingest.simulation.customer import Customers
from ingest.simulation.governance import Governance
from ingest.simulation.register import MODELS, PRODUCTS, STOCKED, TRIGGERS, brand_of_product
from ingest.simulation.retailer import HOUSE, PILOT_STORES, STORES, brand_of, brand_of_store
from ingest.simulation.trade import Trade
from ingest.simulation.world import World

DAY = 24 * HOUR
PLANTED = {"journeys": 2, "governance": 2, "performance": 3, "attribution": 1, "pricing": 1, "logistics": 1, "data": 2}
CREDIT_DAYS = 24  # the ledger of credits was begun so many days ago
ACCURATE, PARITY, WARNED = 0.91, 0.91, 0.45
RULES = ("accueil", "relance-panier", "suggestion")


class Practice:
    """What the company does beside answering and selling."""

    def __init__(self, world: World, customers: Customers, trade: Trade, last: date, seed: int) -> None:
        self.world, self.customers, self.trade, self.last = world, customers, trade, last
        self.chance = Chance(seed * 7919 + 17)
        self.governance = Governance(world, last)
        self.pilot = False
        self._agreed: set[str] = set()
        self._refused: set[str] = set()
        self._named: set[int] = set()
        self._stock: dict[tuple[str, str], int] = {}
        self._given: dict[str, list[dict[str, Any]]] = {}  # what was credited for an order
        trade.practice = self

    def of_the_day(self, day: Day, share: float) -> None:
        """Plan the day: the night's feeds at 5:30, messages and answers over the day."""
        w = self.world
        self.governance.of_the_day(day)
        w.at(day.at(330), self._feeds, day)
        for _ in range(round(26 * share) or 1):
            w.at(day.at(540 + 600 * self.chance.unit()), self._trigger, None)
        for moment in ("livraison", "retrait", "magasin"):
            w.at(day.at(600 + 500 * self.chance.unit()), self._answer, moment)
        if day.weekday == 0:
            for model in MODELS:
                w.at(day.at(300), self._scored, model)
        if day.date.day == 1:
            w.at(day.at(310), self._checked, day)

    # ---- customers

    def consent(self, subject: str) -> bool:
        """Whether a customer may be written to; asked the first time, remembered afterwards."""
        if subject in self._refused:
            return False
        if subject not in self._agreed:
            self._agreed.add(subject)
            brand = brand_of(subject)
            self.world.say("customer.consent", "crm", subject, {"consent": "granted", "purpose": "marketing", "brand": brand})
            if self.chance.unit() < 0.3:
                preferred = "email" if self.chance.unit() < 0.8 else "sms"
                self.world.say("customer.profile", "crm", subject, {"preferred_channel": preferred, "brand": brand})
        return True

    def refuse(self, subject: str) -> None:
        """Somebody asked not to be written to again."""
        self._refused.add(subject)
        self.world.say("customer.consent", "crm", subject, {"consent": "refused", "purpose": "marketing", "brand": brand_of(subject)})

    def visit(self, subject: str) -> None:
        """A visit to the site: most see something chosen for them; one in ten is held out."""
        u = self.chance.unit()
        if u < 0.66:
            arm = "control" if u > 0.6 else "treated"
            data: dict[str, Any] = {"channel": "web", "rule": RULES[int(u * 100) % 3], "arm": arm, "brand": brand_of(subject)}
            if u < 0.2 or u > 0.63:  # half of those held out are so by a model
                data["model"] = MODELS[int(u * 1000) % 2]
            self.world.say("personalisation.decided", "crm", subject, data)

    def _trigger(self, _: object) -> None:
        """An event of one customer sends a message, or is held out; some of those written to buy for it."""
        w, u = self.world, self.chance.unit()
        person = self._person()
        rule = TRIGGERS[int(u * 6)]
        subject = f"customer/{self.customers.identity(person, 'web')}"
        if not self.consent(subject):
            return
        if rule != "anniversaire" and self.chance.unit() < 0.25:
            w.say("solicitation.withheld", "crm", subject, {"rule": rule, "brand": brand_of(subject)})
            return
        channel = "email" if self.chance.unit() < 0.8 else "sms"
        w.say("solicitation.sent", "crm", subject, {"channel": channel, "rule": rule, "brand": brand_of(subject)})
        if self.chance.unit() < 0.24:
            w.at(w.now + round(self.chance.unit() * 5 * DAY) + HOUR, self._bought, person)

    def _person(self) -> int:
        """Anybody, alike: those who come often would buy anyway."""
        return int(self.chance.unit() * 36_000)

    def _bought(self, person: int) -> None:
        self.trade.buy("web", "web", collect=False, person=person)

    def _answer(self, moment: str) -> None:
        """One answer at a key moment, about a recent contact."""
        if self.customers.recent:
            subject = self.customers.recent[int(self.chance.unit() * len(self.customers.recent))]
            score = 1 + int(self.chance.unit() * 5)
            self.world.say("feedback.given", "satisfaction", subject, {"instrument": "ces", "scale": 5, "score": score, "moment": moment})

    # ---- orders

    def ordered(self, name: str, channel: str, cents: int, person: int, promised: int | None) -> None:
        """What goes with an order: who the buyer is, who helped, who is credited; `promised` is given for one that will be late."""
        w, chance = self.world, self.chance
        subject, customer = f"order/{name}", self.customers.identity(person, channel)
        brand = brand_of(customer)
        if person not in self._named and chance.unit() < 0.85:
            self._named.add(person)
            w.say("customer.identified", "crm", f"customer/{customer}", {"brand": brand})
        helped = chance.unit() < 0.06
        parties = [] if not helped else ["seller", "e_seller"] if chance.unit() < 0.5 else ["seller"]
        for party in parties:
            named = {"agent": f"{party[0]}{person % 40:02d}"} if chance.unit() < 0.86 else {}
            w.say("order.assisted", "boutique", subject, {"party": party, "brand": brand, **named})
        if (self.last - w.day.date).days < CREDIT_DAYS:
            self._credit(name, person, cents, parties if len(parties) > 1 and chance.unit() < 0.8 else [channel])
        if person % 19 == 7:
            self._redeem(subject, channel, person)
        if promised is not None:
            w.at(promised, self._late, (subject, brand))

    def _redeem(self, subject: str, channel: str, person: int) -> None:
        """A promotion was used; of a third nobody noted in which store."""
        data = {"promotion": f"p{self.world.day.date.toordinal() // 10}", "channel": channel, "brand": brand_of(f"{person:05d}")}
        if person % 3:
            data["site"] = tuple(STORES)[person % len(STORES)]
        self.world.say("order.redeemed", "commandes", subject, data)

    def _credit(self, name: str, person: int, cents: int, parties: list[str]) -> None:
        """Who is credited; one in some hundred and fifty is disputed on the next day, and settled some days or weeks later."""
        w, brand = self.world, brand_of(f"{person:05d}")
        if person % 151 == 0:
            disputed = ("credit.disputed", f"credit/{name}-0", {"order": name, "brand": brand})
            w.at(w.now + DAY, self._told, disputed)
            w.at(w.now + (3 + person // 151 % 30) * DAY, self._told, ("credit.settled", *disputed[1:]))
        left = cents
        for place, party in enumerate(parties):
            part = left if place == len(parties) - 1 else cents // len(parties)
            left -= part
            data = {"order": name, "amount": part / 100, "party": party, "brand": brand}
            w.say("credit.given", "compta", f"credit/{name}-{place}", data)
            self._given.setdefault(name, []).append(data)

    def taken_back(self, name: str) -> None:
        """An order was cancelled or paid back: so is what was credited for it, share by share."""
        for place, data in enumerate(self._given.pop(name, [])):
            self.world.say("credit.given", "compta", f"credit/{name}-{place}-back", {**data, "amount": -data["amount"]})

    def _told(self, planned: tuple[str, str, dict[str, str]]) -> None:
        self.world.say(planned[0], "compta", planned[1], dict(planned[2]))

    def _late(self, order: tuple[str, str]) -> None:
        """The promise passes: the carrier says so; some customers are told within minutes."""
        self.world.say("order.delayed", "commandes", order[0], {"brand": order[1]})
        if self.chance.unit() < WARNED:
            self.world.at(self.world.now + round((1 + 3 * self.chance.unit()) * MINUTE), self._warn, order)

    def forgotten(self, person: int) -> bool:
        """Whether somebody does not come for what lies ready."""
        return person % 23 == 4

    def waits(self, subject: str, person: int) -> None:
        """Half of those who do not come are reminded on the fifth day."""
        if self.forgotten(person) and person % 46 == 4:
            self.world.at(self.world.now + 5 * DAY, self._warn, (subject, brand_of(f"{person:05d}")))

    def _warn(self, order: tuple[str, str]) -> None:
        self.world.say("order.warned", "crm", order[0], {"channel": "sms", "brand": order[1]})

    # ---- the night's feeds

    def _feeds(self, day: Day) -> None:
        if not self.pilot or day.weekday == 0:
            self._prices()
            self._stocks(day)

    def _prices(self) -> None:
        """Prices of every product on the web and in store: some differ, a few of these as listed exceptions."""
        for place, product in enumerate(PRODUCTS):
            price = 100 + (place * 137) % 800
            u = self.chance.unit()
            for channel in ("web", "store"):
                less = 10 if channel == "store" and u > PARITY else 0
                brand = brand_of_product(product)
                data: dict[str, Any] = {"product": product, "channel": channel, "price": price - less, "brand": brand}
                if u > 0.97:
                    data["listed"] = True
                self.world.say("offer.priced", "commandes", f"offer/{product}-{channel}", data)

    def _stocks(self, day: Day) -> None:
        """The stock of each store, what the site shows of it, and a few counts."""
        w, chance = self.world, self.chance
        pairs = [(store, product) for store in (PILOT_STORES if self.pilot else STORES) for product in STOCKED]
        for store, product in pairs:
            quantity = self._stock[store, product] = max(0, int(chance.unit() * 14) - 2)
            data = {"product": product, "site": store, "quantity": quantity, "brand": brand_of_store(store)}
            w.say("offer.stocked", "commandes", f"offer/{product}-{store}", data)
        for place, (store, product) in enumerate(pairs):
            if (place * 7) % 12 and (place + day.date.toordinal()) % 2:  # one in twelve never, the others every second day
                quantity = self._stock[store, product]
                data = {"product": product, "site": store, "channel": "web", "available": quantity > 0, "quantity": quantity,
                        "age_s": round(600 + 3200 * chance.unit()), "brand": brand_of_store(store)}  # fmt: skip
                w.say("offer.shown", "web", f"offer/{product}-{store}", data)
                if chance.unit() < 0.2:
                    w.at(w.now + 5 * HOUR, self._counted, (store, product, quantity))

    def _counted(self, planned: tuple[str, str, int]) -> None:
        store, product, quantity = planned
        right = self.chance.unit() < ACCURATE
        found = quantity if right else (0 if quantity else 1 + int(self.chance.unit() * 4))
        data = {"product": product, "site": store, "quantity": found, "brand": brand_of_store(store)}
        self.world.say("offer.counted", "commandes", f"offer/{product}-{store}", data)

    def _scored(self, model: str) -> None:
        """The week's run of a model."""
        self.world.say("model.scored", "crm", f"model/{model}", {"eligible": 24_000, "scored": 21_200, "flagged": 410, "brand": HOUSE})

    def _checked(self, day: Day) -> None:
        """Once a month: pairs of records looked at by hand, and the models tested on later data."""
        for pair in range(100):
            verdict = "duplicate" if pair == 0 else "distinct"
            self.world.say("identity.labelled", "crm", f"identity/{day.key[:7]}-{pair:03d}", {"verdict": verdict, "brand": HOUSE})
        for model in MODELS:
            data = {"auc": 0.68, "positives": 60, "negatives": 300, "calibration_error": 0.04, "brand": HOUSE}
            self.world.say("model.tested", "crm", f"model/{model}", data)
