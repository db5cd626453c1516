"""What customers use at once: the same sweep as agent time, keyed by the customer."""

from metrics.metric import Better, Interval, Kind, Metric, Part, Span, Text, Unit
from metrics.source import CONVERGE

STEERING = Text("Customer relations steering", "Pilotage de la relation client")
STRETCH = Span("began_at", "ended_at", open=False)

customer_channels_time = Metric(
    name=Text("Customers on several channels at once", "Clients sur plusieurs canaux à la fois"),
    definition=Text(
        "Time during which a customer had contacts on at least two channels at once, added over customers. A contact counts from its start "
        "to its last known activity, ours included; identifiers known to be one person are one customer; internal contacts, and those of "
        "unknown customers, are left out.",
        "Temps pendant lequel un client avait des contacts sur au moins deux canaux à la fois, additionné sur les clients. Un contact "
        "compte de son début à sa dernière activité connue, les nôtres comprises ; les identifiants rattachés à une même personne forment "
        "un seul client ; les contacts internes ou sans client identifié sont écartés.",
    ),
    why=Text(
        "Who calls while an e-mail waits shows that channels are one to the customer, and that we let them work apart.",
        "Qui appelle pendant que son courriel attend montre que pour lui les canaux n'en font qu'un, et que nous les laissons s'ignorer.",
    ),
    formula=Text("time with contacts on at least two channels", "temps avec des contacts sur au moins deux canaux"),
    kind=Kind.SUM,
    unit=Unit.SECONDS,
    better=Better.NEITHER,
    top=(Part(fact="customer_several", stamp="sliced", span=STRETCH, sql="sum(span_ms) / 1000"),),
    bottom=(Part(fact="customer_several", stamp="sliced", span=STRETCH, sql="uniqExact(who)"),),
    interval=Interval.NONE,
    parameters=(),
    source=CONVERGE,
    target=None,
    owner=STEERING,
    example="customer_channels_time",
)

customer_overlap = Metric(
    name=Text("Customers on two channels at once", "Clients sur deux canaux à la fois"),
    definition=Text(
        "Time during which a customer had contacts on both channels of a pair at once, added over customers. Asked by pair it says which; "
        "over all pairs it is their sum, in which an instant on three channels counts three times. Contacts count as in the time on "
        "several channels.",
        "Temps pendant lequel un client avait des contacts sur les deux canaux d'un couple, additionné sur les clients. Demandé par "
        "couple, il dit lesquels ; tous couples confondus, c'est leur somme, où un instant sur trois canaux compte trois fois. Les "
        "contacts comptent comme dans le temps sur plusieurs canaux.",
    ),
    why=Text(
        "The pairs say where the handover between channels has to be made to work first.",
        "Les couples disent entre quels canaux le passage de relais doit fonctionner en premier.",
    ),
    formula=Text("time with contacts on both channels of the pair", "temps avec des contacts sur les deux canaux du couple"),
    kind=Kind.SUM,
    unit=Unit.SECONDS,
    better=Better.NEITHER,
    top=(Part(fact="customer_pair", stamp="sliced", span=STRETCH, sql="sum(span_ms) / 1000"),),
    bottom=(Part(fact="customer_pair", stamp="sliced", span=STRETCH, sql="uniqExact(who)"),),
    interval=Interval.NONE,
    parameters=(),
    source=CONVERGE,
    target=None,
    owner=STEERING,
    example="customer_overlap",
)
