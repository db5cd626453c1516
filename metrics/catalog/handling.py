"""What agents do with what reaches them: rings, contacts taken, time spent, and what is passed on."""

from metrics.metric import Better, Case, Choice, Counter, Interval, Kind, Metric, Parameter, Part, Span, Text, Unit
from metrics.source import AMAZON_HISTORICAL, DYNAMICS, GENESYS_HANDLE

OPERATIONS = Text("Operations", "Exploitation")
STRETCH = Span("started_at", "ended_at", open=True)
WORKED_AT = Case("stamp", (("sliced", "sliced"), ("start", "started_at"), ("end", "ended_at")))

# A source may give totals without instants: such a stint has no stretch of work, and its totals count where it ended.
TOTAL_AT = Case("stamp", (("sliced", "ended_at"), ("start", "started_at"), ("end", "ended_at")))
TOTAL_ONLY = "measured AND accepted_at IS NULL AND role != 'monitor'"

STAMP = Parameter(
    name="stamp",
    text=Text("How time is attributed to a period", "Rattachement du temps à une période"),
    default="sliced",
    allowed=(
        Choice("sliced", Text("to the time when it was truly spent", "au moment où il est réellement passé")),
        Choice("start", Text("all of it to when the stretch began", "en totalité au début de la plage")),
        Choice("end", Text("all of it to when the stretch ended", "en totalité à la fin de la plage")),
    ),
)

rings_missed = Metric(
    name=Text("Rings not answered", "Sonneries sans réponse"),
    definition=Text(
        "Times a contact rang at an agent who let it ring out or refused it, counted when it began to ring. One contact may count "
        "several times.",
        "Présentations d'un contact à un conseiller qui l'a laissé sonner ou l'a refusé, comptées au début de la sonnerie. Un même contact "
        "peut compter plusieurs fois.",
    ),
    why=Text(
        "Customers wait longer while contacts go round agents who are not there; the queue's figures do not show it.",
        "Le client attend pendant que le contact tourne entre des postes inoccupés ; les chiffres de la file ne le montrent pas.",
    ),
    formula=Text("number of rings that were missed or declined", "nombre de sonneries manquées ou refusées"),
    kind=Kind.COUNT,
    unit=Unit.COUNT,
    better=Better.LOWER,
    top=(Part(fact="stint", stamp="rang_at", sql="countIf(ring_result IN ('missed', 'declined'))"),),
    bottom=(),
    interval=Interval.NONE,
    parameters=(),
    source=AMAZON_HISTORICAL,
    target=None,
    owner=OPERATIONS,
    example="rings_missed",
)

handled = Metric(
    name=Text("Handled", "Prises en charge"),
    definition=Text(
        "Contacts taken by an agent in the period, once for each agent who took part; listening in does not count.",
        "Contacts pris par un conseiller pendant la période, une fois par conseiller intervenu ; la simple écoute ne compte pas.",
    ),
    why=Text(
        "The work done, agent by agent: a transferred contact is work for two.",
        "Le travail accompli, conseiller par conseiller : un contact transféré en occupe deux.",
    ),
    formula=Text("number of acceptances by an agent, monitoring left out", "nombre de prises de contact par un conseiller, hors écoute"),
    kind=Kind.COUNT,
    unit=Unit.COUNT,
    better=Better.NEITHER,
    top=(Part(fact="stint", stamp="accepted_at", sql="countIf(role != 'monitor')"),),
    bottom=(),
    interval=Interval.NONE,
    parameters=(),
    source=AMAZON_HISTORICAL,
    target=None,
    owner=OPERATIONS,
    example="handled",
)

