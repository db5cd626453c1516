"""How much time agents spent on each channel when several contacts ran at once: in full, with the channel open, and shared out exactly.

Shares come as whole numbers of 1 / 5342931457063200 of a millisecond (sql/queries/agent.sweep.sql), so that they add up in any order.
"""

from metrics.metric import Better, Counter, Interval, Kind, Metric, Part, Text, Unit
from metrics.source import CONCURRENT_HANDLE, GENESYS_CONCURRENCY, GINSBURGH_ZANG, SALESFORCE_WORK

OPERATIONS = Text("Operations", "Exploitation")
# A share as seconds: what the channel had alone, and its part of the rest, of which whole milliseconds are divided apart to stay whole.
SECONDS = "(sum(alone_ms) + toInt64(intDiv(sum({0}), 5342931457063200)) + toFloat64(sum({0}) % 5342931457063200) / 5342931457063200) / 1000"
AGENTS = Part(fact="agent_share", stamp="began_at", sql="uniqExactIf(agent_hash, gross_ms > 0)")

agent_time_gross = Metric(
    name=Text("Agent time, gross", "Temps conseiller brut"),
    definition=Text(
        "Time agents worked on contacts in the period (talk, hold and wrap-up, listening in included), each contact in full: an hour with "
        "three chats at once is three hours. It may exceed the day.",
        "Temps de travail des conseillers sur les contacts pendant la période (conversation, garde et post-traitement, écoute comprise), "
        "chaque contact compté en entier : une heure avec trois chats simultanés fait trois heures. Il peut dépasser la journée.",
    ),
    why=Text(
        "It is what most systems call handle time, and why their hours do not add up to the working day.",
        "C'est ce que la plupart des systèmes appellent temps de traitement, et la raison pour laquelle leurs heures dépassent la journée.",
    ),
    formula=Text("sum over contacts of the time worked on each", "somme, sur les contacts, du temps passé sur chacun"),
    kind=Kind.SUM,
    unit=Unit.SECONDS,
    better=Better.NEITHER,
    top=(Part(fact="agent_share", stamp="began_at", sql="sum(gross_ms) / 1000"),),
    bottom=(AGENTS,),
    interval=Interval.NONE,
    parameters=(),
    source=GENESYS_CONCURRENCY,
    target=None,
    owner=OPERATIONS,
    example="agent_time_gross",
)

agent_time_union = Metric(
    name=Text("Agent time with the channel open", "Temps conseiller, canal ouvert"),
    definition=Text(
        "Time during which an agent had at least one contact of the channel in hand. Two chats at once count once, a chat and a call count "
        "on both channels: over all channels it is the sum of the channels, and more than the time worked.",
        "Temps pendant lequel un conseiller avait en main au moins un contact du canal. Deux chats simultanés comptent une fois, un chat "
        "et un appel comptent sur les deux canaux : tous canaux confondus, c'est la somme des canaux, supérieure au temps travaillé.",
    ),
    why=Text(
        "It says how long a channel was being served, however many of its contacts ran at once.",
        "Il dit combien de temps un canal a été servi, quel que soit le nombre de ses contacts menés de front.",
    ),
    formula=Text(
        "time with at least one contact of the channel, added over channels",
        "temps avec au moins un contact du canal, additionné par canal",
    ),
    kind=Kind.SUM,
    unit=Unit.SECONDS,
    better=Better.NEITHER,
    top=(Part(fact="agent_share", stamp="began_at", sql="sum(open_ms) / 1000"),),
    bottom=(AGENTS,),
    interval=Interval.NONE,
    parameters=(),
    source=CONCURRENT_HANDLE,
    target=None,
    owner=OPERATIONS,
    example="agent_time_union",
)

agent_time_equal = Metric(
    name=Text("Agent time, equal share", "Temps conseiller, part égale"),
    definition=Text(
        "Time worked, shared at every instant equally among the contacts in hand: with one call and two chats a minute gives twenty "
        "seconds to voice and forty to chat. The shares of all channels add up exactly to the time worked.",
        "Temps travaillé, réparti à chaque instant à parts égales entre les contacts en main : avec un appel et deux chats, une minute "
        "donne vingt secondes à la voix et quarante au chat. Les parts de tous les canaux s'additionnent exactement en temps travaillé.",
    ),
    why=Text(
        "What each channel really costs in agents' time. It is the only split that treats contacts alike and leaves nothing over (the "
        "Shapley value of the time worked).",
        "Ce que chaque canal coûte vraiment en temps de conseiller. C'est le seul partage qui traite les contacts de la même façon et ne "
        "laisse aucun reste (valeur de Shapley du temps travaillé).",
    ),
    formula=Text("integral of (contacts of the channel ÷ contacts in hand)", "intégrale de (contacts du canal ÷ contacts en main)"),
    kind=Kind.SUM,
    unit=Unit.SECONDS,
    better=Better.NEITHER,
    top=(Part(fact="agent_share", stamp="began_at", sql=SECONDS.format("equal_part")),),
    bottom=(AGENTS,),
    interval=Interval.NONE,
    parameters=(),
    source=GINSBURGH_ZANG,
    target=None,
    owner=OPERATIONS,
    example="agent_time_equal",
)

