"""The agents' days: rota, staggered and split shifts, lunch, breaks, meetings, absence; and the presence it makes, in Paris time.

A break waits until the agent has nobody on the line: nobody is on contact outside presence, so people stay a little late.
The team `relais` keeps the messaging open day and night: two agents at night, two to three in the evening.
"""

from __future__ import annotations

from collections import deque

from ingest.simulation.calendar import MINUTE, Day
from ingest.simulation.floor import Agent, Floor
from ingest.simulation.retailer import DOMAINS, SKILLS, WRITTEN, agent_reference
from ingest.simulation.world import World

# (from, to) in local minutes, then the lunch; a shift of two spans is a split one and has no lunch.
EARLY, NORMAL, LATE, SPLIT = ((480, 960), (690, 45)), ((540, 1035), (750, 45)), ((705, 1203), (870, 45)), ((480, 750), (955, 1203))
SHIFTS = {
    "phone": (EARLY, LATE, NORMAL, SPLIT, EARLY, LATE, NORMAL, LATE, EARLY),
    "phone_saturday": (((540, 1020), (720, 45)), ((660, 1143), (840, 45))),
    "phone_sunday": (((597, 1083), (795, 45)), ((600, 1083), (840, 45))),
    "ecrit": (((480, 960), (720, 45)), ((540, 1035), (765, 60)), ((600, 1140), (780, 60))),
    "relais": (((1410, 1890), (1620, 30)), ((960, 1440), (1170, 30)), ((420, 900), (690, 45)), ((1380, 1860), (1560, 30)),
               ((1020, 1500), (1230, 30)), ((600, 1080), (780, 45)), ((900, 1380), (1110, 30)), ((420, 900), (720, 45))),
    "pilot": (EARLY, LATE, NORMAL, EARLY, LATE, ((780, 1260), (1020, 30)), NORMAL, SPLIT),
}  # fmt: skip
WEEKEND = {"commandes": (5, 2), "sav": (5, 2), "conseil": (4, 0), "ecrit": (2, 0)}  # agents on duty on Saturday and on Sunday
AT_NIGHT = ("facturation-mail",)  # what `relais` clears as well in the evening, at night and on days the others are off
BUSY_LETTER_MS = 6 * MINUTE


