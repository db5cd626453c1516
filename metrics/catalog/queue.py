"""What becomes of those who wait: answered, given up, gone elsewhere, and how soon."""

from metrics.metric import Better, Case, Choice, Counter, Interval, Kind, Metric, Number, Parameter, Part, Span, Target, Text, Unit
from metrics.source import AMAZON_HISTORICAL, GENESYS_OFFERED, GENESYS_SERVICE, ICMI, TALKDESK_ABANDON

OPERATIONS = Text("Operations", "Exploitation")
WAIT = Span("entered_at", "left_at", open=False)
COUNTED_AT = Case("stamp", (("start", "entered_at"), ("event", "left_at")))

STAMP = Parameter(
    name="stamp",
    text=Text("The instant that says in which period a contact counts", "Instant qui rattache un contact à une période"),
    default="start",
    allowed=(
        Choice("start", Text("when it entered the queue", "à l'entrée en file")),
        Choice("event", Text("when it left the queue", "à la sortie de file")),
    ),
)
SHORT_S = Parameter(
    name="short_s",
    text=Text("Waits of at most this many seconds make an abandon a short one", "Attente maximale, en secondes, d'un abandon court"),
    default=5,
    allowed=Number(0, 3600),
)

offered = Metric(
    name=Text("Offered", "Contacts offerts"),
    definition=Text(
        "Entries into a queue in the period. A contact that is sent on to another queue is offered there once more.",
        "Entrées en file d'attente pendant la période. Un contact réorienté vers une autre file y est offert une nouvelle fois.",
    ),
    why=Text(
        "The demand each queue has to meet, and the denominator of most of what is said about it.",
        "La demande adressée à chaque file, et le dénominateur de l'essentiel de ses indicateurs.",
    ),
    formula=Text("number of entries into a queue", "nombre d'entrées en file"),
    kind=Kind.COUNT,
    unit=Unit.COUNT,
    better=Better.NEITHER,
    top=(Part(fact="stay", stamp="entered_at", sql="count()"),),
    bottom=(),
    interval=Interval.NONE,
    parameters=(),
    source=GENESYS_OFFERED,
    target=None,
    owner=OPERATIONS,
    example="offered",
)

answered = Metric(
    name=Text("Answered", "Contacts décrochés"),
    definition=Text(
        "Visits to a queue that ended with an agent taking the contact, counted in the period in which they entered the queue.",
        "Passages en file conclus par une prise en charge par un conseiller, rattachés à la période d'entrée en file.",
    ),
    why=Text("What the queue was there for.", "Ce pour quoi la file existe."),
    formula=Text("number of queue visits left as answered", "nombre de sorties de file par décroché"),
    kind=Kind.COUNT,
    unit=Unit.COUNT,
    better=Better.NEITHER,
    top=(Part(fact="stay", stamp=COUNTED_AT, sql="countIf(reason = 'answered')"),),
    bottom=(),
    interval=Interval.NONE,
    parameters=(STAMP,),
    source=GENESYS_OFFERED,
    target=None,
    owner=OPERATIONS,
    example="answered",
)

abandoned = Metric(
    name=Text("Abandoned", "Contacts abandonnés"),
    definition=Text(
        "Visits to a queue that ended because the customer gave up waiting, counted in the period in which they entered the queue.",
        "Passages en file interrompus par un client qui renonce à attendre, rattachés à la période d'entrée en file.",
    ),
    why=Text(
        "Each one is a customer who was not served, and often one who will come back.",
        "Chacun est un client non servi, et souvent un client qui reviendra.",
    ),
    formula=Text("number of queue visits left as abandoned", "nombre de sorties de file par abandon"),
    kind=Kind.COUNT,
    unit=Unit.COUNT,
    better=Better.LOWER,
    top=(Part(fact="stay", stamp=COUNTED_AT, sql="countIf(reason = 'abandoned')"),),
    bottom=(),
    interval=Interval.NONE,
    parameters=(STAMP,),
    source=AMAZON_HISTORICAL,
    target=None,
    owner=OPERATIONS,
    example="abandoned",
)

