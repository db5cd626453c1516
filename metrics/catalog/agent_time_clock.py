"""Clocks that differ: instants that contradict each other, in contacts and at agents. Nothing is corrected by them, they are shown.

A second is let pass everywhere. Of events stamped ahead of the instant they were received at, `sql.standing.clocks` tells.
"""

from metrics.metric import Better, Interval, Kind, Metric, Part, Text, Unit
from metrics.source import AMAZON_REAL_TIME

OPERATIONS = Text("Operations", "Exploitation")

work_in_future = Metric(
    name=Text("Work begun in the future", "Traitements datés du futur"),
    definition=Text(
        "Stretches of talk, hold or wrap-up that begin after the present moment: the clock of whoever sent them is ahead.",
        "Plages de conversation, de garde ou de post-traitement qui commencent après l'instant présent : l'horloge de l'émetteur avance.",
    ),
    why=Text(
        "Times of a clock that is wrong cannot be set beside those of another.",
        "Les heures d'une horloge fausse ne se comparent pas à celles d'une autre.",
    ),
    formula=Text("stretches that begin after the present moment", "plages qui commencent après l'instant présent"),
    kind=Kind.COUNT,
    unit=Unit.COUNT,
    better=Better.LOWER,
    top=(Part(fact="work", stamp="started_at", sql="countIf(phase IN ('talk', 'hold', 'wrap') AND started_at > {now})"),),
    bottom=(),
    interval=Interval.NONE,
    parameters=(),
    source=AMAZON_REAL_TIME,
    target=None,
    owner=OPERATIONS,
    example="work_in_future",
)

work_before_offer = Metric(
    name=Text("Taken before it rang", "Pris avant d'avoir sonné"),
    definition=Text(
        "Contacts at an agent that were accepted more than one second before they first rang there: the clocks of those who sent both "
        "differ.",
        "Prises en charge acceptées plus d'une seconde avant leur première sonnerie : les horloges de ceux qui ont envoyé l'une et "
        "l'autre diffèrent.",
    ),
    why=Text(
        "Ring and waiting times made of two such clocks are wrong by their difference. The time worked is not: a contact in hand stays in "
        "hand though it rings.",
        "Les durées de sonnerie et d'attente tirées de deux telles horloges sont fausses de leur écart. Le temps travaillé ne l'est pas : "
        "un contact en main le reste même s'il sonne.",
    ),
    formula=Text("contacts at an agent with accepted + 1 s < rang", "prises en charge avec acceptation + 1 s < sonnerie"),
    kind=Kind.COUNT,
    unit=Unit.COUNT,
    better=Better.LOWER,
    top=(Part(fact="stint", stamp="started_at", sql="countIf(taken_at + toIntervalSecond(1) < rang_at)"),),
    bottom=(),
    interval=Interval.NONE,
    parameters=(),
    source=AMAZON_REAL_TIME,
    target=None,
    owner=OPERATIONS,
    example="work_before_offer",
)

work_ended_first = Metric(
    name=Text("Let go before it was taken", "Relâché avant d'être pris"),
    definition=Text(
        "Contacts at an agent whose last release comes more than one second before their first acceptance, without a ring between that "
        "offered them again: an end before its beginning, so that one of the two clocks is wrong.",
        "Prises en charge dont la dernière libération précède de plus d'une seconde la première acceptation, sans sonnerie entre les deux "
        "pour les proposer à nouveau : une fin avant son début, l'une des deux horloges est donc fausse.",
    ),
    why=Text(
        "Such work seems to go on for ever, until its agent signs out.",
        "Un tel traitement paraît durer jusqu'à la déconnexion du conseiller.",
    ),
    formula=Text(
        "contacts at an agent with released + 1 s < accepted and no ring between",
        "prises en charge avec libération + 1 s < acceptation, sans sonnerie entre les deux",
    ),
    kind=Kind.COUNT,
    unit=Unit.COUNT,
    better=Better.LOWER,
    top=(
        Part(
            fact="stint",
            stamp="started_at",
            sql="countIf(released_at + toIntervalSecond(1) < taken_at AND ifNull(rung_at < released_at, 1))",
        ),
    ),
    bottom=(),
    interval=Interval.NONE,
    parameters=(),
    source=AMAZON_REAL_TIME,
    target=None,
    owner=OPERATIONS,
    example="work_ended_first",
)

wrapup_before_end = Metric(
    name=Text("Wrapped up before it ended", "Post-traitement avant la fin"),
    definition=Text(
        "Contacts at an agent whose first wrap-up begins more than one second before their first release, or ends more than one second "
        "before it begins: one of the two clocks is wrong.",
        "Prises en charge dont le premier post-traitement commence plus d'une seconde avant la première libération, ou finit plus d'une "
        "seconde avant d'avoir commencé : l'une des deux horloges est fausse.",
    ),
    why=Text(
        "The release then ends the wrap-up, which is too short, or the wrap-up has no end and lasts until its agent signs out.",
        "La libération met alors fin au post-traitement, trop court, ou celui-ci n'a plus de fin et dure jusqu'à la déconnexion du "
        "conseiller.",
    ),
    formula=Text(
        "contacts at an agent with wrap-up begun + 1 s < released, or wrap-up ended + 1 s < wrap-up begun",
        "prises en charge avec début du post-traitement + 1 s < libération, ou fin du post-traitement + 1 s < son début",
    ),
    kind=Kind.COUNT,
    unit=Unit.COUNT,
    better=Better.LOWER,
    top=(
        Part(
            fact="stint",
            stamp="started_at",
            sql="countIf(wrapup_at + toIntervalSecond(1) < first_released_at OR wrapup_ended_at + toIntervalSecond(1) < wrapup_at)",
        ),
    ),
    bottom=(),
    interval=Interval.NONE,
    parameters=(),
    source=AMAZON_REAL_TIME,
    target=None,
    owner=OPERATIONS,
    example="wrapup_before_end",
)

contact_before_start = Metric(
    name=Text("Answered or closed before it began", "Pris ou clos avant d'avoir commencé"),
    definition=Text(
        "Contacts that were answered, or closed for the first time, more than one second before they began: one of the two clocks is "
        "wrong.",
        "Contacts pris en charge, ou clos pour la première fois, plus d'une seconde avant d'avoir commencé : l'une des deux horloges est "
        "fausse.",
    ),
    why=Text(
        "Waits and resolution times of such contacts are too short by the difference, or fall out of the figures.",
        "L'attente et le délai de résolution de ces contacts sont trop courts de cet écart, ou disparaissent des chiffres.",
    ),
    formula=Text(
        "contacts with answered + 1 s < started, or closed + 1 s < started",
        "contacts avec prise en charge + 1 s < début, ou clôture + 1 s < début",
    ),
    kind=Kind.COUNT,
    unit=Unit.COUNT,
    better=Better.LOWER,
    top=(
        Part(
            fact="interaction",
            stamp="started_at",
            sql="countIf(answered_at + toIntervalSecond(1) < started_at OR first_closed_at + toIntervalSecond(1) < started_at)",
        ),
    ),
    bottom=(),
    interval=Interval.NONE,
    parameters=(),
    source=AMAZON_REAL_TIME,
    target=None,
    owner=OPERATIONS,
    example="contact_before_start",
)
