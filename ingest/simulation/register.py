"""What Vaubrun keeps in its registers: directions, indicators, initiatives, moments, products, triggers, models, targets. Data only."""

from __future__ import annotations

from typing import Any

from ingest.simulation.retailer import HOUSE, SISTER

Said = tuple[str, str, dict[str, Any]]  # type, subject, data

TITLES = {
    "satisfaction": "Satisfaction", "return": "Rentabilité | Return", "acquisition": "Acquisition", "retention": "Rétention | Retention",
    "churn": "Attrition | Churn", "business": "Activité | Activity",
}  # fmt: skip
FAMILIES = ("satisfaction", "return", "acquisition", "retention", "churn")
DIRECTIONS = {
    "experience": ("Expérience client | Customer experience", 38, True, "customer"), "marketing": ("Marketing", 24, True, ""),
    "communication": ("Communication", 12, True, ""), "service": ("Service client | Customer service", 33, True, ""),
    "magasins": ("Magasins | Stores", 64, False, ""), "web": ("E-commerce", 9, True, ""),
    "logistique": ("Logistique | Logistics", 12, False, ""),
}  # fmt: skip
MOMENTS = {
    "après contact": "Après un contact | After a contact", "lendemain": "Le lendemain | The day after",
    "livraison": "Livraison | Delivery", "retrait": "Retrait en magasin | Collection in store",
    "magasin": "Visite en magasin | Visit to a store", "devis": "Devis | Quotation",
}  # fmt: skip
INITIATIVES = (
    ("retrait", "logistique", "delai_retrait", 420_000, "acheter"), ("fiche-unique", "service", "reconnus", 380_000, "aider"),
    ("chat", "service", "satisfaction_chat", 160_000, "aider"), ("relance", "marketing", "reachat", 90_000, "acheter"),
    ("prix", "magasins", "coherence", 140_000, "acheter"), ("stock-en-ligne", "web", "exactitude", 260_000, "acheter"),
    ("voix-du-client", "experience", "couverture", 110_000, "servir"), ("appli", "web", "actifs", 310_000, "servir"),
    ("bornes", "magasins", "", 95_000, "servir"),
)  # fmt: skip
UNSPONSORED = ("chat", "bornes")
SISTERS = ("relance", "bornes")  # initiatives of the sister brand
PRODUCTS = (
    "canape-arvor", "lave-linge-l9", "bureau-iroise", "enceinte-m2", "table-odet", "lit-crozon", "frigo-c4", "lampe-ouessant",
    "fauteuil-sein", "four-b7", "etagere-batz", "aspirateur-v3",
)  # fmt: skip
SISTER_PRODUCTS = frozenset({"table-odet", "lampe-ouessant", "etagere-batz"})
STOCKED = PRODUCTS[:8]  # those whose stock is followed store by store
TRIGGERS = ("panier", "avis-livraison", "anniversaire", "reappro", "garantie", "devis-sans-suite")
MODELS = ("reachat", "depart")
TARGETS = {"web": 6_800_000, "store": 3_700_000, "voice": 650_000}  # euros a quarter


def first() -> list[Said]:
    """What stands in the registers on the first day."""
    said: list[Said] = []
    for name, (title, staff, unified, category) in DIRECTIONS.items():
        data = {"name": title, "staff": staff, "unified": unified, "category": category}
        said.append(("reference.department", f"department/{name}", data))
        said.append(kpi(f"activite-{name}", name, "business", target=False))
    said += [kpi(f"experience-{family}", "experience", family, target=True) for family in FAMILIES]
    said += [("reference.moment", f"moment/{name}", {"name": title}) for name, title in MOMENTS.items()]
    said += [initiative(name, sponsored=False) for name, *_ in INITIATIVES]
    said += [
        ("reference.product", f"product/{name}", {"channels": ["web", "store"], "name": name, "brand": brand_of_product(name)})
        for name in PRODUCTS
    ]
    said += [("reference.trigger", f"trigger/{name}", {"name": name, "holdout": name != "anniversaire"}) for name in TRIGGERS]
    said += [("reference.model", f"model/{name}", {"name": name, "owner": "data"}) for name in MODELS]
    return said


def brand_of_product(product: str) -> str:
    """Which brand sells it."""
    return SISTER if product in SISTER_PRODUCTS else HOUSE


def kpi(name: str, direction: str, family: str, *, target: bool) -> Said:
    """An indicator in the catalogue of a direction. Stores count what is satisfaction elsewhere by their own questionnaire."""
    origin = "questionnaire" if (direction, family) == ("magasins", "satisfaction") else "entrepôt"
    data: dict[str, Any] = {
        "department": direction, "owner": direction, "formula": "catalogue", "origin": origin, "family": family, "name": TITLES[family],
    }  # fmt: skip
    return "reference.kpi", f"kpi/{name}", data | ({"target": 1.0, "cadence": "monthly"} if target else {})


def client_kpis() -> list[Said]:
    """The customer indicators all other directions were given later."""
    return [
        kpi(f"{direction}-{family}", direction, family, target=True)
        for direction in DIRECTIONS
        if direction != "experience"
        for family in ("satisfaction", "churn")
    ]


def initiative(name: str, *, sponsored: bool) -> Said:
    """An initiative of the portfolio, with or without its sponsor on the board."""
    _, direction, measure, budget, journey = next(each for each in INITIATIVES if each[0] == name)
    data = {
        "department": direction, "owner": f"chef-{name}", "kpi": measure, "budget": budget, "journey": journey, "committee": "omnicanal",
        "brand": SISTER if name in SISTERS else HOUSE,
    }  # fmt: skip
    return "reference.initiative", f"initiative/{name}", data | ({"sponsor": "DG"} if sponsored and name not in UNSPONSORED else {})


def targets(quarter: str, starts_at: str, ends_at: str, *, whole: bool) -> list[Said]:
    """The targets of a quarter by channel, and the global one they make up."""
    period = {"starts_at": starts_at, "ends_at": ends_at}
    said: list[Said] = [
        ("reference.target", f"target/{quarter}-{channel}", {"channel": channel, "target": amount, **period})
        for channel, amount in TARGETS.items()
    ]
    return [*said, ("reference.target", f"target/{quarter}", {"target": sum(TARGETS.values()), **period})] if whole else said
