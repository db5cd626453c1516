"""The present moment: who waits, for how long, what is still open, and what it may do to the promise."""

from metrics.metric import Better, Interval, Kind, Metric, Number, Parameter, Part, Span, Text, Unit
from metrics.source import AMAZON_HISTORICAL, ICMI, LIVEPERSON

OPERATIONS = Text("Operations", "Exploitation")
WAITING = Span("entered_at", "left_at", open=True)

service_level_live = Metric(
    name=Text("Live service level", "Niveau de service en direct"),
    definition=Text(
        "Share of contacts answered within the threshold among those whose fate is known: answered, abandoned, or waiting beyond the "
        "threshold already. The low and high say what it becomes if all who wait within the threshold are missed, or all are answered.",
        "Part des contacts décrochés dans le délai parmi ceux dont le sort est connu : décrochés, abandonnés, ou déjà en attente au-delà "
        "du délai. Les bornes disent ce qu'elle devient si ceux qui attendent encore dans le délai sont tous manqués, ou tous décrochés.",
    ),
    why=Text(
        "An ordinary service level looks fine while a queue fills up, because nobody who waits is in it yet.",
        "Un niveau de service ordinaire reste flatteur pendant qu'une file se remplit, puisque ceux qui attendent n'y figurent pas encore.",
    ),
    formula=Text(
        "answered in time ÷ (answered + abandoned + waiting beyond the threshold)",
        "décrochés dans le délai ÷ (décrochés + abandonnés + en attente au-delà du délai)",
    ),
    kind=Kind.RATIO,
    unit=Unit.SHARE,
    better=Better.HIGHER,
    top=(
        Part(
            fact="stay",
            stamp="entered_at",
            span=WAITING,
            sql="countIf(reason = 'answered' AND span_ms <= 1000 * {threshold_s})",
        ),
    ),
    bottom=(
        Part(
            fact="stay",
            stamp="entered_at",
            span=WAITING,
            sql="countIf(reason IN ('answered', 'abandoned') OR (left_at IS NULL AND span_ms > 1000 * {threshold_s}))",
        ),
    ),
    undecided=(
        Part(
            fact="stay",
            stamp="entered_at",
            span=WAITING,
            sql="countIf(left_at IS NULL AND span_ms <= 1000 * {threshold_s})",
        ),
    ),
    interval=Interval.BOUNDS,
    parameters=(
        Parameter(
            name="threshold_s",
            text=Text("Seconds within which an answer is in time", "Délai cible de décroché, en secondes"),
            default=20,
            allowed=Number(0, 2592000),
        ),
    ),
    source=ICMI,
    target=None,
    owner=OPERATIONS,
    example="service_level_live",
)

waiting = Metric(
    name=Text("Waiting", "En attente"),
    definition=Text(
        "Contacts in a queue at the moment looked at: now, or the end of each bucket of time.",
        "Contacts présents en file à l'instant considéré : maintenant, ou la fin de chaque tranche de temps.",
    ),
    why=Text("The first thing a supervisor looks for.", "La première chose qu'un superviseur cherche du regard."),
    formula=Text("number of contacts that have entered a queue and not left it", "nombre de contacts entrés en file et pas encore sortis"),
    kind=Kind.LEVEL,
    unit=Unit.COUNT,
    better=Better.LOWER,
    top=(Part(fact="stay", stamp="open", span=WAITING, sql="count()"),),
    bottom=(),
    interval=Interval.NONE,
    parameters=(),
    source=AMAZON_HISTORICAL,
    target=None,
    owner=OPERATIONS,
    example="waiting",
)

oldest_wait = Metric(
    name=Text("Oldest wait", "Attente la plus longue"),
    definition=Text(
        "How long the contact that has waited longest has been in its queue at the moment looked at. Nobody waiting: no value.",
        "Ancienneté, à l'instant considéré, du contact présent en file depuis le plus longtemps. Personne en attente : pas de valeur.",
    ),
    why=Text(
        "One forgotten customer disappears in an average; here they cannot.",
        "Un client oublié se fond dans une moyenne ; ici, il ne peut pas passer inaperçu.",
    ),
    formula=Text(
        "the largest of (moment − entry into the queue) over those waiting", "maximum de (instant − entrée en file) parmi les présents"
    ),
    kind=Kind.EXTREME,
    unit=Unit.SECONDS,
    better=Better.LOWER,
    top=(Part(fact="stay", stamp="open", span=WAITING, sql="max(span_ms) / 1000"),),
    bottom=(Part(fact="stay", stamp="open", span=WAITING, sql="count()"),),
    interval=Interval.NONE,
    parameters=(),
    source=AMAZON_HISTORICAL,
    target=None,
    owner=OPERATIONS,
    example="oldest_wait",
)

backlog = Metric(
    name=Text("Backlog", "Stock en cours"),
    definition=Text(
        "Contacts opened and not closed at the moment looked at: now, or the end of each bucket of time. A reopened contact is open.",
        "Contacts ouverts et non clos à l'instant considéré : maintenant, ou la fin de chaque tranche de temps. Un contact rouvert est "
        "ouvert.",
    ),
    why=Text(
        "For e-mail, messages and cases the queue says little: the promise is lost in what stays open.",
        "Pour le courriel, la messagerie et les dossiers, la file dit peu de chose : la promesse se perd dans ce qui reste ouvert.",
    ),
    formula=Text("number of contacts started and not closed", "nombre de contacts débutés et non clos"),
    kind=Kind.LEVEL,
    unit=Unit.COUNT,
    better=Better.LOWER,
    top=(Part(fact="interaction", stamp="open", span=Span("started_at", "closed_at", open=True), sql="count()"),),
    bottom=(),
    interval=Interval.NONE,
    parameters=(),
    source=LIVEPERSON,
    target=None,
    owner=OPERATIONS,
    example="backlog",
)
