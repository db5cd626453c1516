"""What numbers can be grouped and filtered by, in both languages, and how each fact knows it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from metrics.fact import FACTS
from metrics.metric import Text
from metrics.placing import Placing
from metrics.query import Scope
from metrics.refusal import refuse
from sql.place import PLACED_BY

DIMENSIONS: dict[str, Text] = {
    "channel": Text("Channel", "Canal"),
    "mode": Text("Mode", "Mode"),
    "direction": Text("Direction", "Sens"),
    "queue": Text("Queue", "File d'attente"),
    "team": Text("Team", "Équipe"),
    "agent": Text("Agent", "Conseiller"),
    "site": Text("Site", "Site"),
    "brand": Text("Brand", "Enseigne"),
    "segment": Text("Segment", "Segment"),
    "customer_type": Text("Customer type", "Type de client"),
    "device": Text("Device", "Terminal"),
    "language": Text("Language", "Langue"),
    "motive": Text("Motive", "Motif"),
    "journey_type": Text("Journey type", "Type de parcours"),
    "outcome": Text("Outcome", "Issue"),
    "role": Text("Role", "Rôle"),
    "reason": Text("Reason for leaving the queue", "Motif de sortie de file"),
    "source": Text("Source", "Source"),
    "level": Text("Contacts at once", "Contacts simultanés"),
    "pair": Text("Pair of channels", "Couple de canaux"),
    "concurrency": Text("Contacts its agent had in hand", "Contacts menés de front par le conseiller"),
    "hour": Text("Hour of the clock", "Heure de la journée"),
}


# Facts about a contact, which an agent had in hand beside others or alone: "1", "2" or "3+" at once on average, rounded; '' where nobody
# worked on it.
OF_A_CONTACT = ("interaction", "stay", "stint", "turn", "rating")


def has(fact: str, dimension: str) -> bool:
    """Whether the rows of `fact` can be told apart by `dimension`."""
    return bool(_own(fact, dimension)[0] or _placed(fact, dimension))


def within(facts: Iterable[str], scope: Scope) -> bool:
    """Whether figures of these facts can be told of a scope: each of them is known by everything the scope is limited by."""
    return all(has(fact, name) for fact in facts for name, _ in scope.only)


def value(fact: str, dimension: str, placing: Placing) -> tuple[str, tuple[str, ...]]:
    """The SQL of a dimension on a fact and the joins it needs. Refused where the fact does not know it.

    Team, site and brand are those of the agent as of the fact's stamp, of its queue where nobody has taken it yet.
    """
    if kind := _placed(fact, dimension):
        found = placing.value(kind, dimension, f"by_{dimension}")
        return f"if(brand != '', brand, {found})" if dimension == "brand" else found, ()
    sql, joins = _own(fact, dimension)
    if not sql:
        table, by = FACTS[fact], DIMENSIONS[dimension]
        told = {"fact": Text(table.name.en.capitalize(), table.name.fr.capitalize()), "dimension": Text(by.en.lower(), by.fr.lower())}
        if other := dict(table.elsewhere).get(dimension):
            raise refuse("known_elsewhere", name=dimension, other=other, **told)
        raise refuse("not_known_by", name=dimension, **told)
    return sql, joins


def among(fact: str, dimension: str, values: Sequence[str], prefix: str, placing: Placing) -> tuple[str, tuple[str, ...]]:
    """The SQL of whether a row has one of these values, and the joins it needs. Names of what is bound begin with `prefix`."""
    kind, name = _placed(fact, dimension), f"{prefix}_{dimension}"
    if kind and dimension != "brand":
        return placing.among(kind, dimension, values, name), ()
    bound = placing.bind(name, "Array(String)", list(values))
    if kind:
        return f"if(brand != '', brand IN {bound}, {placing.among(kind, dimension, values, name)})", ()
    sql, joins = value(fact, dimension, placing)
    return f"{sql} IN {bound}", joins


def _own(fact: str, dimension: str) -> tuple[str, tuple[str, ...]]:
    """The SQL of a dimension that the fact's own rows tell, and the joins it needs; '' where they do not."""
    table = FACTS[fact]
    if dimension == "concurrency" and fact in OF_A_CONTACT:
        return "ifNull(at_once, '')", ("worked_on",)
    if dimension == "hour" and table.view:  # "00" to "23" by the clock of the question's zone; known to what is cut at borders of time
        return f"formatDateTime({table.stamp}, '%H', {{zone:String}})", ()
    own = dimension in table.columns or dimension in table.own
    return (dimension if own and not _placed(fact, dimension) else ""), ()


def _placed(fact: str, dimension: str) -> str:
    """The column of the fact that tells whose place, as of its stamp, says the dimension (metrics/placing.py); '' where none does."""
    table = FACTS[fact]
    agent, queue = "agent" in table.columns, "queue" in table.columns
    if dimension in ("team", "site"):
        return PLACED_BY if agent and queue else "agent" if agent and not table.own else ""
    return "queue" if dimension == "brand" and "brand" in table.own and queue else ""
