"""What customers live through: contacts that belong together, over all channels."""

from metrics.metric import Better, Choice, Interval, Kind, Metric, Number, Parameter, Part, Target, Text, Unit
from metrics.source import CONVERGE, WFM_LABS

STEERING = Text("Customer relations steering", "Pilotage de la relation client")

GAP_DAYS = Parameter(
    name="gap_days",
    text=Text(
        "Days without activity after which a contact begins another journey",
        "Jours sans activité au-delà desquels un contact ouvre un autre parcours",
    ),
    default=7,
    allowed=Number(0, 90),
)
TIED_BY = Parameter(
    name="tied_by",
    text=Text("What contacts of one journey have in common", "Ce que partagent les contacts d'un même parcours"),
    default="customer",
    allowed=(
        Choice("customer", Text("the customer", "le client")),
        Choice("motive", Text("the customer and the motive", "le client et le motif")),
        Choice("case", Text("the case where there is one, else the customer", "le dossier quand il y en a un, sinon le client")),
    ),
)

journeys = Metric(
    name=Text("Journeys", "Parcours"),
    definition=Text(
        "Episodes opened in the period: contacts that one customer opened, on whatever channels, each begun no more than some days after "
        "the last activity of those before it. Identifiers known to be one person are one customer; outbound and internal contacts, and "
        "those of unknown customers, are left out. A journey belongs to the channel, the queue and the team of its first contact.",
        "Épisodes ouverts pendant la période : contacts ouverts par un même client, tous canaux confondus, chacun débutant au plus "
        "quelques jours après la dernière activité des précédents. Les identifiants rattachés à une même personne forment un seul client ; "
        "les contacts sortants, internes ou sans client identifié sont écartés. Un parcours relève du canal, de la file et de l'équipe de "
        "son premier contact.",
    ),
    why=Text(
        "What customers came for, once each: contacts count the effort, journeys the reasons.",
        "Ce pour quoi les clients sont venus, compté une fois : les contacts mesurent l'effort, les parcours les raisons.",
    ),
    formula=Text("number of contacts that open a journey", "nombre de contacts qui ouvrent un parcours"),
    kind=Kind.COUNT,
    unit=Unit.COUNT,
    better=Better.NEITHER,
    top=(Part(fact="journey", stamp="opened_at", sql="count()"),),
    bottom=(),
    interval=Interval.NONE,
    parameters=(GAP_DAYS, TIED_BY),
    source=CONVERGE,
    target=None,
    owner=STEERING,
    example="journeys",
)

contacts_per_journey = Metric(
    name=Text("Contacts per journey", "Contacts par parcours"),
    definition=Text(
        "Contacts a customer needed for one episode, on average over the journeys opened in the period. Those of its first ninety days "
        "count, whether they fall in the period or after it.",
        "Nombre moyen de contacts nécessaires à un client pour un même épisode, sur les parcours ouverts dans la période. Ceux de ses "
        "quatre-vingt-dix premiers jours comptent, qu'ils tombent dans la période ou après.",
    ),
    why=Text(
        "The customer's effort, which no channel sees alone. Recent journeys may still grow.",
        "L'effort du client, qu'aucun canal ne voit seul. Les parcours récents peuvent encore s'allonger.",
    ),
    formula=Text("contacts of the journeys ÷ journeys", "contacts des parcours ÷ parcours"),
    kind=Kind.RATIO,
    unit=Unit.PER_JOURNEY,
    better=Better.LOWER,
    top=(Part(fact="journey", stamp="opened_at", sql="sum(contacts)"),),
    bottom=(Part(fact="journey", stamp="opened_at", sql="count()"),),
    interval=Interval.NONE,
    parameters=(GAP_DAYS, TIED_BY),
    source=CONVERGE,
    target=None,
    owner=STEERING,
    example="contacts_per_journey",
)

