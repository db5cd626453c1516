"""How many contacts agents had in hand at once, and what that makes of the time each takes. Never a target: read it with quality."""

from metrics.metric import Better, Counter, Interval, Kind, Metric, Part, Text, Unit
from metrics.source import CONCURRENT_HANDLE, GOES

OPERATIONS = Text("Operations", "Exploitation")
# A share as seconds: what the channel had alone, and its part of the rest, of which whole milliseconds are divided apart to stay whole.
SECONDS = "(sum(alone_ms) + toInt64(intDiv(sum({0}), 5342931457063200)) + toFloat64(sum({0}) % 5342931457063200) / 5342931457063200) / 1000"
QUALITY = Counter(
    "csat",
    Text(
        "More contacts at once take longer each and please less: look at satisfaction by contacts at once.",
        "Plus de contacts à la fois, c'est plus long pour chacun et moins satisfaisant : regarder la satisfaction selon leur nombre.",
    ),
)

agent_time_wall = Metric(
    name=Text("Agent time worked", "Temps conseiller travaillé"),
    definition=Text(
        "Time by the clock during which agents had at least one contact in hand, however many. Whatever way it is shared out, the shares "
        "add up to it.",
        "Temps d'horloge pendant lequel les conseillers avaient au moins un contact en main, quel qu'en soit le nombre. Quelle que soit la "
        "façon de le répartir, les parts s'additionnent en ce temps.",
    ),
    why=Text(
        "The hours really worked on contacts, never more than there are in the day.",
        "Les heures réellement passées sur les contacts, jamais plus que n'en compte la journée.",
    ),
    formula=Text("time with at least one contact in hand", "temps avec au moins un contact en main"),
    kind=Kind.SUM,
    unit=Unit.SECONDS,
    better=Better.NEITHER,
    top=(Part(fact="agent_state", stamp="began_at", sql="sum(wall_ms) / 1000"),),
    bottom=(Part(fact="agent_state", stamp="began_at", sql="uniqExactIf(agent_hash, wall_ms > 0)"),),
    interval=Interval.NONE,
    parameters=(),
    source=CONCURRENT_HANDLE,
    target=None,
    owner=OPERATIONS,
    example="agent_time_wall",
)

agent_time_multichannel = Metric(
    name=Text("Agent time on several channels", "Temps conseiller multicanal"),
    definition=Text(
        "Time by the clock during which agents had contacts of at least two channels in hand.",
        "Temps d'horloge pendant lequel les conseillers avaient en main des contacts d'au moins deux canaux.",
    ),
    why=Text(
        "How much of the working time is spent switching between channels.",
        "La part du temps travaillé passée à alterner entre canaux.",
    ),
    formula=Text(
        "time worked − time on one channel alone, over all channels", "temps travaillé − temps sur un seul canal, tous canaux confondus"
    ),
    kind=Kind.SUM,
    unit=Unit.SECONDS,
    better=Better.NEITHER,
    top=(Part(fact="agent_state", stamp="began_at", sql="sum(several_ms) / 1000"),),
    bottom=(Part(fact="agent_state", stamp="began_at", sql="uniqExactIf(agent_hash, wall_ms > 0)"),),
    interval=Interval.NONE,
    parameters=(),
    source=CONCURRENT_HANDLE,
    target=None,
    counter=QUALITY,
    owner=OPERATIONS,
    example="agent_time_multichannel",
)

agent_time_level = Metric(
    name=Text("Agent time by contacts at once", "Temps conseiller par contacts simultanés"),
    definition=Text(
        "Time by the clock during which agents had exactly so many contacts in hand. Asked by contacts at once it is the concurrency "
        "profile: its parts add up to the time worked, and each times its number to the gross time.",
        "Temps d'horloge pendant lequel les conseillers avaient exactement ce nombre de contacts en main. Demandé par contacts simultanés, "
        "c'est le profil de simultanéité : ses parts s'additionnent en temps travaillé et, multipliées par leur nombre, en temps brut.",
    ),
    why=Text(
        "An average of two at once may be two always, or four half of the time: not the same work.",
        "Une moyenne de deux à la fois peut être deux tout le temps, ou quatre la moitié du temps : ce n'est pas le même travail.",
    ),
    formula=Text("time with exactly n contacts in hand", "temps avec exactement n contacts en main"),
    kind=Kind.SUM,
    unit=Unit.SECONDS,
    better=Better.NEITHER,
    top=(Part(fact="agent_level", stamp="began_at", sql="sum(ms) / 1000"),),
    bottom=(Part(fact="agent_level", stamp="began_at", sql="uniqExact(agent_hash)"),),
    interval=Interval.NONE,
    parameters=(),
    source=GOES,
    target=None,
    counter=QUALITY,
    owner=OPERATIONS,
    example="agent_time_level",
)

