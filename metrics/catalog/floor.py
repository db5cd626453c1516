"""The floor at this moment: who waits longer than promised, and what agents have in hand."""

from metrics.metric import Better, Interval, Kind, Metric, Number, Parameter, Part, Span, Text, Unit
from metrics.source import AMAZON_HISTORICAL, AMAZON_REAL_TIME, LIVEPERSON

OPERATIONS = Text("Operations", "Exploitation")
WAITING = Span("entered_at", "left_at", open=True)
WORKING = Span("started_at", "ended_at", open=True)
PRESENT = Span("started_at", "ended_at", open=True)

waiting_late = Metric(
    name=Text("Waiting too long", "En attente hors délai"),
    definition=Text(
        "Contacts in a queue at the moment looked at that have been there longer than the threshold.",
        "Contacts présents en file à l'instant considéré depuis plus longtemps que le délai cible.",
    ),
    why=Text(
        "Each of them is a promise already broken, whoever answers and however fast.",
        "Chacun d'eux est une promesse déjà rompue, quel que soit celui qui décroche.",
    ),
    formula=Text(
        "number of contacts waiting for more than the threshold", "nombre de contacts en file depuis plus longtemps que le délai cible"
    ),
    kind=Kind.LEVEL,
    unit=Unit.COUNT,
    better=Better.LOWER,
    top=(Part(fact="stay", stamp="open", span=WAITING, sql="countIf(span_ms > 1000 * {threshold_s})"),),
    bottom=(),
    interval=Interval.NONE,
    parameters=(
        Parameter(
            name="threshold_s",
            text=Text("Seconds a contact may wait", "Délai cible d'attente, en secondes"),
            default=20,
            allowed=Number(0, 2592000),
        ),
    ),
    source=AMAZON_HISTORICAL,
    target=None,
    owner=OPERATIONS,
    example="waiting_late",
)

in_hand = Metric(
    name=Text("In hand", "En cours de traitement"),
    definition=Text(
        "Contacts an agent is working on at the moment looked at: talking, writing, on hold or in wrap-up. A contact two agents work on "
        "counts at each of them; one that is parked or only rings does not count.",
        "Contacts sur lesquels un conseiller travaille à l'instant considéré : conversation, rédaction, garde ou post-traitement. "
        "Un contact traité par deux conseillers compte chez chacun ; un contact mis de côté ou qui ne fait que sonner ne compte pas.",
    ),
    why=Text(
        "Beside those who wait, it says whether help is on the way or nobody is there.",
        "À côté de ceux qui attendent, il dit si l'aide arrive ou s'il n'y a personne.",
    ),
    formula=Text(
        "number of stretches of talk, hold or wrap-up begun and not ended",
        "nombre de plages de conversation, de garde ou de post-traitement ouvertes",
    ),
    kind=Kind.LEVEL,
    unit=Unit.COUNT,
    better=Better.NEITHER,
    top=(Part(fact="work", stamp="open", span=WORKING, sql="countIf(phase IN ('talk', 'hold', 'wrap'))"),),
    bottom=(),
    interval=Interval.NONE,
    parameters=(),
    source=LIVEPERSON,
    target=None,
    owner=OPERATIONS,
    example="in_hand",
)

agents_signed_in = Metric(
    name=Text("Agents signed in", "Conseillers connectés"),
    definition=Text(
        "Agents signed in at the moment looked at, ready or in a pause: now, or the end of each bucket of time. An agent signed in for "
        "several channels counts once; one whose states there are all offline, signed_out or logged_out is not there.",
        "Conseillers connectés à l'instant considéré, prêts ou en pause : maintenant, ou la fin de chaque tranche de temps. "
        "Un conseiller connecté sur plusieurs canaux compte une fois ; celui dont tous les états sont offline, signed_out ou logged_out "
        "n'est pas là.",
    ),
    why=Text(
        "Before asking why a queue grows, ask how many people are there to answer it.",
        "Avant de demander pourquoi une file grossit, il faut savoir combien de personnes sont là pour y répondre.",
    ),
    formula=Text(
        "number of distinct agents with a state begun and not ended that means being there",
        "nombre de conseillers distincts ayant un état de présence en cours",
    ),
    kind=Kind.DISTINCT,
    unit=Unit.COUNT,
    better=Better.NEITHER,
    top=(Part(fact="presence", stamp="open", span=PRESENT, sql="uniqExactIf(agent, state NOT IN {off})"),),
    bottom=(),
    interval=Interval.NONE,
    parameters=(),
    source=AMAZON_REAL_TIME,
    target=None,
    owner=OPERATIONS,
    example="agents_signed_in",
)

agents_ready = Metric(
    name=Text("Agents ready", "Conseillers prêts"),
    definition=Text(
        "Agents who at the moment looked at are ready for at least one channel: in the state ready or available, or signed in without "
        "having given any state. One who is ready and at work on a contact counts: where several contacts are taken at once, both are "
        "true.",
        "Conseillers qui, à l'instant considéré, sont prêts pour au moins un canal : dans l'état ready ou available, ou connectés sans "
        "avoir encore donné d'état. Un conseiller prêt et déjà en contact compte : là où plusieurs contacts se mènent de front, les deux "
        "sont vrais.",
    ),
    why=Text(
        "Signed in is not available: breaks, meetings and training take their share.",
        "Connecté ne veut pas dire disponible : pauses, réunions et formations prennent leur part.",
    ),
    formula=Text(
        "number of distinct agents with a state begun and not ended that means waiting for work",
        "nombre de conseillers distincts ayant en cours un état d'attente de travail",
    ),
    kind=Kind.DISTINCT,
    unit=Unit.COUNT,
    better=Better.NEITHER,
    top=(Part(fact="presence", stamp="open", span=PRESENT, sql="uniqExactIf(agent, state IN {ready})"),),
    bottom=(),
    interval=Interval.NONE,
    parameters=(),
    source=AMAZON_REAL_TIME,
    target=None,
    owner=OPERATIONS,
    example="agents_ready",
)

agents_busy = Metric(
    name=Text("Agents in contact", "Conseillers en contact"),
    definition=Text(
        "Agents who at the moment looked at work on at least one contact: talking, writing, on hold or in wrap-up. One who only listens "
        "in is in contact too; one whose telephone only rings is not.",
        "Conseillers qui, à l'instant considéré, travaillent sur au moins un contact : conversation, rédaction, garde ou "
        "post-traitement. La simple écoute compte aussi ; une sonnerie ne compte pas.",
    ),
    why=Text(
        "It counts people where contacts in hand count contacts: three chats may be one person.",
        "Il compte des personnes, quand les contacts en cours comptent des contacts : trois chats peuvent n'occuper qu'une personne.",
    ),
    formula=Text(
        "number of distinct agents with a stretch of talk, hold or wrap-up begun and not ended",
        "nombre de conseillers distincts ayant une plage de conversation, de garde ou de post-traitement ouverte",
    ),
    kind=Kind.DISTINCT,
    unit=Unit.COUNT,
    better=Better.NEITHER,
    top=(Part(fact="work", stamp="open", span=WORKING, sql="uniqExactIf(agent, agent != '' AND phase IN ('talk', 'hold', 'wrap'))"),),
    bottom=(),
    interval=Interval.NONE,
    parameters=(),
    source=AMAZON_REAL_TIME,
    target=None,
    owner=OPERATIONS,
    example="agents_busy",
)
