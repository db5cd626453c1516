"""Who turns up when: arrivals of each day by queue, with weekly and yearly seasons, the day's own luck, and the planted incident."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from ingest.simulation.aftermath import SPEC
from ingest.simulation.calendar import Day, season
from ingest.simulation.chance import NORMAL
from ingest.simulation.conversation import BOT_FIRST
from ingest.simulation.customer import Customers
from ingest.simulation.floor import Contact
from ingest.simulation.opening import Opening
from ingest.simulation.retailer import CHAT, LIVE, PROFILES, QUEUES, WHERE_IS_MY_ORDER
from ingest.simulation.world import Handler, World

STEPS = 1024  # a profile is looked up by ten random bits
# During the incident parcels do not leave the warehouse: everybody asks where theirs is.
FLOOD = {
    "livraison-chat": 3.4, "commandes-chat": 1.7, "livraison-msg": 2.6, "livraison-app": 2.6, "livraison-sms": 2.2, "livraison-voix": 1.8,
    "commandes-mail": 3.2, "reclamations-mail": 2.0, "avis": 2.4,
}  # fmt: skip
SUNDAY = 0.75  # people write messages on Sundays and holidays nearly as on other days
AFTER = 0.35  # how much of the flood is left on the day after


def inverse(profile: tuple[float, ...]) -> tuple[float, ...]:
    """Minutes of the day at equal shares of the arrivals, straight lines between the hours."""
    total = sum(profile)
    minutes, hour, done = [], 0, 0.0
    for step in range(STEPS):
        wanted = total * (step + 0.5) / STEPS
        while done + profile[hour] < wanted:
            done += profile[hour]
            hour += 1
        minutes.append(60 * (hour + (wanted - done) / profile[hour]))
    return tuple(minutes)


INVERSE = {name: inverse(profile) for name, profile in PROFILES.items()}


class Demand:
    """Arrivals, drawn a day at a time at midnight. `others` are drawn by the trade: orders, store visits, sessions."""

    def __init__(self, world: World, customers: Customers, opening: Opening, incident: tuple[date, ...]) -> None:
        self.world, self.customers, self.opening, self.incident = world, customers, opening, incident
        self.arrive: Callable[[Contact], None]
        self._today: list[tuple[int, int, Handler, object]] = []
        self._next = 0

    def flood(self, day: Day, queue: str) -> float:
        """By how much the incident multiplies a queue's arrivals that day."""
        if queue not in FLOOD or not self.incident:
            return 1.0
        if day.date in self.incident:
            return FLOOD[queue]
        return 1 + (FLOOD[queue] - 1) * AFTER if (day.date - self.incident[-1]).days == 1 else 1.0

    def draw(self, day: Day, share: float, others: list[tuple[str, float, Handler]]) -> None:
        """Draw the day's arrivals: `share` of the company is there; others are (profile, mean, handler)."""
        chance = self.world.chance
        weight = season(day) * share * (1 + 0.05 * NORMAL[chance.bits(12)])
        today: list[tuple[int, int, Handler, object]] = []
        for spec in QUEUES:
            luck = 1 + 0.07 * NORMAL[chance.bits(12)]
            mean = spec.a_day * luck * (max(weight, SUNDAY * share) if spec.profile == "night" else weight)
            if spec.channel == "post" and (day.weekday == 6 or day.holiday):
                continue
            usual = chance.count(mean) if mean > 0 else 0
            extra = chance.count(spec.a_day * weight * (self.flood(day, spec.id) - 1))
            table = INVERSE[spec.profile]
            for i in range(usual + extra):
                moment = day.at(table[chance.bits(10)] + chance.unit() * 0.8)
                if spec.kind in {LIVE, CHAT} and spec.calendar != "continu" and not self.opening.is_open(spec.calendar, day, moment):
                    continue
                today.append((moment, len(today), self.start, (spec.id, WHERE_IS_MY_ORDER if i >= usual else "")))
        for profile, mean, handler in others:
            table = INVERSE[profile]
            for _ in range(chance.count(mean * weight)):
                today.append((day.at(table[chance.bits(10)] + chance.unit() * 0.8), len(today), handler, None))
        today.sort(key=lambda planned: planned[:2])
        self._today, self._next = today, 0
        if today:
            self.world.at(today[0][0], self.pop, None)

    def pop(self, _: object) -> None:
        """The next arrival of the day happens, and the one after it is awaited."""
        _, _, handler, subject = self._today[self._next]
        self._next += 1
        if self._next < len(self._today):
            self.world.at(self._today[self._next][0], self.pop, None)
        handler(subject)

    def start(self, planned: tuple[str, str]) -> None:
        """A customer opens a contact."""
        queue, motive = planned
        spec = SPEC[queue]
        share = BOT_FIRST.get(spec.channel, 0.0)
        mode = "bot" if share and self.world.chance.unit() < share else ""
        self.arrive(self.customers.contact(spec, motive=motive, mode=mode))
