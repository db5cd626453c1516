"""The floor at this moment: who waits longer than promised, and what agents have in hand."""

from metrics.metric import Better, Interval, Kind, Metric, Number, Parameter, Part, Span, Text, Unit
from metrics.source import AMAZON_HISTORICAL, LIVEPERSON

OPERATIONS = Text("Operations", "Exploitation")
WAITING = Span("entered_at", "left_at", open=True)
WORKING = Span("started_at", "ended_at", open=True)

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
