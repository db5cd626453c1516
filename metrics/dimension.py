"""What numbers can be grouped and filtered by, in both languages, and how each fact knows it."""

from __future__ import annotations

from collections.abc import Iterable

from metrics.fact import FACTS, Fact
from metrics.metric import Text
from metrics.query import Scope

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
    return expression(fact, dimension) is not None


def within(facts: Iterable[str], scope: Scope) -> bool:
    """Whether figures of these facts can be told of a scope: each of them is known by everything the scope is limited by."""
    return all(has(fact, name) for fact in facts for name, _ in scope.only)


def expression(fact: str, dimension: str) -> tuple[str, tuple[str, ...]] | None:
    """The SQL of a dimension on a fact and the joins it needs; None where the fact does not know it.

    Team, site and brand are those of the agent as of the fact's stamp, of its queue where nobody has taken it yet.
    """
    table = FACTS[fact]
    if dimension in table.columns or (dimension in table.own and dimension != "brand"):
        return dimension, ()
    if dimension == "concurrency":
        return ("ifNull(at_once, '')", ("worked_on",)) if fact in OF_A_CONTACT else None
    if dimension == "hour":  # "00" to "23" by the clock of the question's zone; known to what is cut at borders of time
        return (f"formatDateTime({table.stamp}, '%H', {{zone:String}})", ()) if table.view else None
    if dimension == "team":
        return _team(table)
    if dimension == "site":
        return _site(table)
    if dimension == "brand" and "brand" in table.own:
        return ("if(brand != '', brand, ifNull(queue_brand, ''))", ("queue",)) if "queue" in table.columns else ("brand", ())
    return None


def _team(table: Fact) -> tuple[str, tuple[str, ...]] | None:
    agent, queue = "agent" in table.columns, "queue" in table.columns
    if agent and queue:
        return "ifNull(if(agent != '', agent_team, queue_team), '')", ("agent", "queue")
    return ("ifNull(agent_team, '')", ("agent",)) if agent and not table.own else None


def _site(table: Fact) -> tuple[str, tuple[str, ...]] | None:
    """A site not stated of an agent or a queue is that of their team."""
    team = _team(table)
    if team is None:
        return None
    own = "if(agent != '', agent_site, queue_site)" if "queue" in table.columns else "agent_site"
    return f"coalesce(nullIf({own}, ''), team_site, '')", (*team[1], "team")
