"""Who Vaubrun is: brands, sites, stores, teams, agents, queues, calendars, what customers ask about. Data, and nothing that moves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

HOUSE, SISTER = "Vaubrun", "Kerlann"  # the two brands: one contact centre and one steering, that of the house
LIVE, CHAT, WRITTEN = 0, 1, 2  # one at a time and nothing beside; up to three at once; one, beside chats


@dataclass(frozen=True, slots=True)
class QueueSpec:
    """One queue: its channel, how agents take from it, who mostly works it, when it is open, its daily contacts and handling times.

    `a_day` is the mean number of inbound contacts on an ordinary Wednesday of the whole company; `talk_s` the mean talk (voice) or
    agent's writing time per reply; `site` the technical platform it comes in by.
    """

    id: str
    name: str
    channel: str
    kind: int
    team: str
    site: str
    calendar: str
    source: str
    a_day: float
    talk_s: float
    profile: str
    motives: tuple[str, ...]
    brand: str = HOUSE


@dataclass(frozen=True, slots=True)
class AgentSpec:
    """One agent: display name, home team, and whether the pilot site had them before the others joined."""

    id: str
    name: str
    team: str
    pilot: bool


SITES = {"lyon": "Lyon", "nantes": "Nantes"}
STORES = {
    "m-lille": "Vaubrun Lille", "m-rouen": "Vaubrun Rouen", "m-paris-12": "Vaubrun Paris 12e", "m-velizy": "Vaubrun Vélizy",
    "m-rennes": "Vaubrun Rennes", "m-nantes": "Vaubrun Nantes", "m-tours": "Kerlann Tours", "m-dijon": "Kerlann Dijon",
    "m-strasbourg": "Vaubrun Strasbourg", "m-lyon": "Kerlann Lyon", "m-bordeaux": "Vaubrun Bordeaux", "m-toulouse": "Vaubrun Toulouse",
}  # fmt: skip
SISTER_STORES = frozenset(store for store, name in STORES.items() if name.startswith(SISTER))
PILOT_STORES = ("m-rennes", "m-nantes", "m-tours")
TEAMS = {
    "commandes": ("Commandes", "lyon"),
    "sav": ("SAV", "lyon"),
    "conseil": ("Conseil et fidélité", "nantes"),
    "ecrit": ("Écrit", "nantes"),
    "relais": ("Relais soir et nuit", "nantes"),
}

_ORDERS = ("commande/modification", "commande/annulation", "commande/paiement refusé", "commande/disponibilité")
_CARE = ("sav/panne", "sav/pièce manquante", "sav/garantie", "sav/montage")
_DELIVERY = ("livraison/où est ma commande", "livraison/retard", "livraison/créneau", "livraison/colis abîmé")
_ADVICE = ("conseil/produit", "conseil/dimensions", "conseil/financement")
_BILLING = ("facturation/facture", "facturation/remboursement", "facturation/double débit")
_CLAIM = ("réclamation/délai", "réclamation/qualité", "réclamation/accueil")
_LOYALTY = ("fidélité/points", "fidélité/carte perdue")
WHERE_IS_MY_ORDER = _DELIVERY[0]

QUEUES = (
    QueueSpec("commandes-voix", "Commandes", "voice", LIVE, "commandes", "lyon", "voix", "telephonie/lyon",
              98, 362, "voice", _ORDERS),
    QueueSpec("livraison-voix", "Livraison", "voice", LIVE, "commandes", "lyon", "voix", "telephonie/lyon",
              69, 320, "voice", _DELIVERY),
    QueueSpec("sav-voix", "SAV", "voice", LIVE, "sav", "lyon", "voix", "telephonie/lyon",
              99, 430, "voice", _CARE),
    QueueSpec("conseil-voix", "Conseil", "voice", LIVE, "conseil", "nantes", "conseil", "telephonie/nantes",
              46, 395, "voice", _ADVICE),
    QueueSpec("fidelite-voix", "Fidélité", "voice", LIVE, "conseil", "nantes", "conseil", "telephonie/nantes",
              33, 270, "voice", _LOYALTY),
    QueueSpec("rappel", "Rappel", "voice", LIVE, "commandes", "lyon", "voix", "telephonie/lyon",
              0, 290, "voice", _ORDERS),
    QueueSpec("demonstration", "Démonstration", "video", LIVE, "conseil", "nantes", "conseil", "video/nantes",
              6.5, 840, "voice", _ADVICE),
    QueueSpec("commandes-chat", "Commandes", "chat", CHAT, "commandes", "lyon", "chat", "messagerie/lyon",
              36, 142, "chat", _ORDERS),
    QueueSpec("sav-chat", "SAV", "chat", CHAT, "sav", "lyon", "chat", "messagerie/lyon",
              23, 155, "chat", _CARE),
    QueueSpec("conseil-chat", "Conseil", "chat", CHAT, "conseil", "nantes", "chat", "messagerie/nantes",
              27, 155, "chat", _ADVICE),
    QueueSpec("livraison-chat", "Livraison", "chat", CHAT, "relais", "nantes", "continu", "messagerie/nantes",
              37, 130, "chat", _DELIVERY),
    QueueSpec("livraison-msg", "Livraison", "messaging", CHAT, "relais", "nantes", "continu", "messagerie/nantes",
              55, 225, "night", _DELIVERY),
    QueueSpec("sav-msg", "SAV", "messaging", CHAT, "relais", "nantes", "continu", "messagerie/nantes",
              30, 240, "night", _CARE),
    QueueSpec("livraison-sms", "Livraison", "sms", CHAT, "relais", "nantes", "continu", "messagerie/nantes",
              11, 130, "night", _DELIVERY),
    QueueSpec("livraison-app", "Livraison", "app", CHAT, "relais", "nantes", "continu", "messagerie/nantes",
              18, 190, "night", _DELIVERY),
    QueueSpec("commandes-mail", "Commandes", "email", WRITTEN, "ecrit", "nantes", "ecrit", "courriel",
              48, 780, "mail", _ORDERS),
    QueueSpec("reclamations-mail", "Réclamations", "email", WRITTEN, "ecrit", "nantes", "ecrit", "courriel",
              25, 1150, "mail", _CLAIM),
    QueueSpec("facturation-mail", "Facturation", "email", WRITTEN, "ecrit", "nantes", "ecrit", "courriel",
              27, 820, "mail", _BILLING),
    QueueSpec("sav-mail", "SAV", "email", WRITTEN, "ecrit", "nantes", "ecrit", "courriel",
              27, 860, "mail", _CARE),
    QueueSpec("avis", "Avis publics", "social", WRITTEN, "ecrit", "nantes", "ecrit", "social",
              17, 480, "night", _CLAIM),
    QueueSpec("devis-web", "Devis", "web", WRITTEN, "conseil", "nantes", "ecrit", "web",
              17, 700, "mail", _ADVICE),
    QueueSpec("retours-web", "Retours", "web", WRITTEN, "ecrit", "nantes", "ecrit", "web",
              20, 540, "mail", _BILLING),
    QueueSpec("reclamations-poste", "Réclamations", "post", WRITTEN, "ecrit", "nantes", "ecrit", "courrier",
              3.5, 1100, "post", _CLAIM),
    QueueSpec("facturation-fax", "Facturation", "fax", WRITTEN, "ecrit", "nantes", "ecrit", "courrier",
              1.5, 480, "post", _BILLING),
)  # fmt: skip

# What each team's agents take, first choice first. The pilot's agents took everything.
SKILLS: dict[str, tuple[str, ...]] = {
    "commandes": ("commandes-voix", "livraison-voix", "rappel", "commandes-chat", "fidelite-voix", "sav-voix", "livraison-chat"),
    "sav": ("sav-voix", "livraison-voix", "rappel", "sav-chat", "commandes-voix", "sav-mail", "sav-msg"),
    "conseil": ("conseil-voix", "fidelite-voix", "demonstration", "conseil-chat", "commandes-voix", "devis-web", "commandes-chat",
                "livraison-voix"),
    "ecrit": ("avis", "commandes-mail", "facturation-mail", "reclamations-mail", "sav-mail", "retours-web", "devis-web",
              "reclamations-poste", "facturation-fax", "livraison-msg"),
    "relais": ("livraison-chat", "livraison-msg", "sav-msg", "livraison-app", "livraison-sms", "commandes-chat", "sav-chat",
               "conseil-chat", "avis", "retours-web", "commandes-mail"),
}  # fmt: skip
DOMAINS: dict[str, tuple[str, ...]] = {
    "commandes": ("voice", "chat"), "sav": ("voice", "chat"), "conseil": ("voice", "chat"),
    "ecrit": ("email",), "relais": ("chat", "email"),
}  # fmt: skip

_NAMES = {
    "commandes": "Aïcha R.|Bruno T.|Camille D.|Dounia K.|Élise M.|Fabrice N.|Gaël P.",
    "sav": "Kévin L.|Lina A.|Marc O.|Nadia F.|Omar C.|Pauline G.|Quentin J.",
    "conseil": "Adèle B.|Basile T.|Chloé N.|Driss P.|Emma L.|Valérie I.",
    "ecrit": "Farid K.|Gina O.|Hugo S.|Inès V.|Joris A.",
    "relais": "Mona J.|Nils E.|Ugo Z.|Tess W.|Xavier R.|Yaël M.|Zoé C.|Jade V.",
}
_PILOTS = {"conseil": 5, "ecrit": 2, "relais": 1}


def roster() -> tuple[AgentSpec, ...]:
    """Every agent there ever is, a01 onwards, team by team."""
    agents: list[AgentSpec] = []
    for team, names in _NAMES.items():
        for place, name in enumerate(names.split("|")):
            agents.append(AgentSpec(f"a{len(agents) + 1:02d}", name, team, place < _PILOTS.get(team, 0)))
    return tuple(agents)


_WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _hours(week: str, saturday: str = "", sunday: str = "") -> dict[str, list[list[str]]]:
    spans = [week] * 5 + [saturday, sunday]
    return {day: [span.split("-") for span in text.split()] for day, text in zip(_WEEK, spans, strict=True)}


CALENDARS: dict[str, dict[str, list[list[str]]]] = {
    "voix": _hours("08:00-20:00", "09:00-19:00", "10:00-18:00"),
    "conseil": _hours("09:00-12:30 13:30-19:00", "09:30-19:00"),
    "chat": _hours("08:00-24:00", "08:00-24:00", "09:00-24:00"),
    "continu": _hours("00:00-24:00", "00:00-24:00", "00:00-24:00"),
    "ecrit": _hours("08:00-19:00", "09:00-17:00"),
}
CLOSED_ON_HOLIDAYS = frozenset({"voix", "conseil", "ecrit"})
LATER_HOURS: dict[str, dict[str, list[list[str]]]] = {"conseil": _hours("09:00-19:00", "09:30-19:00")}  # without the lunch break

# Shares of arrivals by local hour, 0 h to 23 h; closed hours are cut by the calendar afterwards. `night` never sleeps: Vaubrun also
# delivers to Réunion and the Antilles.
PROFILES: dict[str, tuple[float, ...]] = {
    "voice": (0, 0, 0, 0, 0, 0, 0, 0, 6.0, 9.0, 11.2, 10.6, 7.6, 7.8, 10.2, 10.0, 8.8, 8.0, 6.2, 4.0, 0, 0, 0, 0),
    "chat": (0.4, 0.2, 0, 0, 0, 0, 0.2, 0.7, 3.2, 5.6, 7.0, 7.4, 7.2, 6.6, 6.8, 6.6, 6.2, 6.0, 6.2, 6.6, 7.4, 6.8, 4.2, 1.8),
    "night": (3.0, 2.4, 2.1, 1.9, 1.9, 2.0, 2.4, 3.4, 4.8, 5.4, 5.6, 5.6, 6.2, 5.8, 5.2, 5.2, 5.4, 5.8, 6.2, 6.4, 6.8, 6.4, 5.2, 3.6),
    "mail": (1.2, 0.7, 0.5, 0.4, 0.5, 0.9, 1.8, 3.6, 6.2, 8.0, 8.2, 7.4, 5.8, 6.0, 7.0, 6.8, 6.0, 5.4, 5.0, 4.8, 5.0, 4.6, 3.4, 2.2),
    "post": (0, 0, 0, 0, 0, 0, 0, 0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
    "store": (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8, 10, 7, 8, 11, 13, 13, 12, 10, 0, 0, 0, 0, 0),
    "web": (1.6, 0.9, 0.5, 0.4, 0.4, 0.6, 1.2, 2.4, 4.0, 5.0, 5.4, 5.4, 6.4, 6.0, 5.2, 5.0, 5.2, 5.8, 6.2, 7.0, 8.6, 8.2, 5.6, 3.4),
}


def references(agents: tuple[AgentSpec, ...], holidays: list[str]) -> list[tuple[str, str, dict[str, Any]]]:
    """(type, subject, data) of everything that exists on the first day; agents are those given."""
    zone = "Europe/Paris"
    said: list[tuple[str, str, dict[str, Any]]] = []
    said += [("reference.site", f"site/{s}", {"name": name, "zone": zone, "brand": HOUSE}) for s, name in SITES.items()]
    shops = {s: {"name": name, "zone": zone, "brand": brand_of_store(s), "category": "store"} for s, name in STORES.items()}
    said += [("reference.site", f"site/{s}", data) for s, data in shops.items()]
    said += [("reference.team", f"team/{team}", {"site": site, "name": name}) for team, (name, site) in TEAMS.items()]
    for calendar, hours in CALENDARS.items():
        closed = holidays if calendar in CLOSED_ON_HOLIDAYS else []
        said.append(("reference.calendar", f"calendar/{calendar}", {"zone": zone, "hours": hours, "holidays": closed}))
    for q in QUEUES:
        data = {"name": q.name, "team": q.team, "site": q.site, "brand": q.brand, "channel": q.channel, "calendar": q.calendar}
        said.append(("reference.queue", f"queue/{q.id}", data))
    return said + [agent_reference(agent, agent.team) for agent in agents]


def brand_of_store(store: str) -> str:
    """Whose store it is."""
    return SISTER if store in SISTER_STORES else HOUSE


def brand_of(subject: str) -> str:
    """Where a customer shops: one in five at the sister; known from any of their identities, which end in the person's number."""
    return HOUSE if int(subject[-5:]) % 5 else SISTER


def agent_reference(agent: AgentSpec, team: str) -> tuple[str, str, dict[str, Any]]:
    """The statement that an agent is of a team."""
    return "reference.agent", f"agent/{agent.id}", {"team": team, "site": TEAMS[team][1], "name": agent.name}