left_otherwise = Metric(
    name=Text("Left for another reason", "Autres sorties de file"),
    definition=Text(
        "Visits to a queue that ended neither answered nor abandoned: sent to another queue, turned into a callback, a voicemail, "
        "timed out, closed.",
        "Passages en file terminés sans décroché ni abandon : réorientation, rappel demandé, messagerie vocale, délai dépassé, clôture.",
    ),
    why=Text(
        "Closes the balance: offered = answered + abandoned + left otherwise + still waiting.",
        "Ferme le bilan : offerts = décrochés + abandonnés + autres sorties + encore en attente.",
    ),
    formula=Text("number of queue visits left for any other reason", "nombre de sorties de file pour tout autre motif"),
    kind=Kind.COUNT,
    unit=Unit.COUNT,
    better=Better.NEITHER,
    top=(Part(fact="stay", stamp=COUNTED_AT, sql="countIf(reason NOT IN ('', 'answered', 'abandoned'))"),),
    bottom=(),
    interval=Interval.NONE,
    parameters=(STAMP,),
    source=GENESYS_OFFERED,
    target=None,
    owner=OPERATIONS,
    example="left_otherwise",
)

abandon_rate = Metric(
    name=Text("Abandon rate", "Taux d'abandon"),
    definition=Text(
        "Share of offered contacts whose customer gave up waiting. Short abandons (wrong number, change of mind) may be left out of both "
        "sides.",
        "Part des contacts offerts dont le client a renoncé à attendre. Les abandons courts (erreur de numéro, changement d'avis) peuvent "
        "être retirés des deux termes.",
    ),
    why=Text(
        "The most direct sign that there are too few people at the right moment.",
        "Le signe le plus direct d'un effectif insuffisant au bon moment.",
    ),
    formula=Text("abandoned ÷ offered", "abandonnés ÷ offerts"),
    kind=Kind.RATIO,
    unit=Unit.SHARE,
    better=Better.LOWER,
    top=(
        Part(
            fact="stay",
            stamp="entered_at",
            span=WAIT,
            sql=Case(
                "short_abandons",
                (
                    ("counted", "countIf(reason = 'abandoned')"),
                    ("excluded", "countIf(reason = 'abandoned' AND span_ms > 1000 * {short_s})"),
                ),
            ),
        ),
    ),
    bottom=(
        Part(
            fact="stay",
            stamp="entered_at",
            span=WAIT,
            sql=Case(
                "short_abandons",
                (
                    ("counted", "count()"),
                    ("excluded", "count() - countIf(reason = 'abandoned' AND span_ms <= 1000 * {short_s})"),
                ),
            ),
        ),
    ),
    interval=Interval.WILSON,
    parameters=(
        Parameter(
            name="short_abandons",
            text=Text("What is done with short abandons", "Traitement des abandons courts"),
            default="counted",
            allowed=(
                Choice("counted", Text("they count like any other", "comptés comme les autres")),
                Choice("excluded", Text("they are left out of both sides", "retirés des deux termes")),
            ),
        ),
        SHORT_S,
    ),
    source=TALKDESK_ABANDON,
    target=Target(None, 0.05, Text("A common bar in telephone service", "Seuil courant en service téléphonique")),
    counter=Counter(
        "promise_kept",
        Text(
            "Patient customers stay on the line however long it takes: fewer may give up while all wait longer.",
            "Des clients patients restent en ligne quoi qu'il arrive : ils peuvent renoncer moins tout en attendant plus.",
        ),
    ),
    owner=OPERATIONS,
    example="abandon_rate",
)

short_abandons = Metric(
    name=Text("Short abandons", "Abandons courts"),
    definition=Text(
        "Visits to a queue abandoned after a wait of at most the short limit.",
        "Passages en file abandonnés après une attente ne dépassant pas la limite d'abandon court.",
    ),
    why=Text(
        "Says how much of the abandons no staffing could have prevented.",
        "Indique la part des abandons qu'aucun effectif n'aurait évitée.",
    ),
    formula=Text("number of abandons with a wait of at most the limit", "nombre d'abandons dont l'attente ne dépasse pas la limite"),
    kind=Kind.COUNT,
    unit=Unit.COUNT,
    better=Better.NEITHER,
    top=(Part(fact="stay", stamp="entered_at", span=WAIT, sql="countIf(reason = 'abandoned' AND span_ms <= 1000 * {short_s})"),),
    bottom=(),
    interval=Interval.NONE,
    parameters=(SHORT_S,),
    source=GENESYS_SERVICE,
    target=None,
    owner=OPERATIONS,
    example="short_abandons",
)