class Staff:
    """Who works today, and what each does next."""

    def __init__(self, world: World, floor: Floor) -> None:
        self.world, self.floor = world, floor
        self.pilots: set[str] = set()  # who takes everything, as long as the pilot lasts

    # ---- the rota

    def plan(self, day: Day, agents: list[Agent], pilot: bool) -> None:
        """Plan one day of the agents of today: called at its midnight."""
        week = day.date.isocalendar().week
        for team in SKILLS:
            here = [a for a in agents if a.team == team]
            if pilot:
                continue
            self._team(day, team, week, here)
        if pilot:
            self._team(day, "pilot", week, agents)

    def _team(self, day: Day, team: str, week: int, agents: list[Agent]) -> None:
        present = [a for i, a in enumerate(agents) if self._works(day, team, week, i, len(agents))]
        if team == "relais" or (team == "pilot" and day.weekday == 6):
            present = present[week % max(len(present), 1) :] + present[: week % max(len(present), 1)]
        kind = team if team in SHIFTS else "phone"
        if day.weekday >= 5 and kind in {"phone", "pilot"}:
            kind = "phone_saturday" if day.weekday == 5 else "phone_sunday"
        shifts = SHIFTS[kind]
        for place, agent in enumerate(present):
            turn = place if team == "relais" else place + week
            self._shift(day, agent, shifts[turn % len(shifts)])

    def _works(self, day: Day, team: str, week: int, i: int, size: int) -> bool:
        sick = self.world.chance.unit() < 0.035
        if sick or (i * 5 + week) % 11 == 0:
            return False
        if team == "relais":
            return (i + day.date.toordinal()) % 7 not in {0, 3}
        if day.holiday:
            return False
        saturday, sunday = WEEKEND.get(team, (max(size // 2, 1), 2))
        on_saturday, on_sunday = (i * 3 + week * 2) % size < saturday, (i + week * 2) % size < sunday
        if day.weekday == 5:
            return on_saturday
        if day.weekday == 6:
            return on_sunday
        return not (on_saturday and day.weekday == (i + week) % 5) and not (on_sunday and day.weekday == (i + week + 2) % 5)

    def _shift(self, day: Day, agent: Agent, shift: tuple[tuple[int, int], tuple[int, int]]) -> None:
        chance = self.world.chance
        (start, end), (second, third) = shift
        steps: list[tuple[float, str, int]] = [(start - chance.unit() * 4, "on", 0), (end + chance.unit() * 3, "off", 0)]
        if third > 120:
            steps += [(second - chance.unit() * 4, "on", 0), (third + chance.unit() * 3, "off", 0)]
            steps.append((start + 100 + 50 * chance.unit(), "pause", 12))
        else:
            steps.append((second + 75 * (chance.unit() - 0.4), "repas", third))
            steps.append((start + 85 + 50 * chance.unit(), "pause", 12))
            steps.append((end - 100 - 40 * chance.unit(), "pause", 12))
            u = chance.unit()
            if u < 0.16 and start < 1000:
                steps.append((start + 150 + 20 * chance.unit(), "formation" if u < 0.05 else "reunion", 40))
        steps.sort()
        agent.plan.extend((day.at(minute), what, int(length * MINUTE)) for minute, what, length in steps)
        for moment, _, _ in list(agent.plan)[-len(steps) :]:
            self.world.at(moment, self.step, agent)

    # ---- presence

    def step(self, agent: Agent) -> None:
        """The next step of the agent's plan is due."""
        if not agent.plan:
            return
        _, what, length = agent.plan.popleft()
        if what == "on":
            if not agent.on:
                self.sign_in(agent)
        elif agent.on and not (agent.away and what != "off"):
            if agent.pending != "off":
                agent.pending, agent.pending_for = what, length
            if not agent.away:
                self.floor.dispatch(agent)

    def sign_in(self, agent: Agent) -> None:
        """The agent arrives and is ready in every domain of their team."""
        w = self.world
        agent.on, agent.away, agent.pending, agent.idle = True, "", "", w.now
        agent.load.since = w.now
        if agent.team == "relais" and agent.spec.id not in self.pilots:
            quiet = w.day.weekday == 6 or w.day.holiday or not w.day.at(7 * 60 - 10) < w.now < w.day.at(16 * 60 + 30)
            self.skill(agent, SKILLS["relais"] + AT_NIGHT if quiet else SKILLS["relais"])
        source, subject = "planning", f"agent/{agent.id}"
        w.say("agent.signed_in", source, subject, {})
        agent.said = {}
        if agent.domains != DOMAINS[agent.team]:
            agent.domains = DOMAINS[agent.team]
            for domain in agent.domains:
                w.say("agent.capacity", source, subject, {"domain": domain, "capacity": 3 if domain == "chat" else 1})
        self.state(agent, "ready")
        self.back_to_work(agent)

    def state(self, agent: Agent, state: str) -> None:
        """Say the state in every domain, and book the one before."""
        w = self.world
        for domain in agent.domains:
            w.say("agent.state", "planning", f"agent/{agent.id}", {"domain": domain, "state": state})
            was = agent.said.get(domain)
            if was:
                w.tally.be(agent.id, w.day.key, domain, was[0], w.now - was[1])
            agent.said[domain] = (state, w.now)

    def rest(self, agent: Agent) -> None:
        """The agent has nobody on the line: the break, or the end of the day, begins."""
        what, length = agent.pending, agent.pending_for
        letter = agent.letter
        if what == "off":
            if letter is not None and letter.phase and letter.due - self.world.now < BUSY_LETTER_MS:
                return  # a few more minutes to finish what is being written
            self.sign_out(agent)
            return
        if letter is not None and letter.phase == "wrap":
            return
        agent.pending = ""
        agent.away = what
        if letter is not None and letter.phase:
            self.floor.shelve(letter)
        self.state(agent, what)
        self.world.at(self.world.now + length, self.back, agent)

    def back(self, agent: Agent) -> None:
        """Back from a break; straight home when the shift ended meanwhile."""
        if not agent.on:
            return
        agent.away = ""
        agent.idle = self.world.now
        if not agent.pending:
            self.state(agent, "ready")
        self.back_to_work(agent)

    def back_to_work(self, agent: Agent) -> None:
        """Whatever comes first."""
        self.floor.dispatch(agent)

    def sign_out(self, agent: Agent) -> None:
        """The agent leaves; what was personally theirs goes back to its queue for somebody else."""
        w, floor = self.world, self.floor
        letter, left = agent.letter, agent.todo
        agent.on, agent.pending, agent.todo, agent.letter = False, "", deque(), None
        if letter is not None:
            if letter.phase == "wrap":
                floor.do(letter, "wrapup_ended", "")
            else:
                letter.token += 1
                floor.do(letter, "released", "")
                left.append(letter.contact)
        w.say("agent.signed_out", "planning", f"agent/{agent.id}", {})
        for domain, (state, since) in agent.said.items():
            w.tally.be(agent.id, w.day.key, domain, state, w.now - since)
        agent.said = {}
        for contact in left:
            assert contact.queue is not None
            floor.enter(contact, contact.queue)

    def move(self, agent: Agent, team: str) -> None:
        """The agent belongs to another team from now on."""
        agent.team = team
        self.world.say(agent_reference(agent.spec, team)[0], "referentiel", *agent_reference(agent.spec, team)[1:])
        self.skill(agent, SKILLS[team])

    def skill(self, agent: Agent, queues: tuple[str, ...]) -> None:
        """What the agent takes from now on."""
        for queue in agent.skills + agent.desk:
            queue.agents.remove(agent)
        mine = [self.floor.queues[name] for name in queues]
        agent.skills = [queue for queue in mine if queue.kind != WRITTEN]
        agent.desk = [queue for queue in mine if queue.kind == WRITTEN]
        for queue in mine:
            queue.agents.append(agent)
