"""The facts metrics read (sql/migrations, sql/facts), and what is joined to them by time (team, site, brand: metrics/placing.py)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from metrics.metric import Text

_COMMON = ("source", "channel")
_CONTACT = (*_COMMON, "mode", "direction", "queue", "agent", "segment", "customer_type", "device", "language", "motive", "journey_type")


@dataclass(frozen=True, slots=True)
class Reading:
    """How a fact without a table of its own is read (sql/journey.py, sql/customer.py).

    tables  what it is read from, its rows first
    given   parameters of the metric that it takes, with their types; every metric on it has them
    back    the one of them that says for how many days what was before the period matters; '' where only what reaches into it does
    ahead   for how many days what comes after the period matters; bound as `longest_d`
    """

    tables: tuple[str, ...]
    given: tuple[tuple[str, str], ...]
    back: str
    ahead: int


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact: a table, unless it says how it is read.

    name      what one row is, in words
    stamp     the instant its day is taken from, never empty; where its agent or queue was is looked up as of that instant
    columns   dimensions that are plain columns of it
    families  first parts of the event types it is derived from: its freshness is theirs
    own       which of team, site and brand are columns of its own; the others are those of its agent or its queue, if it has them
    elsewhere dimensions it does not know, each with the metric to ask in its place, which does
    view      tables it is made of, where it is a view that takes the period, the present moment, grain and zone (sql/view.py): what it
              gives lies in the period and is cut at its borders, each row in one bucket
    """

    name: Text
    stamp: str
    columns: tuple[str, ...]
    families: tuple[str, ...]
    own: tuple[str, ...]
    read: Reading | None = None
    view: tuple[str, ...] = ()
    elsewhere: tuple[tuple[str, str], ...] = ()


_WORKED = ("work", "presence", "capacity", "focus", "hold", "reference")
_SHARED = (("channel", "agent_time_equal"),)  # of several channels at once: time by the clock, which that metric shares out among them
_RUNS = (("gap_days", "Float64"), ("tied_by", "String"))
LONGEST_D = 90  # a journey's contacts are counted for so many days: a customer who writes every day would make one without end

FACTS: dict[str, Fact] = {
    "interaction": Fact(Text("contacts", "contacts"), "started_at", (*_CONTACT, "outcome"), ("interaction",), ("brand",)),
    "stay": Fact(
        Text("visits to a queue", "passages en file d'attente"), "entered_at", (*_CONTACT, "reason"), ("interaction",), ("brand",)
    ),
    "stint": Fact(Text("contacts at an agent", "prises en charge"), "started_at", (*_CONTACT, "role"), ("interaction",), ("brand",)),
    "turn": Fact(Text("messages to answer", "messages à traiter"), "asked_at", _CONTACT, ("interaction",), ("brand",)),
    "work": Fact(Text("stretches of work", "plages de travail"), "started_at", (*_CONTACT, "role"), ("interaction",), ("brand",)),
    "rating": Fact(Text("ratings", "évaluations"), "given_at", _CONTACT, ("feedback",), ("brand",)),
    "presence": Fact(Text("agent states", "états des conseillers"), "started_at", ("source", "agent"), ("agent",), ()),
    "order": Fact(
        Text("orders", "commandes"),
        "placed_at",
        (*_COMMON, "segment", "customer_type", "device", "language"),
        ("order",),
        ("site", "brand"),
    ),
    "touch": Fact(
        Text("touches", "points de contact"),
        "seen_at",
        (*_COMMON, "agent", "device"),
        ("touch", "solicitation", "session", "lead", "appointment"),
        ("site", "brand"),
    ),
    "cost": Fact(Text("costs", "coûts"), "booked_at", _COMMON, ("cost",), ("team", "site", "brand")),
    "journey": Fact(
        Text("journeys", "parcours"),
        "opened_at",
        (*_CONTACT, "outcome"),
        ("interaction",),
        ("brand",),
        Reading(("interaction", "person"), _RUNS, "gap_days", LONGEST_D),
    ),
    "customer_pair": Fact(
        Text("uses of two channels at once", "usages de deux canaux à la fois"),
        "began_at",
        ("pair",),
        ("interaction",),
        (),
        Reading(("interaction", "person"), (), "", 0),
    ),
    "customer_several": Fact(
        Text("uses of several channels at once", "usages de plusieurs canaux à la fois"),
        "began_at",
        (),
        ("interaction",),
        (),
        Reading(("interaction", "person"), (), "", 0),
    ),
    "agent_share": Fact(
        Text("times of agents by channel", "temps des conseillers par canal"),
        "began_at",
        ("channel", "agent"),
        ("interaction", "agent"),
        (),
        view=_WORKED,
    ),
    "agent_state": Fact(
        Text("times of agents by state", "temps des conseillers par état"),
        "began_at",
        ("agent",),
        ("interaction", "agent"),
        (),
        view=_WORKED,
        elsewhere=_SHARED,
    ),
    "agent_level": Fact(
        Text("times of agents by contacts at once", "temps des conseillers par nombre de contacts simultanés"),
        "began_at",
        ("agent", "level"),
        ("interaction", "agent"),
        (),
        view=_WORKED,
        elsewhere=_SHARED,
    ),
    "agent_pair": Fact(
        Text("times of agents on two channels at once", "temps des conseillers sur deux canaux à la fois"),
        "began_at",
        ("agent", "pair"),
        ("interaction", "agent"),
        (),
        view=_WORKED,
        elsewhere=_SHARED,
    ),
    "step": Fact(
        Text("contacts of known customers", "contacts de clients identifiés"),
        "started_at",
        (*_CONTACT, "outcome"),
        ("interaction",),
        ("brand",),
        Reading(("interaction", "person"), _RUNS, "gap_days", 0),
    ),
}