service_level = Metric(
    name=Text("Service level", "Niveau de service"),
    definition=Text(
        "Share of contacts answered within the threshold. The variant says what abandons do to it; by default every abandon counts "
        "against it. Contacts still waiting or gone for another reason take no part.",
        "Part des contacts décrochés dans le délai cible. La variante précise le sort des abandons ; par défaut, tout abandon pénalise "
        "le résultat. Les contacts encore en attente ou sortis pour un autre motif n'entrent pas dans le calcul.",
    ),
    why=Text(
        "The promise most contracts are written on; without its variant and threshold it says nothing.",
        "L'engagement inscrit dans la plupart des contrats ; sans sa variante et son délai, il ne dit rien.",
    ),
    formula=Text(
        "SL3: answered in time ÷ (answered + abandoned); the other variants are listed under the parameters",
        "SL3 : décrochés dans le délai ÷ (décrochés + abandonnés) ; les autres variantes figurent parmi les paramètres",
    ),
    kind=Kind.RATIO,
    unit=Unit.SHARE,
    better=Better.HIGHER,
    top=(
        Part(
            fact="stay",
            stamp=COUNTED_AT,
            span=WAIT,
            sql=Case(
                "variant",
                (
                    ("SL1", "countIf(reason IN ('answered', 'abandoned') AND span_ms <= 1000 * {threshold_s})"),
                    ("SL2", "countIf(reason = 'answered' AND span_ms <= 1000 * {threshold_s})"),
                    ("SL3", "countIf(reason = 'answered' AND span_ms <= 1000 * {threshold_s})"),
                    ("SL4", "countIf(reason = 'answered' AND span_ms <= 1000 * {threshold_s})"),
                    (
                        "SL5",
                        "countIf(span_ms <= 1000 * multiIf(reason = 'answered', {threshold_s}, reason = 'abandoned', {short_s}, -1))",
                    ),
                    ("SL6", "countIf(reason = 'answered' AND span_ms <= 1000 * {threshold_s})"),
                ),
            ),
        ),
    ),
    bottom=(
        Part(
            fact="stay",
            stamp=COUNTED_AT,
            span=WAIT,
            sql=Case(
                "variant",
                (
                    ("SL1", "countIf(reason IN ('answered', 'abandoned'))"),
                    ("SL2", "countIf(reason = 'answered')"),
                    ("SL3", "countIf(reason IN ('answered', 'abandoned'))"),
                    ("SL4", "countIf(reason = 'answered' OR (reason = 'abandoned' AND span_ms > 1000 * {threshold_s}))"),
                    ("SL5", "countIf(reason IN ('answered', 'abandoned'))"),
                    ("SL6", "countIf(reason = 'answered' OR (reason = 'abandoned' AND span_ms > 1000 * {short_s}))"),
                ),
            ),
        ),
    ),
    interval=Interval.WILSON,
    parameters=(
        Parameter(
            name="variant",
            text=Text("What abandons do to the figure", "Prise en compte des abandons"),
            default="SL3",
            allowed=(
                Choice(
                    "SL1",
                    Text(
                        "(answered in time + abandoned in time) ÷ (answered + abandoned)",
                        "(décrochés + abandonnés dans le délai) ÷ (décrochés + abandonnés)",
                    ),
                ),
                Choice(
                    "SL2",
                    Text("answered in time ÷ answered: ignores abandons", "décrochés dans le délai ÷ décrochés : ignore les abandons"),
                ),
                Choice("SL3", Text("answered in time ÷ (answered + abandoned)", "décrochés dans le délai ÷ (décrochés + abandonnés)")),
                Choice(
                    "SL4",
                    Text(
                        "answered in time ÷ (answered + abandoned after the threshold)",
                        "décrochés dans le délai ÷ (décrochés + abandonnés au-delà du délai)",
                    ),
                ),
                Choice(
                    "SL5",
                    Text(
                        "(answered in time + short abandons) ÷ (answered + abandoned)",
                        "(décrochés dans le délai + abandons courts) ÷ (décrochés + abandonnés)",
                    ),
                ),
                Choice(
                    "SL6",
                    Text(
                        "answered in time ÷ (answered + abandoned − short abandons)",
                        "décrochés dans le délai ÷ (décrochés + abandonnés − abandons courts)",
                    ),
                ),
            ),
        ),
        Parameter(
            name="threshold_s",
            text=Text("Seconds within which an answer is in time", "Délai cible de décroché, en secondes"),
            default=20,
            allowed=Number(0, 2592000),
        ),
        SHORT_S,
        STAMP,
    ),
    source=ICMI,
    target=Target(0.8, None, Text("The usual 80 % within the threshold", "Les 80 % dans le délai, d'usage")),
    counter=Counter("abandon_rate", Text("Some variants forget who gave up.", "Certaines variantes oublient qui a renoncé.")),
    owner=OPERATIONS,
    example="service_level",
)

