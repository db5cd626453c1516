"""What agents were while they were there, busy coming before ready and ready before the rest; and what cannot be as it is said (clocks
that differ: agent_time_clock.py)."""

from metrics.metric import Better, Interval, Kind, Metric, Part, Text, Unit
from metrics.source import AMAZON_REAL_TIME, CONCURRENT_HANDLE, OCCUPANCY

OPERATIONS = Text("Operations", "Exploitation")
STAFFED = Part(fact="agent_state", stamp="began_at", sql="uniqExactIf(agent_hash, staffed_ms > 0)")
COVERED = Part(fact="agent_state", stamp="began_at", sql="uniqExactIf(agent_hash, covered_ms > 0)")
FEWER = Part(  # of those a share speaks of and those it leaves out, where there are both: it tells of either
    fact="agent_state",
    stamp="began_at",
    sql="if(least(uniqExactIf(agent_hash, covered_ms > 0), uniqExactIf(agent_hash, staffed_ms > covered_ms)) = 0, "
    "uniqExactIf(agent_hash, staffed_ms > 0), "
    "least(uniqExactIf(agent_hash, covered_ms > 0), uniqExactIf(agent_hash, staffed_ms > covered_ms)))",
)
SIGNED_IN = Part(fact="agent_state", stamp="began_at", sql="uniqExactIf(agent_hash, staffed_ms > outside_ms)")

staffed_time = Metric(
    name=Text("Staffed time", "Temps de présence"),
    definition=Text(
        "Time during which agents were signed in, or busy without being so. At every instant an agent is busy, ready or neither, so that "
        "busy + ready + auxiliary = staffed.",
        "Temps pendant lequel les conseillers étaient connectés, ou occupés sans l'être. À chaque instant un conseiller est occupé, prêt "
        "ou ni l'un ni l'autre : occupé + prêt + auxiliaire = présence.",
    ),
    why=Text("What everything else is a part of.", "Le tout dont le reste est une partie."),
    formula=Text("time signed in or with a contact in hand", "temps connecté ou avec un contact en main"),
    kind=Kind.SUM,
    unit=Unit.SECONDS,
    better=Better.NEITHER,
    top=(Part(fact="agent_state", stamp="began_at", sql="sum(staffed_ms) / 1000"),),
    bottom=(STAFFED,),
    interval=Interval.NONE,
    parameters=(),
    source=AMAZON_REAL_TIME,
    target=None,
    owner=OPERATIONS,
    example="staffed_time",
)

ready_time = Metric(
    name=Text("Ready time", "Temps prêt"),
    definition=Text(
        "Time during which agents were signed in and ready for at least one channel, with no contact in hand. No value where nobody is "
        "known to have been signed in.",
        "Temps pendant lequel les conseillers étaient connectés et prêts pour au moins un canal, sans contact en main. Sans valeur si "
        "personne n'est connu comme connecté.",
    ),
    why=Text(
        "The room left for what comes next: too little, and everybody queues.",
        "La marge pour ce qui arrive : trop faible, tout le monde attend.",
    ),
    formula=Text("time signed in, ready and not busy", "temps connecté, prêt et non occupé"),
    kind=Kind.SUM,
    unit=Unit.SECONDS,
    better=Better.NEITHER,
    top=(Part(fact="agent_state", stamp="began_at", sql="sum(ready_ms) / 1000"),),
    bottom=(SIGNED_IN,),
    interval=Interval.NONE,
    parameters=(),
    source=AMAZON_REAL_TIME,
    target=None,
    owner=OPERATIONS,
    example="ready_time",
)

auxiliary_time = Metric(
    name=Text("Auxiliary time", "Temps auxiliaire"),
    definition=Text(
        "Time during which agents were signed in, neither busy nor ready: pauses, meals, meetings, training. No value where nobody is "
        "known to have been signed in.",
        "Temps pendant lequel les conseillers étaient connectés, ni occupés ni prêts : pauses, repas, réunions, formations. Sans valeur si "
        "personne n'est connu comme connecté.",
    ),
    why=Text(
        "Part of any working day; it has to be planned, not hidden.",
        "Il fait partie de toute journée de travail ; il se planifie, il ne se cache pas.",
    ),
    formula=Text("staffed time − time worked − ready time", "temps de présence − temps travaillé − temps prêt"),
    kind=Kind.SUM,
    unit=Unit.SECONDS,
    better=Better.NEITHER,
    top=(Part(fact="agent_state", stamp="began_at", sql="sum(auxiliary_ms) / 1000"),),
    bottom=(SIGNED_IN,),
    interval=Interval.NONE,
    parameters=(),
    source=AMAZON_REAL_TIME,
    target=None,
    owner=OPERATIONS,
    example="auxiliary_time",
)