talk_time = Metric(
    name=Text("Talk time", "Temps de conversation"),
    definition=Text(
        "Time agents spent in conversation or at work on a contact, hold and after-contact work left out. Contacts handled at once each "
        "count in full. Totals a source gives without instants count when that work ended.",
        "Temps passé par les conseillers en conversation ou à traiter un contact, hors mise en attente et post-traitement. Des contacts "
        "menés de front comptent chacun en entier. Les totaux livrés sans horodatage comptent à la fin du traitement.",
    ),
    why=Text("The part of the work the customer takes part in.", "La part du travail à laquelle le client prend part."),
    formula=Text("total length of the talk stretches", "durée cumulée des plages de conversation"),
    kind=Kind.SUM,
    unit=Unit.SECONDS,
    better=Better.NEITHER,
    top=(
        Part(fact="work", stamp=WORKED_AT, span=STRETCH, sql="sumIf(span_ms, phase = 'talk' AND role != 'monitor') / 1000"),
        Part(fact="stint", stamp=TOTAL_AT, sql=f"sumIf(talk_ms, {TOTAL_ONLY} AND talk_ms > 0) / 1000"),
    ),
    bottom=(
        Part(fact="work", stamp=WORKED_AT, span=STRETCH, sql="countIf(phase = 'talk' AND role != 'monitor')"),
        Part(fact="stint", stamp=TOTAL_AT, sql=f"countIf({TOTAL_ONLY} AND talk_ms > 0)"),
    ),
    interval=Interval.NONE,
    parameters=(STAMP,),
    source=GENESYS_HANDLE,
    target=None,
    owner=OPERATIONS,
    example="talk_time",
)

hold_time = Metric(
    name=Text("Hold time", "Temps de mise en attente"),
    definition=Text(
        "Time during which an agent kept the customer on hold. Contacts handled at once each count in full.",
        "Temps pendant lequel un conseiller a mis le client en attente. Des contacts menés de front comptent chacun en entier.",
    ),
    why=Text(
        "Much of it means that agents look for answers they ought to have at hand.",
        "Élevé, il révèle que les conseillers cherchent des réponses qu'ils devraient avoir sous la main.",
    ),
    formula=Text("total length of the hold stretches", "durée cumulée des mises en attente"),
    kind=Kind.SUM,
    unit=Unit.SECONDS,
    better=Better.LOWER,
    top=(
        Part(fact="work", stamp=WORKED_AT, span=STRETCH, sql="sumIf(span_ms, phase = 'hold' AND role != 'monitor') / 1000"),
        Part(fact="stint", stamp=TOTAL_AT, sql=f"sumIf(hold_ms, {TOTAL_ONLY} AND hold_ms > 0) / 1000"),
    ),
    bottom=(
        Part(fact="work", stamp=WORKED_AT, span=STRETCH, sql="countIf(phase = 'hold' AND role != 'monitor')"),
        Part(fact="stint", stamp=TOTAL_AT, sql=f"countIf({TOTAL_ONLY} AND hold_ms > 0)"),
    ),
    interval=Interval.NONE,
    parameters=(STAMP,),
    source=GENESYS_HANDLE,
    target=None,
    owner=OPERATIONS,
    example="hold_time",
)

wrap_time = Metric(
    name=Text("Wrap-up time", "Temps de post-traitement"),
    definition=Text(
        "Time agents spent finishing a contact after the conversation: notes, forms, follow-up.",
        "Temps passé par les conseillers à terminer un contact après la conversation : compte rendu, saisie, suites à donner.",
    ),
    why=Text(
        "It grows with clumsy tools; the customer never sees it, the schedule does.",
        "Il enfle avec des outils malcommodes ; le client ne le voit pas, le planning si.",
    ),
    formula=Text("total length of the wrap-up stretches", "durée cumulée des plages de post-traitement"),
    kind=Kind.SUM,
    unit=Unit.SECONDS,
    better=Better.LOWER,
    top=(
        Part(fact="work", stamp=WORKED_AT, span=STRETCH, sql="sumIf(span_ms, phase = 'wrap' AND role != 'monitor') / 1000"),
        Part(fact="stint", stamp=TOTAL_AT, sql=f"sumIf(wrap_ms, {TOTAL_ONLY} AND wrap_ms > 0) / 1000"),
    ),
    bottom=(
        Part(fact="work", stamp=WORKED_AT, span=STRETCH, sql="countIf(phase = 'wrap' AND role != 'monitor')"),
        Part(fact="stint", stamp=TOTAL_AT, sql=f"countIf({TOTAL_ONLY} AND wrap_ms > 0)"),
    ),
    interval=Interval.NONE,
    parameters=(STAMP,),
    source=GENESYS_HANDLE,
    target=None,
    owner=OPERATIONS,
    example="wrap_time",
)