agent_time_by_channel = Metric(
    name=Text("Agent time, shared by channel", "Temps conseiller, part par canal"),
    definition=Text(
        "Time worked, shared at every instant equally among the channels in use, however many contacts each has: with one call and two "
        "chats a minute gives thirty seconds to each. The shares add up exactly to the time worked.",
        "Temps travaillé, réparti à chaque instant à parts égales entre les canaux utilisés, quel que soit leur nombre de contacts : avec "
        "un appel et deux chats, une minute donne trente secondes à chacun. Les parts s'additionnent exactement en temps travaillé.",
    ),
    why=Text(
        "Beside the equal share it shows how far the answer depends on counting contacts or channels.",
        "À côté de la part égale, il montre ce qui change selon que l'on compte les contacts ou les canaux.",
    ),
    formula=Text("integral of (1 ÷ channels in use) while the channel is", "intégrale de (1 ÷ canaux utilisés) tant que le canal l'est"),
    kind=Kind.SUM,
    unit=Unit.SECONDS,
    better=Better.NEITHER,
    top=(Part(fact="agent_share", stamp="began_at", sql=SECONDS.format("even_part")),),
    bottom=(AGENTS,),
    interval=Interval.NONE,
    parameters=(),
    source=GINSBURGH_ZANG,
    target=None,
    owner=OPERATIONS,
    example="agent_time_by_channel",
)

agent_time_weighted = Metric(
    name=Text("Agent time, weighted by capacity", "Temps conseiller, pondéré par la capacité"),
    definition=Text(
        "Time worked, shared at every instant in proportion to the part of the agent's capacity each contact takes: one of three chats "
        "takes a third, a call the whole. No value where two channels ran at once and the capacity of one is not known.",
        "Temps travaillé, réparti à chaque instant selon la part de capacité du conseiller que prend chaque contact : un chat sur trois en "
        "prend un tiers, un appel la totalité. Sans valeur là où deux canaux se superposent et où la capacité de l'un n'est pas connue.",
    ),
    why=Text(
        "For centres whose capacities say how heavy a contact is. It is a convention: the equal share needs none.",
        "Pour les centres dont les capacités disent le poids d'un contact. C'est une convention : la part égale n'en demande aucune.",
    ),
    formula=Text(
        "integral of (weight of the channel's contacts ÷ weight of all in hand), weight = 1 ÷ capacity",
        "intégrale de (poids des contacts du canal ÷ poids de tous ceux en main), poids = 1 ÷ capacité",
    ),
    kind=Kind.SUM,
    unit=Unit.SECONDS,
    better=Better.NEITHER,
    top=(Part(fact="agent_share", stamp="began_at", sql=SECONDS.format("weighted_part")),),
    bottom=(Part(fact="agent_share", stamp="began_at", sql="if(sum(unsplit_ms) > 0, 0, uniqExactIf(agent_hash, gross_ms > 0))"),),
    interval=Interval.NONE,
    parameters=(),
    source=CONCURRENT_HANDLE,
    target=None,
    owner=OPERATIONS,
    example="agent_time_weighted",
)

agent_time_load = Metric(
    name=Text("Agent capacity taken", "Capacité conseiller utilisée"),
    definition=Text(
        "Time worked on each contact in full, times the part of the agent's capacity it takes: an hour with two of three possible chats is "
        "forty minutes. More than the time worked means overbooked. No value where a capacity is not known.",
        "Temps passé sur chaque contact, en entier, multiplié par la part de capacité du conseiller qu'il prend : une heure avec deux "
        "chats sur trois possibles fait quarante minutes. Au-delà du temps travaillé, il y a surcharge. Sans valeur si une capacité est "
        "inconnue.",
    ),
    why=Text(
        "It says how much of what agents can take each channel takes.",
        "Il dit quelle part de la capacité des conseillers prend chaque canal.",
    ),
    formula=Text("sum over contacts of time ÷ capacity", "somme, sur les contacts, de durée ÷ capacité"),
    kind=Kind.SUM,
    unit=Unit.SECONDS,
    better=Better.NEITHER,
    top=(Part(fact="agent_share", stamp="began_at", sql="toFloat64(sum(toInt128(weight) * gross_ms)) / 26771144400000"),),
    bottom=(
        Part(
            fact="agent_share",
            stamp="began_at",
            sql="if(countIf(weight = 0 AND gross_ms > 0) > 0, 0, uniqExactIf(agent_hash, gross_ms > 0))",
        ),
    ),
    interval=Interval.NONE,
    parameters=(),
    source=CONCURRENT_HANDLE,
    target=None,
    owner=OPERATIONS,
    example="agent_time_load",
)

