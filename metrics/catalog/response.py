"""How long customers wait for words and for a solution, and whether they get one at all."""

from metrics.metric import Better, Case, Choice, Counter, Interval, Kind, Metric, Number, Parameter, Part, Span, Target, Text, Unit
from metrics.source import DYNAMICS, KAPLAN_MEIER, WILSON

OPERATIONS = Text("Operations", "Exploitation")
FIRST_REPLY = Span("greatest(asked_at, ifNull(handed_off_at, asked_at))", "replied_at", open=False)
FIRST_WAIT = Span("greatest(asked_at, ifNull(handed_off_at, asked_at))", "ifNull(replied_at, closed_at)", open=True)
RESOLUTION = Span("started_at", "closed_at", open=False)
REPLY = Span("asked_at", "ifNull(replied_at, closed_at)", open=True)

QUANTILE = Parameter(
    name="quantile",
    text=Text(
        "Which quantile: 0.5 is the median, 0.9 the time nine out of ten stay within",
        "Quantile : 0,5 pour la médiane, 0,9 pour neuf sur dix",
    ),
    default=0.5,
    allowed=Number(0, 1),
)
METHOD = Parameter(
    name="method",
    text=Text("How the quantile is found", "Calcul du quantile"),
    default="sketch",
    allowed=(
        Choice("sketch", Text("from a sketch, within 1 % of the true value", "par esquisse, à 1 % près de la valeur vraie")),
        Choice("exact", Text("exactly, between the neighbouring values", "exactement, entre les valeurs voisines")),
    ),
)
CLOCK = Parameter(
    name="clock",
    text=Text("Which time counts", "Temps décompté"),
    default="elapsed",
    allowed=(
        Choice("elapsed", Text("elapsed time, as the customer lives it", "temps écoulé, tel que le vit le client")),
        Choice("business", Text("opening hours of the queue's calendar only", "seules les heures d'ouverture du calendrier de la file")),
    ),
)
HORIZON_S = Parameter(
    name="horizon_s",
    text=Text("Seconds within which a reply has to come", "Délai, en secondes, dans lequel une réponse doit arriver"),
    default=86400,
    allowed=Number(1, 31536000),
)

first_response_time = Metric(
    name=Text("First response time", "Délai de première réponse"),
    definition=Text(
        "Time from the customer's first message, or from the bot's hand-off if that came later, to the first reply written by a person. "
        "Contacts without such a reply yet are not in it: read it beside the response rate.",
        "Temps écoulé entre le premier message du client, ou le passage de relais du robot s'il est postérieur, et la première réponse "
        "rédigée par une personne. Les contacts encore sans réponse n'y figurent pas : à lire avec le taux de réponse.",
    ),
    why=Text(
        "The wait customers remember; a quantile says more than a mean that a few forgotten messages drag along.",
        "L'attente dont les clients se souviennent ; un quantile en dit plus qu'une moyenne tirée par quelques messages oubliés.",
    ),
    formula=Text(
        "quantile of (first human reply − first message or hand-off), over contacts that began in the period",
        "quantile de (première réponse humaine − premier message ou relais), sur les contacts débutés dans la période",
    ),
    kind=Kind.QUANTILE,
    unit=Unit.SECONDS,
    better=Better.LOWER,
    top=(
        Part(
            fact="interaction",
            stamp="asked_at",
            span=FIRST_REPLY,
            sql=Case(
                "method",
                (
                    ("sketch", "quantileDDIf(0.01, {quantile})(span_ms, span_ms >= 0) / 1000"),
                    ("exact", "quantileExactInclusiveIf({quantile})(span_ms, span_ms >= 0) / 1000"),
                ),
            ),
        ),
    ),
    bottom=(Part(fact="interaction", stamp="asked_at", span=FIRST_REPLY, sql="countIf(span_ms >= 0)"),),
    interval=Interval.NONE,
    parameters=(QUANTILE, METHOD, CLOCK),
    source=DYNAMICS,
    target=None,
    counter=Counter(
        "csat",
        Text(
            "A first reply that says nothing is quick, and does not please.",
            "Une première réponse vide est rapide, et ne satisfait personne.",
        ),
    ),
    owner=OPERATIONS,
    example="first_response_time",
)

