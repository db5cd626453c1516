"""How much comes in, from whom and by which channel."""

from metrics.metric import Better, Counter, Interval, Kind, Metric, Part, Text, Unit
from metrics.source import AMAZON_HISTORICAL, CONVERGE, GENESYS_OFFERED

STEERING = Text("Customer relations steering", "Pilotage de la relation client")

contacts = Metric(
    name=Text("Contacts", "Contacts"),
    definition=Text(
        "Interactions opened in the period, whatever the channel and whoever opened them; each counts once, however many queues or "
        "agents it passes through.",
        "Interactions ouvertes pendant la période, quel que soit le canal et qui que ce soit qui les ait ouvertes ; chacune compte une "
        "seule fois, quel que soit le nombre de files ou de conseillers traversés.",
    ),
    why=Text(
        "The workload as customers create it, comparable from one channel to the next.",
        "La charge telle que les clients la créent, comparable d'un canal à l'autre.",
    ),
    formula=Text("number of interactions started in the period", "nombre d'interactions débutées dans la période"),
    kind=Kind.COUNT,
    unit=Unit.COUNT,
    better=Better.NEITHER,
    top=(Part(fact="interaction", stamp="started_at", sql="count()"),),
    bottom=(),
    interval=Interval.NONE,
    parameters=(),
    source=GENESYS_OFFERED,
    target=None,
    owner=STEERING,
    example="contacts",
)

customers = Metric(
    name=Text("Customers in contact", "Clients en contact"),
    definition=Text(
        "Different customers who had at least one contact in the period. Identifiers known to be one person count once; contacts whose "
        "customer is unknown are left out.",
        "Clients distincts ayant eu au moins un contact pendant la période. Les identifiants rattachés à une même personne ne comptent "
        "qu'une fois ; les contacts sans client identifié sont écartés.",
    ),
    why=Text(
        "Tells a busy customer base from a few customers who have to come back.",
        "Distingue une clientèle active de quelques clients contraints de revenir.",
    ),
    formula=Text(
        "number of different persons among the contacts of the period", "nombre de personnes distinctes parmi les contacts de la période"
    ),
    kind=Kind.DISTINCT,
    unit=Unit.COUNT,
    better=Better.NEITHER,
    top=(Part(fact="interaction", stamp="started_at", sql="uniqExactIf({person}, customer != '')"),),
    bottom=(),
    interval=Interval.NONE,
    parameters=(),
    source=CONVERGE,
    target=None,
    owner=STEERING,
    example="customers",
)

channel_share = Metric(
    name=Text("Channel share", "Part du canal"),
    definition=Text(
        "Contacts of a group (usually a channel) as a share of the contacts of all groups under the same filters and in the same bucket "
        "of time.",
        "Contacts d'un groupe (le plus souvent un canal) rapportés aux contacts de l'ensemble des groupes, à filtres et tranche de temps "
        "identiques.",
    ),
    why=Text(
        "Shows customers moving from one channel to another, which volumes alone hide.",
        "Fait apparaître les reports d'un canal vers l'autre, que les volumes seuls masquent.",
    ),
    formula=Text("contacts of the group ÷ contacts of all groups", "contacts du groupe ÷ contacts de tous les groupes"),
    kind=Kind.RATIO,
    unit=Unit.SHARE,
    better=Better.NEITHER,
    top=(Part(fact="interaction", stamp="started_at", sql="count()"),),
    bottom=(Part(fact="interaction", stamp="started_at", sql="sum(count()) {over everyone}"),),
    interval=Interval.WILSON,
    parameters=(),
    source=CONVERGE,
    target=None,
    owner=STEERING,
    example="channel_share",
)

contacts_per_order = Metric(
    name=Text("Contacts per order", "Contacts par commande"),
    definition=Text(
        "Contacts customers opened in the period for each order placed in the period. Outbound and internal contacts are left out.",
        "Contacts ouverts par les clients pendant la période pour chaque commande passée pendant la même période. Les contacts sortants "
        "et internes sont écartés.",
    ),
    why=Text(
        "A rising figure says that the offer, the site or the delivery raises questions: it is fixed upstream, not by answering faster.",
        "Sa hausse signale que l'offre, le site ou la livraison suscitent des questions : le remède est en amont, pas dans la vitesse de "
        "réponse.",
    ),
    formula=Text("contacts opened by customers ÷ orders placed", "contacts entrants ÷ commandes passées"),
    kind=Kind.RATIO,
    unit=Unit.PER_ORDER,
    better=Better.LOWER,
    top=(Part(fact="interaction", stamp="started_at", sql="countIf(direction NOT IN ('outbound', 'internal'))"),),
    bottom=(Part(fact="order", stamp="placed_at", sql="count()"),),
    interval=Interval.NONE,
    parameters=(),
    source=AMAZON_HISTORICAL,
    target=None,
    counter=Counter(
        "csat",
        Text(
            "Fewer contacts are good news of content customers and bad news of discouraged ones.",
            "Moins de contacts : bonne nouvelle si les clients sont contents, mauvaise s'ils sont découragés.",
        ),
    ),
    owner=STEERING,
    example="contacts_per_order",
)