occupancy = Metric(
    name=Text("Occupancy", "Taux d'occupation"),
    definition=Text(
        "Share of the time worked in the time worked or ready. It is by the clock, whatever the number of contacts: one open e-mail makes "
        "100 %, so read it beside the share of capacity. No value where nobody is known to have been signed in.",
        "Part du temps travaillé dans le temps travaillé ou prêt. Il est mesuré à l'horloge, quel que soit le nombre de contacts : un seul "
        "courriel ouvert donne 100 %, d'où la part de capacité à lire à côté. Sans valeur si personne n'est connu comme connecté.",
    ),
    why=Text(
        "Too low wastes people's time, too high wears them out.", "Trop bas, on fait perdre leur temps aux gens ; trop haut, on les use."
    ),
    formula=Text("time worked ÷ (time worked + ready time)", "temps travaillé ÷ (temps travaillé + temps prêt)"),
    kind=Kind.RATIO,
    unit=Unit.SHARE,
    better=Better.NEITHER,
    top=(Part(fact="agent_state", stamp="began_at", sql="sum(wall_ms) / 1000"),),
    bottom=(
        Part(
            fact="agent_state",
            stamp="began_at",
            sql="if(sum(staffed_ms) = sum(outside_ms), 0, sum(wall_ms + ready_ms) / 1000)",
        ),
    ),
    people=(STAFFED,),
    interval=Interval.NONE,
    parameters=(),
    source=OCCUPANCY,
    target=None,
    owner=OPERATIONS,
    example="occupancy",
)

capacity_utilisation = Metric(
    name=Text("Capacity utilisation", "Utilisation de la capacité"),
    definition=Text(
        "Share of agents' capacity taken over their staffed time, at most the whole of it at any instant: one of three possible chats "
        "takes a third. Time with a contact of unknown capacity in hand is left out, as are the days of an agent (UTC, or their parts "
        "between two statements of team or capacity) on which no capacity is known or the agent was never signed in; the presence with "
        "known capacity says how much is left. 0 % where nothing was in hand; no value where nothing is left, or nobody is known to have "
        "been signed in.",
        "Part de la capacité des conseillers utilisée sur leur temps de présence, plafonnée à la totalité à chaque instant : un chat sur "
        "trois possibles en prend un tiers. Le temps avec en main un contact de capacité inconnue est écarté, de même que les journées de "
        "conseiller (UTC, ou leurs parties entre deux déclarations d'équipe ou de capacité) sans capacité connue ou sans connexion ; la "
        "présence à capacité connue dit ce qu'il en reste. 0 % si rien n'était en main ; sans valeur s'il ne reste rien ou si personne "
        "n'est connu comme connecté.",
    ),
    why=Text(
        "Occupancy says that somebody was busy, this says how full.", "L'occupation dit que quelqu'un était pris, ceci dit à quel point."
    ),
    formula=Text(
        "integral of min(1, sum of 1 ÷ capacity) ÷ staffed time, while every capacity is known",
        "intégrale de min(1, somme des 1 ÷ capacité) ÷ temps de présence, tant que toute capacité est connue",
    ),
    kind=Kind.RATIO,
    unit=Unit.SHARE,
    better=Better.NEITHER,
    top=(Part(fact="agent_state", stamp="began_at", sql="toFloat64(sum(covered_units)) / 26771144400000"),),
    bottom=(
        Part(
            fact="agent_state",
            stamp="began_at",
            sql="if(sum(staffed_ms) = sum(outside_ms), 0, sum(covered_ms) / 1000)",
        ),
    ),
    people=(COVERED,),
    interval=Interval.NONE,
    parameters=(),
    source=CONCURRENT_HANDLE,
    target=None,
    owner=OPERATIONS,
    example="capacity_utilisation",
)

capacity_coverage = Metric(
    name=Text("Presence with known capacity", "Présence à capacité connue"),
    definition=Text(
        "Share of the staffed time that capacity utilisation speaks of: with a known capacity of every contact in hand, on agents' days "
        "(UTC, or their parts between two statements of team or capacity) on which some capacity of the agent is known and the agent was "
        "signed in.",
        "Part du temps de présence dont parle l'utilisation de la capacité : avec une capacité connue pour chaque contact en main, aux "
        "journées de conseiller (UTC, ou leurs parties entre deux déclarations d'équipe ou de capacité) où une capacité du conseiller est "
        "connue et où il s'est connecté.",
    ),
    why=Text(
        "A share of capacity without it may speak of half the people only.",
        "Sans elle, un taux de capacité peut ne parler que de la moitié des gens.",
    ),
    formula=Text("staffed time of known capacity ÷ staffed time", "présence à capacité connue ÷ temps de présence"),
    kind=Kind.RATIO,
    unit=Unit.SHARE,
    better=Better.NEITHER,
    top=(Part(fact="agent_state", stamp="began_at", sql="sum(covered_ms) / 1000"),),
    bottom=(Part(fact="agent_state", stamp="began_at", sql="sum(staffed_ms) / 1000"),),
    people=(FEWER,),
    interval=Interval.NONE,
    parameters=(),
    source=CONCURRENT_HANDLE,
    target=None,
    owner=OPERATIONS,
    example="capacity_coverage",
)