first_response_kept = Metric(
    name=Text("First response within promise", "Première réponse dans les délais promis"),
    definition=Text(
        "Share of contacts that had their first human reply within the promise, among those whose fate is known: replied to, closed "
        "without a reply, or waiting beyond the promise already.",
        "Part des contacts ayant reçu leur première réponse humaine dans le délai promis, parmi ceux dont le sort est connu : répondus, "
        "clos sans réponse, ou déjà en attente au-delà du délai.",
    ),
    why=Text(
        "A promise is kept or it is not; unlike a median, this cannot look good while a tenth of the customers are forgotten.",
        "Une promesse est tenue ou ne l'est pas ; à la différence d'une médiane, ce taux ne peut rester flatteur quand un client sur dix "
        "est oublié.",
    ),
    formula=Text(
        "replied to within the promise ÷ (replied to + closed without a reply + waiting beyond it)",
        "répondus dans le délai ÷ (répondus + clos sans réponse + en attente au-delà du délai)",
    ),
    kind=Kind.RATIO,
    unit=Unit.SHARE,
    better=Better.HIGHER,
    top=(
        Part(
            fact="interaction",
            stamp="asked_at",
            span=FIRST_WAIT,
            sql=Case(
                "promise",
                (
                    ("same", "countIf(replied_at IS NOT NULL AND span_ms <= 1000 * {threshold_s})"),
                    (
                        "own",
                        (
                            "countIf(span_ms IS NOT NULL AND replied_at IS NOT NULL"
                            " AND if(promised_at IS NULL, span_ms <= 1000 * {threshold_s}, replied_at <= promised_at))"
                        ),
                    ),
                ),
            ),
        ),
    ),
    bottom=(
        Part(
            fact="interaction",
            stamp="asked_at",
            span=FIRST_WAIT,
            sql=Case(
                "promise",
                (
                    (
                        "same",
                        (
                            "countIf(span_ms IS NOT NULL"
                            " AND (replied_at IS NOT NULL OR closed_at IS NOT NULL OR span_ms > 1000 * {threshold_s}))"
                        ),
                    ),
                    (
                        "own",
                        (
                            "countIf(span_ms IS NOT NULL AND (replied_at IS NOT NULL OR closed_at IS NOT NULL"
                            " OR if(promised_at IS NULL, span_ms > 1000 * {threshold_s}, {now} > promised_at)))"
                        ),
                    ),
                ),
            ),
        ),
    ),
    interval=Interval.WILSON,
    parameters=(
        Parameter(
            name="threshold_s",
            text=Text("Seconds promised for a first reply", "Délai promis pour la première réponse, en secondes"),
            default=86400,
            allowed=Number(0, 31536000),
        ),
        Parameter(
            name="promise",
            text=Text("Which promise a contact is held to", "Promesse à laquelle un contact est mesuré"),
            default="same",
            allowed=(
                Choice("same", Text("the same seconds for all", "le même délai pour tous")),
                Choice(
                    "own",
                    Text(
                        "the instant the contact itself was promised, where it was given one; the same seconds otherwise",
                        "l'instant promis au contact lui-même, quand il y en a un ; à défaut, le même délai pour tous",
                    ),
                ),
            ),
        ),
        CLOCK,
    ),
    source=WILSON,
    target=Target(0.9, None, Text("Nine promises kept out of ten", "Neuf promesses tenues sur dix")),
    counter=Counter(
        "resolution_time",
        Text(
            "A quick first word may stand in for a solution that comes later.", "Un premier mot rapide peut masquer une solution qui tarde."
        ),
    ),
    owner=OPERATIONS,
    example="first_response_kept",
)

response_rate = Metric(
    name=Text("Response rate", "Taux de réponse"),
    definition=Text(
        "Estimated share of customer messages that get a human reply within the horizon. Messages still waiting count for the time they "
        "have waited so far, those closed without a reply until they were closed (product-limit estimate).",
        "Part estimée des messages de clients qui reçoivent une réponse humaine avant l'horizon fixé. Les messages encore en attente "
        "comptent pour le temps déjà passé, ceux clos sans réponse jusqu'à leur clôture (estimateur de Kaplan-Meier).",
    ),
    why=Text(
        "Statistics of answered messages alone keep the fast ones and improve while a backlog grows; this one does not.",
        "Les statistiques limitées aux messages répondus ne retiennent que les plus rapides et s'embellissent quand le stock gonfle ; pas "
        "celle-ci.",
    ),
    formula=Text(
        "1 − product over the reply times up to the horizon of (1 − replies ÷ messages still waiting), in seconds rounded up",
        "1 − produit, sur les délais de réponse jusqu'à l'horizon, de (1 − réponses ÷ messages encore en attente), en secondes arrondies "
        "au-dessus",
    ),
    kind=Kind.CURVE,
    unit=Unit.SHARE,
    better=Better.HIGHER,
    top=(
        Part(
            fact="turn",
            stamp="asked_at",
            span=REPLY,
            sql="sumMapIf([toUInt64(ceil(span_ms / 1000))], [toUInt64(1)], replied_at IS NOT NULL AND span_ms >= 0)",
        ),
    ),
    bottom=(
        Part(
            fact="turn",
            stamp="asked_at",
            span=REPLY,
            sql="sumMapIf([toUInt64(ceil(span_ms / 1000))], [toUInt64(1)], replied_at IS NULL AND span_ms >= 0)",
        ),
    ),
    interval=Interval.GREENWOOD,
    parameters=(HORIZON_S,),
    source=KAPLAN_MEIER,
    target=None,
    counter=Counter(
        "csat", Text("Everybody can be answered with the same sentence.", "On peut répondre à tout le monde par la même phrase.")
    ),
    owner=OPERATIONS,
    example="response_rate",
)