channel_switch_rate = Metric(
    name=Text("Channel switch rate", "Taux de changement de canal"),
    definition=Text(
        "Share of the journeys opened in the period in which the customer used more than one channel, in its first ninety days.",
        "Part des parcours ouverts dans la période où le client a utilisé plus d'un canal, pendant leurs quatre-vingt-dix premiers jours.",
    ),
    why=Text(
        "A customer who changes channel mostly did not get an answer on the first; averages by channel hide them.",
        "Un client qui change de canal n'a le plus souvent pas eu sa réponse sur le premier ; les moyennes par canal le cachent.",
    ),
    formula=Text("journeys over at least two channels ÷ journeys", "parcours sur au moins deux canaux ÷ parcours"),
    kind=Kind.RATIO,
    unit=Unit.SHARE,
    better=Better.LOWER,
    top=(Part(fact="journey", stamp="opened_at", sql="countIf(channels > 1)"),),
    bottom=(Part(fact="journey", stamp="opened_at", sql="count()"),),
    interval=Interval.WILSON,
    parameters=(GAP_DAYS, TIED_BY),
    source=CONVERGE,
    target=None,
    owner=STEERING,
    example="channel_switch_rate",
)

ELAPSED = "dateDiff('millisecond', quiet_at, {now}) > 86400000 * {gap_days}"

first_contact_resolution = Metric(
    name=Text("First contact resolution", "Résolution au premier contact"),
    definition=Text(
        "Share of the journeys opened in the period that needed no second contact, on any channel, whatever became of the first. A journey "
        "is judged once the days in which the customer might have come back are over; those whose first contact was active more recently "
        "are left out.",
        "Part des parcours ouverts dans la période qui n'ont demandé aucun second contact, sur quelque canal que ce soit, quelle qu'ait "
        "été l'issue du premier. Un parcours est jugé une fois passés les jours où le client aurait pu revenir ; ceux dont le premier "
        "contact a été actif plus récemment sont écartés.",
    ),
    why=Text(
        "Settled at once is what customers want most and what costs least. Beside it belongs the abandon rate: who gives up does not come "
        "back either.",
        "Réglé du premier coup : ce que les clients attendent le plus et ce qui coûte le moins. À lire avec le taux d'abandon : qui "
        "renonce ne revient pas non plus.",
    ),
    formula=Text(
        "journeys of a single contact ÷ journeys whose days for coming back are over",
        "parcours d'un seul contact ÷ parcours dont le délai de retour est écoulé",
    ),
    kind=Kind.RATIO,
    unit=Unit.SHARE,
    better=Better.HIGHER,
    top=(Part(fact="journey", stamp="opened_at", sql=f"countIf(contacts = 1 AND {ELAPSED})"),),
    bottom=(Part(fact="journey", stamp="opened_at", sql=f"countIf({ELAPSED})"),),
    interval=Interval.WILSON,
    parameters=(GAP_DAYS, TIED_BY),
    source=WFM_LABS,
    target=Target(0.7, None, Text("Seven journeys out of ten take one contact", "Sept parcours sur dix tiennent en un contact")),
    owner=STEERING,
    example="first_contact_resolution",
)

repeat_contact_rate = Metric(
    name=Text("Repeat contact rate", "Taux de réitération"),
    definition=Text(
        "Share of the contacts customers opened in the period that came no more than some days after the last activity of an earlier "
        "contact of the same customer, on any channel. Contacts whose customer is unknown are left out.",
        "Part des contacts ouverts par les clients dans la période qui surviennent au plus quelques jours après la dernière activité d'un "
        "contact antérieur du même client, sur quelque canal que ce soit. Les contacts sans client identifié sont écartés.",
    ),
    why=Text(
        "The load that comes back: each channel shows what others, or its own first answer, left unsettled.",
        "La charge qui revient : chaque canal y montre ce que les autres, ou sa propre première réponse, ont laissé en suspens.",
    ),
    formula=Text(
        "contacts preceded by another within the days ÷ contacts of known customers",
        "contacts précédés d'un autre dans le délai ÷ contacts de clients identifiés",
    ),
    kind=Kind.RATIO,
    unit=Unit.SHARE,
    better=Better.LOWER,
    top=(Part(fact="step", stamp="started_at", sql="countIf(again)"),),
    bottom=(Part(fact="step", stamp="started_at", sql="count()"),),
    interval=Interval.WILSON,
    parameters=(GAP_DAYS, TIED_BY),
    source=WFM_LABS,
    target=None,
    owner=STEERING,
    example="repeat_contact_rate",
)