aht = Metric(
    name=Text("Average handle time", "Durée moyenne de traitement (DMT)"),
    definition=Text(
        "Mean time an agent spends on a contact: talk, hold and wrap-up of the contacts whose work ended in the period, whole, divided by "
        "their number.",
        "Temps moyen qu'un conseiller consacre à un contact : conversation, mise en attente et post-traitement des contacts dont le "
        "traitement s'achève dans la période, en totalité, rapportés à leur nombre.",
    ),
    why=Text(
        "Sizes the teams. It is not a merit: short contacts that have to be repeated cost more.",
        "Sert à dimensionner les équipes. Ce n'est pas un mérite : des contacts courts qu'il faut répéter coûtent plus cher.",
    ),
    formula=Text(
        "(talk + hold + wrap-up) ÷ contacts handled to their end", "(conversation + attente + post-traitement) ÷ contacts traités"
    ),
    kind=Kind.RATIO,
    unit=Unit.SECONDS,
    better=Better.NEITHER,
    top=(
        Part(
            fact="stint",
            stamp="ended_at",
            sql="sumIf(talk_ms + hold_ms + wrap_ms, accepted_at IS NOT NULL AND role != 'monitor') / 1000",
        ),
    ),
    bottom=(Part(fact="stint", stamp="ended_at", sql="countIf(accepted_at IS NOT NULL AND role != 'monitor')"),),
    interval=Interval.NONE,
    parameters=(),
    source=GENESYS_HANDLE,
    target=None,
    counter=Counter(
        "first_contact_resolution",
        Text(
            "Short because finished, or short because got rid of: only who comes back can tell.",
            "Court parce que réglé, ou court parce qu'expédié : seuls ceux qui reviennent le disent.",
        ),
    ),
    owner=OPERATIONS,
    example="aht",
)

transfer_rate = Metric(
    name=Text("Transfer rate", "Taux de transfert"),
    definition=Text(
        "Share of answered contacts that were handed over at least once to another queue or agent.",
        "Part des contacts décrochés transmis au moins une fois à une autre file ou à un autre conseiller.",
    ),
    why=Text(
        "A transfer makes the customer tell it again: routing or skills are not where they should be.",
        "Un transfert oblige le client à se répéter : l'aiguillage ou les compétences ne sont pas au bon endroit.",
    ),
    formula=Text("answered contacts with a transfer ÷ answered contacts", "contacts décrochés puis transférés ÷ contacts décrochés"),
    kind=Kind.RATIO,
    unit=Unit.SHARE,
    better=Better.LOWER,
    top=(Part(fact="interaction", stamp="started_at", sql="countIf(answered_at IS NOT NULL AND transfers > 0)"),),
    bottom=(Part(fact="interaction", stamp="started_at", sql="countIf(answered_at IS NOT NULL)"),),
    interval=Interval.WILSON,
    parameters=(),
    source=DYNAMICS,
    target=None,
    counter=Counter(
        "aht",
        Text(
            "Who is not passed on keeps somebody busy who does not know.",
            "Un contact qu'on ne transfère pas occupe quelqu'un qui ne sait pas.",
        ),
    ),
    owner=OPERATIONS,
    example="transfer_rate",
)

escalation_rate = Metric(
    name=Text("Escalation outside the centre", "Taux d'escalade hors du centre"),
    definition=Text(
        "Share of answered contacts that needed somebody outside the contact centre: an expert, a store, a supplier.",
        "Part des contacts décrochés ayant nécessité l'intervention d'une personne extérieure au centre : expert, magasin, fournisseur.",
    ),
    why=Text(
        "What the centre cannot solve by itself sets the pace of everything that waits on others.",
        "Ce que le centre ne peut résoudre seul impose son rythme à tout ce qui dépend des autres.",
    ),
    formula=Text(
        "answered contacts escalated outside ÷ answered contacts", "contacts décrochés puis escaladés à l'extérieur ÷ contacts décrochés"
    ),
    kind=Kind.RATIO,
    unit=Unit.SHARE,
    better=Better.LOWER,
    top=(Part(fact="interaction", stamp="started_at", sql="countIf(answered_at IS NOT NULL AND escalations > 0)"),),
    bottom=(Part(fact="interaction", stamp="started_at", sql="countIf(answered_at IS NOT NULL)"),),
    interval=Interval.WILSON,
    parameters=(),
    source=DYNAMICS,
    target=None,
    counter=Counter(
        "resolution_time",
        Text("What is kept inside for pride's sake takes longer.", "Ce qu'on garde chez soi par principe prend plus de temps."),
    ),
    owner=OPERATIONS,
    example="escalation_rate",
)