peak_concurrency = Metric(
    name=Text("Peak of contacts at once", "Pic de contacts simultanés"),
    definition=Text(
        "The most contacts one agent had in hand at any instant of the period.",
        "Le plus grand nombre de contacts qu'un même conseiller a eus en main à un instant de la période.",
    ),
    why=Text(
        "It shows limits that are exceeded, and sources that forget to close contacts.",
        "Il révèle les limites dépassées, et les sources qui oublient de clore des contacts.",
    ),
    formula=Text("largest number of contacts in hand at an instant", "plus grand nombre de contacts en main à un instant"),
    kind=Kind.EXTREME,
    unit=Unit.COUNT,
    better=Better.NEITHER,
    top=(Part(fact="agent_level", stamp="began_at", sql="max(n)"),),
    bottom=(Part(fact="agent_level", stamp="began_at", sql="uniqExact(agent_hash)"),),
    interval=Interval.NONE,
    parameters=(),
    source=GOES,
    target=None,
    counter=QUALITY,
    owner=OPERATIONS,
    example="peak_concurrency",
)

effective_concurrency = Metric(
    name=Text("Contacts at once, on average", "Contacts simultanés, en moyenne"),
    definition=Text(
        "Gross time divided by time worked: how many contacts agents had in hand while they had any. Never below one.",
        "Temps brut rapporté au temps travaillé : nombre moyen de contacts en main quand il y en avait. Jamais inférieur à un.",
    ),
    why=Text(
        "It turns handle times into staffing. It is not a merit: quality gives way first.",
        "Il convertit les durées de traitement en effectifs. Ce n'est pas un mérite : la qualité cède d'abord.",
    ),
    formula=Text("gross time ÷ time worked", "temps brut ÷ temps travaillé"),
    kind=Kind.RATIO,
    unit=Unit.AT_ONCE,
    better=Better.NEITHER,
    top=(Part(fact="agent_level", stamp="began_at", sql="sum(toInt64(n) * ms) / 1000"),),
    bottom=(Part(fact="agent_level", stamp="began_at", sql="sum(ms) / 1000"),),
    people=(Part(fact="agent_level", stamp="began_at", sql="uniqExact(agent_hash)"),),
    interval=Interval.NONE,
    parameters=(),
    source=CONCURRENT_HANDLE,
    target=None,
    counter=QUALITY,
    owner=OPERATIONS,
    example="effective_concurrency",
)

aht_adjusted = Metric(
    name=Text("Average handle time, adjusted for concurrency", "DMT corrigée de la simultanéité"),
    definition=Text(
        "Mean time an agent really gave to a contact: the equal share of the time worked in the period, divided by the contacts whose work "
        "ended in it. Listening in takes time but is no contact handled.",
        "Temps moyen réellement consacré à un contact : part égale du temps travaillé pendant la période, rapportée aux contacts dont le "
        "traitement s'y achève. L'écoute prend du temps sans être un contact traité.",
    ),
    why=Text(
        "The average handle time counts the same minute once for each contact in hand: staffing computed from it is too high.",
        "La DMT compte la même minute autant de fois qu'il y a de contacts en main : l'effectif qu'on en tire est trop élevé.",
    ),
    formula=Text("equal share ÷ contacts handled to their end", "part égale ÷ contacts traités"),
    kind=Kind.RATIO,
    unit=Unit.SECONDS,
    better=Better.NEITHER,
    top=(Part(fact="agent_share", stamp="began_at", sql=SECONDS.format("equal_part")),),
    bottom=(Part(fact="stint", stamp="ended_at", sql="countIf(accepted_at IS NOT NULL AND role != 'monitor')"),),
    people=(Part(fact="agent_share", stamp="began_at", sql="uniqExactIf(agent_hash, gross_ms > 0)"),),
    interval=Interval.NONE,
    parameters=(),
    source=CONCURRENT_HANDLE,
    target=None,
    counter=Counter(
        "first_contact_resolution",
        Text(
            "Short because finished, or short because got rid of: only who comes back can tell.",
            "Court parce que réglé, ou court parce qu'expédié : seuls ceux qui reviennent le disent.",
        ),
    ),
    owner=OPERATIONS,
    example="aht_adjusted",
)