def tables(facts: Iterable[str]) -> tuple[str, ...]:
    """The tables that hold the rows of some facts, each once."""
    found: dict[str, None] = {}
    for name in facts:
        read = FACTS[name].read
        found |= dict.fromkeys(read.tables if read else FACTS[name].view or (name,))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Join:
    """A table joined to a fact. `{at}` is the fact's stamp, `{db}` the database's prefix, `{start}` and `{end}` a span's ends,
    `{worked_since}` the instant from which work on its contacts is looked for, `{asked}` which work of what is read since is theirs."""

    sql: str
    needs: tuple[str, ...]


def _opened(name: str, at: str) -> str:
    """The opening interval that began last at or before `at`, of the queue's calendar."""
    return (
        f"ASOF LEFT JOIN\n(\n    SELECT\n        calendar AS {name}_calendar,\n        opens_at AS {name}_opens_at,\n"
        f"        closes_at AS {name}_closes_at,\n        before_s AS {name}_before_s\n    FROM {{db}}opening\n) AS {name}"
        f" ON {name}_calendar = queue_calendar AND {name}_opens_at <= {at}"
    )


# From its first statement to the end of the hours laid out (sql/opening.py): outside, nobody knows whether a calendar is open.
_KNOWN = """LEFT JOIN
(
    SELECT
        calendar AS known_calendar,
        max(closes_at) AS known_until,
        min(valid_from) AS known_from
    FROM {db}opening
    LEFT JOIN
    (
        SELECT key, min(valid_from) AS valid_from
        FROM {db}reference FINAL
        WHERE kind = 'calendar'
        GROUP BY key
    ) AS said ON key = calendar
    GROUP BY calendar
) AS open_known ON known_calendar = queue_calendar"""

# How many contacts an agent had in hand on average while at work on this one, over all who worked on it: ∫ contacts at once ÷ its time.
# It is looked for from {worked_since} on: a contact may be rated or reopened long after it was worked on; and, of all that was worked on
# since, where it is `{asked}` of, as that is many times as much.
WORKED_D = 92
_WORKED_ON = """LEFT JOIN
(
    SELECT
        worked,
        multiIf(2 * sum(together) < 3 * sum(spent), '1', 2 * sum(together) < 5 * sum(spent), '2', '3+') AS at_once
    FROM {db}agent_day FINAL
    ARRAY JOIN `contact.contact` AS worked, `contact.gross` AS spent, `contact.together` AS together
    WHERE day >= toDate({worked_since}){asked}
    GROUP BY worked
) AS worked_on ON worked = subject_hash"""
WORKED_BEFORE = (
    "SELECT day FROM {db}agent_day ARRAY JOIN `contact.contact` AS worked "
    "WHERE day >= toDate({worked_since}) AND day < {start} AND worked IN ({began})"
)
# Contacts not known to have begun from {start} on: one without a row of its own, of which there is a rating, may have begun before.
NOT_SINCE = "subject_hash NOT IN (SELECT subject_hash FROM {db}interaction FINAL WHERE day >= {start} AND first_day >= {start})"

# The latest statement about the queue at or before {at}; of several at one instant, the last in their order.
_QUEUE = """ASOF LEFT JOIN
(
    SELECT
        key AS queue_key,
        valid_from AS queue_from,
        argMax(calendar, (sequence, statement)) AS queue_calendar
    FROM {db}reference FINAL
    WHERE kind = 'queue'
    GROUP BY key, valid_from
) AS queue_stated ON queue_key = queue AND queue_from <= {at}"""

JOINS: dict[str, Join] = {
    "queue": Join(_QUEUE, ()),
    "person": Join(
        "LEFT JOIN\n(\n    SELECT customer AS person_customer, person\n    FROM {db}person\n) AS known ON person_customer = customer", ()
    ),
    "worked_on": Join(_WORKED_ON, ()),
    "open_known": Join(_KNOWN, ("queue",)),
    "open_start": Join(_opened("open_start", "{start}"), ("queue",)),
    "open_end": Join(_opened("open_end", "{end}"), ("queue",)),
}
