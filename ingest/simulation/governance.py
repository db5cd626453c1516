"""How Vaubrun is steered: registers kept, committees held, decisions and projects followed, promotions agreed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from ingest.simulation import register
from ingest.simulation.calendar import Day, day_of
from ingest.simulation.register import Said
from ingest.simulation.retailer import HOUSE
from ingest.simulation.world import World

SPONSORED, CLIENT_KPIS, WHOLE_TARGET = 205, 160, 130  # days before the end from which these are there
FIRST_ENDED = 250  # the first project ends so many days before the end, another one every forty days


class Governance:
    """The calendar of steering. Days are counted backwards from `last`, the day on which the history ends."""

    def __init__(self, world: World, last: date) -> None:
        self.world, self.last = world, last
        self._begun = False
        self._month = 0

    def of_the_day(self, day: Day) -> None:
        """What is planned for a day; the first day opens the registers."""
        w, ago = self.world, (self.last - day.date).days
        if not self._begun:
            self._begun = True
            self._say(register.first())
            self._targets(day, ago)
            if ago < SPONSORED:
                self._sponsor(None)
            if ago < CLIENT_KPIS:
                self._say(register.client_kpis())
        if ago == SPONSORED:
            w.at(day.at(600), self._sponsor, None)
        if ago == CLIENT_KPIS:
            w.at(day.at(610), self._say, register.client_kpis())
        if day.date.day == 1 or ago == WHOLE_TARGET:
            w.at(day.at(0), self._quarter, day)
        if day.date.day == 3:
            w.at(day.at(560), self._reports, day)
        if day.date.day == 9:
            w.at(day.at(540), self._committee, day)
        if ago % 40 == FIRST_ENDED % 40:
            w.at(day.at(620), self._project, day)
        if ago % 10 == 4:
            w.at(day.at(420), self._promotion, day)
        if day.date.day == 20:
            w.at(day.at(640), self._insight, day)

    def _tell(self, kind: str, source: str, subject: str, data: dict[str, Any]) -> None:
        """An event of steering: the house's, which steers both brands, unless the sister is named."""
        self.world.say(kind, source, subject, {"brand": HOUSE, **data})

    def _say(self, said: list[Said]) -> None:
        for kind, subject, data in said:
            self._tell(kind, "pilotage", subject, data)

    def _sponsor(self, _: object) -> None:
        self._say([register.initiative(name, sponsored=True) for name, *_ in register.INITIATIVES])

    def _quarter(self, day: Day) -> None:
        self._targets(day, (self.last - day.date).days)

    def _targets(self, day: Day, ago: int) -> None:
        """The targets of the present quarter."""
        begun = day.date.replace(month=(day.date.month - 1) // 3 * 3 + 1, day=1)
        after = (begun + timedelta(days=95)).replace(day=1)
        stamps = (self.world.stamp(day_of(each).start) for each in (begun, after))
        self._say(register.targets(f"{begun.year}t{(begun.month + 2) // 3}", *stamps, whole=ago <= WHOLE_TARGET))

    def _reports(self, day: Day) -> None:
        """The month's indicators, and the review of the customer direction."""
        names = [f"activite-{name}" for name in register.DIRECTIONS] + [f"experience-{family}" for family in register.FAMILIES]
        if (self.last - day.date).days <= CLIENT_KPIS:
            names += [subject.partition("/")[2] for _, subject, _ in register.client_kpis()]
        for name in names:
            self._tell("kpi.reported", "pilotage", f"kpi/{name}", {"name": name})
        self._tell("meeting.held", "pilotage", f"meeting/revue-{day.key}", {"category": "review", "department": "experience"})

    def _committee(self, day: Day) -> None:
        """The steering committee: planned, held nine times in ten; it decides, often because of what customers said."""
        w = self.world
        self._month += 1
        subject = f"meeting/comite-{day.key}"
        self._tell("meeting.planned", "pilotage", subject, {"category": "committee", "due_at": w.stamp(day.at(840))})
        if self._month % 10 == 5:
            return
        w.at(day.at(850), self._held, subject)
        for place, cause in enumerate(("customer", "customer", "cost")):
            name = f"decision/{day.key}-{place}"
            due = w.now + 50 * 86_400_000
            self._tell("decision.taken", "pilotage", name, {"cause": cause, "due_at": w.stamp(due), "insight": f"{day.key[:7]}"})
            if place != 1 or self._month % 3:
                w.at(due - 5 * 86_400_000, self._evaluated, (name, place))

    def _held(self, subject: str) -> None:
        self._tell("meeting.held", "pilotage", subject, {"category": "committee", "invited": 7, "present": 6})

    def _evaluated(self, planned: tuple[str, int]) -> None:
        verdict = ("improved", "unchanged", "not_evaluable")[planned[1] if planned[1] < 2 or self._month % 2 else 0]
        self._tell("decision.evaluated", "pilotage", planned[0], {"verdict": verdict})

    def _project(self, day: Day) -> None:
        """A project ends and is evaluated three weeks later; its hypothesis was written before it began, thirty days ago by its dates."""
        w = self.world
        subject = f"project/{day.key}"
        self._tell("project.planned", "pilotage", subject, {})
        w.at(w.now + 86_400_000, self._step, (subject, "project.started", {}))
        w.at(w.now + 12 * 86_400_000, self._step, (subject, "project.ended", {}))
        w.at(w.now + 19 * 86_400_000, self._step, (subject, "project.evaluated", {"verdict": "improved"}))

    def _step(self, planned: tuple[str, str, dict[str, str]]) -> None:
        self._tell(planned[1], "pilotage", planned[0], dict(planned[2]))

    def _promotion(self, day: Day) -> None:
        """A promotion for all channels, missing in store one time in three; every third one is a store's own, relayed by nobody yet."""
        w = self.world
        number = day.date.toordinal() // 10
        starts = w.now + 2 * 3_600_000
        local = number % 3 == 0
        data = {"starts_at": w.stamp(starts), "channels": ["web", "store"], "local": local, **({"site": "m-lille"} if local else {})}
        subject = f"promotion/p{number}"
        self._tell("reference.promotion", "pilotage", subject, data)
        channels = ("store",) if local else ("web",) if number % 3 == 1 else ("web", "store")
        for channel in channels:
            self._tell("offer.promoted", "commandes", f"offer/p{number}-{channel}", {"promotion": f"p{number}", "channel": channel})

    def _insight(self, day: Day) -> None:
        """What customers' answers taught this month, and the items of the plans it entered."""
        name = day.key[:7]
        self._tell("reference.insight", "pilotage", f"insight/{name}", {"name": name})
        for place in range(2):
            data = {"name": f"{name}-{place}", **({"insight": name} if place == 0 else {})}
            self._tell("reference.roadmap", "pilotage", f"roadmap/{name}-{place}", data)