agent_time_focus = Metric(
    name=Text("Agent time in focus", "Temps conseiller au premier plan"),
    definition=Text(
        "Time during which a contact in hand was the one on the agent's screen. Off unless the source sends it and the installation opts "
        "in: no value otherwise. What is not in focus is not given to any channel.",
        "Temps pendant lequel un contact en main était celui affiché à l'écran du conseiller. Désactivé tant que la source ne l'envoie pas "
        "et que l'installation ne l'autorise pas : sans valeur sinon. Ce qui n'est pas au premier plan n'est attribué à aucun canal.",
    ),
    why=Text(
        "It says where attention was. It watches people: consult them, assess the impact, and never derive inactivity or pay from it.",
        "Il dit où était l'attention. Il observe des personnes : les consulter, évaluer l'impact, ne jamais en tirer inactivité ni paie.",
    ),
    formula=Text("time with a contact of the channel in hand and in focus", "temps avec un contact du canal en main et au premier plan"),
    kind=Kind.SUM,
    unit=Unit.SECONDS,
    better=Better.NEITHER,
    top=(Part(fact="agent_share", stamp="began_at", sql="sum(focus_ms) / 1000"),),
    bottom=(Part(fact="agent_share", stamp="began_at", sql="uniqExactIf(agent_hash, focus_ms > 0)"),),
    interval=Interval.NONE,
    parameters=(),
    source=SALESFORCE_WORK,
    target=None,
    opt_in="focus",
    owner=OPERATIONS,
    example="agent_time_focus",
)

agent_time_exclusive = Metric(
    name=Text("Agent time on one channel alone", "Temps conseiller sur un seul canal"),
    definition=Text(
        "Time during which the channel was the only one an agent had contacts of, however many.",
        "Temps pendant lequel le canal était le seul dont un conseiller avait des contacts en main, quel qu'en soit le nombre.",
    ),
    why=Text(
        "What is left of the time worked ran beside another channel: all ways of sharing agree on this part.",
        "Le reste du temps travaillé s'est déroulé à côté d'un autre canal : toutes les façons de partager s'accordent sur cette part.",
    ),
    formula=Text("time with contacts of this channel and of no other", "temps avec des contacts de ce canal et d'aucun autre"),
    kind=Kind.SUM,
    unit=Unit.SECONDS,
    better=Better.NEITHER,
    top=(Part(fact="agent_share", stamp="began_at", sql="sum(alone_ms) / 1000"),),
    bottom=(AGENTS,),
    interval=Interval.NONE,
    parameters=(),
    source=CONCURRENT_HANDLE,
    target=None,
    owner=OPERATIONS,
    example="agent_time_exclusive",
)

agent_time_overlap = Metric(
    name=Text("Agent time on two channels at once", "Temps conseiller sur deux canaux à la fois"),
    definition=Text(
        "Time during which an agent had contacts of both channels of a pair in hand. Asked by pair it is the overlap matrix; over all "
        "pairs it is their sum, in which an instant on three channels counts three times.",
        "Temps pendant lequel un conseiller avait en main des contacts des deux canaux d'un couple. Demandé par couple, c'est la matrice "
        "de chevauchement ; tous couples confondus, leur somme, où un instant sur trois canaux compte trois fois.",
    ),
    why=Text(
        "It says which channels are worked side by side, and so which skills and rules have to fit together.",
        "Il dit quels canaux se traitent côte à côte, donc quelles compétences et quelles règles doivent s'accorder.",
    ),
    formula=Text("time with contacts of both channels of the pair", "temps avec des contacts des deux canaux du couple"),
    kind=Kind.SUM,
    unit=Unit.SECONDS,
    better=Better.NEITHER,
    top=(Part(fact="agent_pair", stamp="began_at", sql="sum(ms) / 1000"),),
    bottom=(Part(fact="agent_pair", stamp="began_at", sql="uniqExact(agent_hash)"),),
    interval=Interval.NONE,
    parameters=(),
    source=CONCURRENT_HANDLE,
    target=None,
    counter=Counter(
        "csat",
        Text("Two channels at once is not a merit: customers tell.", "Deux canaux à la fois n'est pas un mérite : les clients le disent."),
    ),
    owner=OPERATIONS,
    example="agent_time_overlap",
)