busy_in_pause = Metric(
    name=Text("Busy in a pause", "Occupé pendant une pause"),
    definition=Text(
        "Time worked while signed in and ready for no channel. It counts as worked, and is shown here because it contradicts the pause.",
        "Temps travaillé alors que le conseiller était connecté sans être prêt pour aucun canal. Il compte comme travaillé, et figure ici "
        "parce qu'il contredit la pause.",
    ),
    why=Text(
        "Breaks that are not taken, or states that nobody changes: both need a conversation.",
        "Des pauses qui ne sont pas prises, ou des états que personne ne change : les deux méritent qu'on en parle.",
    ),
    formula=Text("time with a contact in hand, signed in and not ready", "temps avec un contact en main, connecté et non prêt"),
    kind=Kind.SUM,
    unit=Unit.SECONDS,
    better=Better.LOWER,
    top=(Part(fact="agent_state", stamp="began_at", sql="sum(paused_ms) / 1000"),),
    bottom=(SIGNED_IN,),
    interval=Interval.NONE,
    parameters=(),
    source=AMAZON_REAL_TIME,
    target=None,
    owner=OPERATIONS,
    example="busy_in_pause",
)

busy_signed_out = Metric(
    name=Text("Busy while signed out", "Occupé hors connexion"),
    definition=Text(
        "Time worked while not signed in. It counts as staffed, and is shown here as an anomaly; where a source says nothing of presence, "
        "all time worked is of this kind.",
        "Temps travaillé sans être connecté. Il compte comme présence, et figure ici comme anomalie ; là où une source ne dit rien de la "
        "présence, tout le temps travaillé en relève.",
    ),
    why=Text(
        "Contacts left open overnight, or a presence that is not told: hours that are not what they seem.",
        "Des contacts restés ouverts la nuit, ou une présence qui n'est pas dite : des heures qui ne sont pas ce qu'elles semblent.",
    ),
    formula=Text("time with a contact in hand, not signed in", "temps avec un contact en main, non connecté"),
    kind=Kind.SUM,
    unit=Unit.SECONDS,
    better=Better.LOWER,
    top=(Part(fact="agent_state", stamp="began_at", sql="sum(outside_ms) / 1000"),),
    bottom=(STAFFED,),
    interval=Interval.NONE,
    parameters=(),
    source=AMAZON_REAL_TIME,
    target=None,
    owner=OPERATIONS,
    example="busy_signed_out",
)

agent_time_provisional = Metric(
    name=Text("Agent time not final", "Temps conseiller provisoire"),
    definition=Text(
        "Time worked with a contact in hand whose end is not known: one still going on, counted up to the present moment, or one a source "
        "never ended, counted until its agent signed out and 24 hours at most.",
        "Temps travaillé avec en main un contact dont la fin n'est pas connue : toujours en cours, compté jusqu'à l'instant présent, ou "
        "jamais clos par une source, compté jusqu'à la déconnexion du conseiller et 24 heures au plus.",
    ),
    why=Text(
        "Of the current hour it says how much may still change; of a past day, what never got an end.",
        "Pour l'heure en cours, il dit ce qui peut encore changer ; pour un jour passé, ce qui n'a jamais eu de fin.",
    ),
    formula=Text("time with a contact in hand without a known end", "temps avec en main un contact sans fin connue"),
    kind=Kind.SUM,
    unit=Unit.SECONDS,
    better=Better.NEITHER,
    top=(Part(fact="agent_state", stamp="began_at", sql="sum(unended_ms) / 1000"),),
    bottom=(STAFFED,),
    interval=Interval.NONE,
    parameters=(),
    source=AMAZON_REAL_TIME,
    target=None,
    owner=OPERATIONS,
    example="agent_time_provisional",
)

work_never_ended = Metric(
    name=Text("Work never ended", "Traitements jamais clos"),
    definition=Text(
        "Stretches of talk, hold or wrap-up begun in the period, more than 24 hours ago, of which no end has come.",
        "Plages de conversation, de garde ou de post-traitement ouvertes dans la période, depuis plus de 24 heures, et dont la fin n'est "
        "jamais arrivée.",
    ),
    why=Text(
        "A source that loses ends makes agents look busy for days.",
        "Une source qui perd des fins fait paraître les conseillers occupés des jours.",
    ),
    formula=Text("stretches older than 24 hours without an end", "plages de plus de 24 heures sans fin"),
    kind=Kind.COUNT,
    unit=Unit.COUNT,
    better=Better.LOWER,
    top=(
        Part(
            fact="work",
            stamp="started_at",
            sql="countIf(phase IN ('talk', 'hold', 'wrap') AND ended_at IS NULL AND started_at < {now} - toIntervalHour(24))",
        ),
    ),
    bottom=(),
    interval=Interval.NONE,
    parameters=(),
    source=AMAZON_REAL_TIME,
    target=None,
    owner=OPERATIONS,
    example="work_never_ended",
)