promise_kept = Metric(
    name=Text("Promise kept", "Promesse tenue"),
    definition=Text(
        "Share of contacts answered within what their own channel promises: seconds on the telephone, hours by e-mail. Every abandon "
        "counts against it; contacts still waiting or gone for another reason, and channels that promise nothing, take no part.",
        "Part des contacts décrochés dans le délai que promet leur propre canal : des secondes au téléphone, des heures par e-mail. Tout "
        "abandon pénalise le résultat ; les contacts encore en attente ou sortis pour un autre motif, et les canaux qui ne promettent "
        "rien, n'entrent pas dans le calcul.",
    ),
    why=Text(
        "One delay for all channels flatters the slow ones or condemns them; each contact is judged by what it was promised.",
        "Un même délai pour tous les canaux flatte les plus lents ou les condamne ; chaque contact est jugé sur ce qui lui était promis.",
    ),
    formula=Text(
        "answered within the promise of the channel ÷ (answered + abandoned), over the channels that promise",
        "décrochés dans le délai promis par le canal ÷ (décrochés + abandonnés), sur les canaux qui promettent",
    ),
    kind=Kind.RATIO,
    unit=Unit.SHARE,
    better=Better.HIGHER,
    top=(Part(fact="stay", stamp=COUNTED_AT, span=WAIT, sql="countIf(reason = 'answered' AND span_ms <= 1000 * {promise_s})"),),
    bottom=(Part(fact="stay", stamp=COUNTED_AT, sql="countIf(reason IN ('answered', 'abandoned') AND {promise_s} IS NOT NULL)"),),
    interval=Interval.WILSON,
    parameters=(STAMP,),
    source=ICMI,
    target=None,
    promised=True,
    counter=Counter(
        "first_contact_resolution",
        Text(
            "An answer in time that settles nothing is kept to the letter, and the customer comes back.",
            "Une réponse dans les temps qui ne règle rien tient la promesse à la lettre, et le client revient.",
        ),
    ),
    owner=OPERATIONS,
    example="promise_kept",
)

asa = Metric(
    name=Text("Average speed of answer", "Délai moyen de décroché"),
    definition=Text(
        "Mean wait in the queue of the contacts that were answered. Those who gave up are not in it.",
        "Attente moyenne en file des contacts décrochés. Ceux qui ont renoncé n'y figurent pas.",
    ),
    why=Text(
        "What an answered customer lived through on average; read it beside the abandon rate, never alone.",
        "Ce qu'a vécu en moyenne un client servi ; à lire avec le taux d'abandon, jamais seul.",
    ),
    formula=Text("total wait of answered contacts ÷ answered contacts", "attente cumulée des contacts décrochés ÷ contacts décrochés"),
    kind=Kind.RATIO,
    unit=Unit.SECONDS,
    better=Better.LOWER,
    top=(Part(fact="stay", stamp=COUNTED_AT, span=WAIT, sql="sumIf(span_ms, reason = 'answered') / 1000"),),
    bottom=(Part(fact="stay", stamp=COUNTED_AT, sql="countIf(reason = 'answered')"),),
    interval=Interval.NONE,
    parameters=(STAMP,),
    source=AMAZON_HISTORICAL,
    target=None,
    counter=Counter("abandon_rate", Text("Who gives up no longer counts in the mean.", "Qui renonce ne compte plus dans la moyenne.")),
    owner=OPERATIONS,
    example="asa",
)