response_rate_naive = Metric(
    name=Text("Response rate, simple count", "Taux de réponse brut"),
    definition=Text(
        "Share of customer messages that have had a human reply within the horizon so far; every other one counts as unanswered, even if "
        "it came a minute ago.",
        "Part des messages de clients ayant déjà reçu une réponse humaine avant l'horizon ; tout autre compte comme sans réponse, même "
        "arrivé il y a une minute.",
    ),
    why=Text(
        "Easy to check by hand, and a lower bound of the response rate: the gap between the two is the work in progress.",
        "Vérifiable à la main, et borne basse du taux de réponse : l'écart entre les deux est l'encours.",
    ),
    formula=Text("messages replied to within the horizon ÷ all messages", "messages répondus avant l'horizon ÷ tous les messages"),
    kind=Kind.RATIO,
    unit=Unit.SHARE,
    better=Better.HIGHER,
    top=(
        Part(
            fact="turn",
            stamp="asked_at",
            span=REPLY,
            sql="countIf(replied_at IS NOT NULL AND span_ms <= 1000 * {horizon_s})",
        ),
    ),
    bottom=(Part(fact="turn", stamp="asked_at", sql="count()"),),
    interval=Interval.WILSON,
    parameters=(HORIZON_S,),
    source=WILSON,
    target=None,
    counter=Counter(
        "response_rate",
        Text(
            "It counts who still waits as unanswered; the estimate follows them as long as they can be followed.",
            "Il compte comme sans réponse ceux qui attendent encore ; l'estimation les suit tant qu'elle le peut.",
        ),
    ),
    owner=OPERATIONS,
    example="response_rate_naive",
)

resolution_time = Metric(
    name=Text("Resolution time", "Délai de résolution"),
    definition=Text(
        "Time from the opening of a contact to its last closing, for the contacts closed in the period. A closing earlier than the "
        "opening is a fault of the source and is left out.",
        "Temps écoulé entre l'ouverture d'un contact et sa dernière clôture, pour les contacts clos dans la période. Une clôture "
        "antérieure à l'ouverture est une erreur de la source et se trouve écartée.",
    ),
    why=Text("What the customer came for: not a reply, a solution.", "Ce que le client est venu chercher : non une réponse, une solution."),
    formula=Text("quantile of (last closing − opening)", "quantile de (dernière clôture − ouverture)"),
    kind=Kind.QUANTILE,
    unit=Unit.SECONDS,
    better=Better.LOWER,
    top=(
        Part(
            fact="interaction",
            stamp=Case("stamp", (("end", "closed_at"), ("start", "started_at"))),
            span=RESOLUTION,
            sql=Case(
                "method",
                (
                    ("sketch", "quantileDDIf(0.01, {quantile})(span_ms, span_ms >= 0 AND closed_at >= started_at) / 1000"),
                    ("exact", "quantileExactInclusiveIf({quantile})(span_ms, span_ms >= 0 AND closed_at >= started_at) / 1000"),
                ),
            ),
        ),
    ),
    bottom=(
        Part(
            fact="interaction",
            stamp=Case("stamp", (("end", "closed_at"), ("start", "started_at"))),
            span=RESOLUTION,
            sql="countIf(span_ms >= 0 AND closed_at >= started_at)",
        ),
    ),
    interval=Interval.NONE,
    parameters=(
        QUANTILE,
        METHOD,
        CLOCK,
        Parameter(
            name="stamp",
            text=Text("The instant that says in which period a contact counts", "Instant qui rattache un contact à une période"),
            default="end",
            allowed=(
                Choice("end", Text("when it was closed", "à sa clôture")),
                Choice("start", Text("when it was opened", "à son ouverture")),
            ),
        ),
    ),
    source=DYNAMICS,
    target=None,
    counter=Counter("reopen_rate", Text("What is closed too soon is opened again.", "Ce qui est clos trop tôt se rouvre.")),
    owner=OPERATIONS,
    example="resolution_time",
)

reopen_rate = Metric(
    name=Text("Reopen rate", "Taux de réouverture"),
    definition=Text(
        "Share of the contacts first closed in the period that were opened again since.",
        "Part des contacts clos une première fois dans la période et rouverts depuis.",
    ),
    why=Text(
        "Keeps the resolution time honest: closing quickly is worth nothing if it does not last.",
        "Garde le délai de résolution honnête : clore vite ne vaut rien si cela ne tient pas.",
    ),
    formula=Text(
        "contacts reopened at least once ÷ contacts closed at least once",
        "contacts rouverts au moins une fois ÷ contacts clos au moins une fois",
    ),
    kind=Kind.RATIO,
    unit=Unit.SHARE,
    better=Better.LOWER,
    top=(Part(fact="interaction", stamp="first_closed_at", sql="countIf(reopens > 0)"),),
    bottom=(Part(fact="interaction", stamp="first_closed_at", sql="count()"),),
    interval=Interval.WILSON,
    parameters=(),
    source=DYNAMICS,
    target=None,
    counter=Counter(
        "repeat_contact_rate",
        Text("A customer who may not reopen his case opens another.", "Un client qui ne peut rouvrir son dossier en ouvre un autre."),
    ),
    owner=OPERATIONS,
    example="reopen_rate",
)
