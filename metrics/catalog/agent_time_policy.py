"""Agent time by the rules of other systems, on the same facts: so that a team that migrates can say where a difference comes from.

These are rules as their vendors describe them, not those systems' own figures. A rule that lacks what it needs has no value.
"""

from metrics.metric import Better, Case, Choice, Interval, Kind, Metric, Parameter, Part, Text, Unit
from metrics.source import AMAZON_CONTACT_TIME, GENESYS_UTILIZATION, NICE_SESSION, SALESFORCE_WORK, TWILIO_WORKLOAD

OPERATIONS = Text("Operations", "Exploitation")
AGENTS = "uniqExactIf(agent_hash, gross_ms > 0)"
FOCUSED = (
    "if(sumIf(gross_ms, channel != 'voice') > 0 AND sum(focus_ms) = 0, 0, "
    "uniqExactIf(agent_hash, focus_ms > 0 OR (channel = 'voice' AND gross_ms > 0)))"
)

agent_time_policy_amazon = Metric(
    name=Text("Agent time, rule of Amazon Connect", "Temps conseiller, règle d'Amazon Connect"),
    definition=Text(
        "Agent contact time as Amazon Connect counts it: time by the clock on at least one contact, whatever the number, leaving out what "
        "is worked in a pause or signed out. No value where nobody is known to have been signed in.",
        "Temps de contact à la façon d'Amazon Connect : temps d'horloge sur au moins un contact, quel qu'en soit le nombre, hors ce qui "
        "est traité en pause ou hors connexion. Sans valeur si personne n'est connu comme connecté.",
    ),
    why=Text(
        "It agrees with the time worked but for what is done in pauses; contact by contact the same system counts gross time.",
        "Il rejoint le temps travaillé, hors ce qui est fait en pause ; contact par contact, ce même système compte le temps brut.",
    ),
    formula=Text("time worked − busy in a pause − busy while signed out", "temps travaillé − occupé en pause − occupé hors connexion"),
    kind=Kind.SUM,
    unit=Unit.SECONDS,
    better=Better.NEITHER,
    top=(Part(fact="agent_state", stamp="began_at", sql="sum(toInt64(wall_ms) - paused_ms - outside_ms) / 1000"),),
    bottom=(Part(fact="agent_state", stamp="began_at", sql="uniqExactIf(agent_hash, staffed_ms > outside_ms)"),),
    interval=Interval.NONE,
    parameters=(),
    source=AMAZON_CONTACT_TIME,
    target=None,
    owner=OPERATIONS,
    example="agent_time_policy_amazon",
)

agent_time_policy_genesys = Metric(
    name=Text("Agent time, rule of Genesys Cloud", "Temps conseiller, règle de Genesys Cloud"),
    definition=Text(
        "Effort as Genesys Cloud's planning has it: each contact in full, less the hold that began because another contact interrupted it. "
        "Contacts that may run side by side still count in full. No value where a hold has no reason, or where contacts ran beside voice "
        "and none was held for it.",
        "Effort à la façon de la planification de Genesys Cloud : chaque contact en entier, moins la garde ouverte parce qu'un autre "
        "contact l'a interrompu. Les contacts menés côte à côte comptent en entier. Sans valeur si une garde n'a pas de motif, ou si des "
        "contacts ont couru à côté de la voix sans qu'aucun ne soit mis en garde.",
    ),
    why=Text(
        "The same system's handle time keeps these holds and is the gross time: this is what it plans with.",
        "La durée de traitement de ce même système garde ces attentes et vaut le temps brut : ceci est ce qu'il planifie.",
    ),
    formula=Text("gross time − hold because interrupted", "temps brut − garde pour interruption"),
    kind=Kind.SUM,
    unit=Unit.SECONDS,
    better=Better.NEITHER,
    top=(Part(fact="agent_share", stamp="began_at", sql="sum(gross_ms - interrupted_ms) / 1000"),),
    bottom=(
        Part(
            fact="agent_share",
            stamp="began_at",
            sql=f"if(sum(unexplained_ms) > 0 OR (sumIf(voiced_ms, channel != 'voice') > 0 AND sum(interrupted_ms) = 0), 0, {AGENTS})",
        ),
    ),
    interval=Interval.NONE,
    parameters=(),
    source=GENESYS_UTILIZATION,
    target=None,
    owner=OPERATIONS,
    example="agent_time_policy_genesys",
)

agent_time_policy_nice_focus = Metric(
    name=Text("Agent time, rule of NICE CXone (focus)", "Temps conseiller, règle de NICE CXone (premier plan)"),
    definition=Text(
        "As NICE CXone counts with omnichannel sessions: voice in full, every other contact only while it is in focus. Off unless the "
        "installation opts in to focus; no value where other channels were worked and no focus is known.",
        "À la façon des sessions omnicanales de NICE CXone : la voix en entier, tout autre contact seulement quand il est au premier plan. "
        "Désactivé sans l'accord de l'installation ; sans valeur si d'autres canaux ont été traités et qu'aucun premier plan n'est connu.",
    ),
    why=Text(
        "Voice beside a chat in focus counts twice by design: it does not add up to the time worked.",
        "La voix à côté d'un chat affiché compte deux fois, par construction : la somme n'est pas le temps travaillé.",
    ),
    formula=Text("voice in full + time in focus of the others", "voix en entier + temps au premier plan des autres"),
    kind=Kind.SUM,
    unit=Unit.SECONDS,
    better=Better.NEITHER,
    top=(Part(fact="agent_share", stamp="began_at", sql="sum(if(channel = 'voice', gross_ms, focus_ms)) / 1000"),),
    bottom=(Part(fact="agent_share", stamp="began_at", sql=FOCUSED),),
    interval=Interval.NONE,
    parameters=(),
    source=NICE_SESSION,
    target=None,
    opt_in="focus",
    owner=OPERATIONS,
    example="agent_time_policy_nice_focus",
)

agent_time_policy_nice_linear = Metric(
    name=Text("Agent time, rule of NICE CXone (linear)", "Temps conseiller, règle de NICE CXone (linéaire)"),
    definition=Text(
        "Linear handle time as NICE CXone has it: time by the clock with voice in hand, or else with another contact in focus. Off unless "
        "the installation opts in to focus; no value where other channels were worked and no focus is known.",
        "Temps linéaire à la façon de NICE CXone : temps d'horloge avec la voix en main, ou à défaut un autre contact au premier plan. "
        "Désactivé sans l'accord de l'installation ; sans valeur si d'autres canaux ont été traités et qu'aucun premier plan n'est connu.",
    ),
    why=Text(
        "Its ratio to the sum over contacts is that system's measure of concurrency.",
        "Son rapport à la somme des contacts est la mesure de simultanéité de ce système.",
    ),
    formula=Text("time with voice in hand or another contact in focus", "temps avec la voix en main ou un autre contact au premier plan"),
    kind=Kind.SUM,
    unit=Unit.SECONDS,
    better=Better.NEITHER,
    top=(Part(fact="agent_state", stamp="began_at", sql="sum(linear_ms) / 1000"),),
    bottom=(Part(fact="agent_share", stamp="began_at", sql=FOCUSED),),
    interval=Interval.NONE,
    parameters=(),
    source=NICE_SESSION,
    target=None,
    opt_in="focus",
    owner=OPERATIONS,
    example="agent_time_policy_nice_linear",
)

agent_time_policy_nice_concurrent = Metric(
    name=Text("Agent time, rule of NICE CXone (concurrent)", "Temps conseiller, règle de NICE CXone (simultané)"),
    definition=Text(
        "Concurrent time as NICE CXone has it: time by the clock with voice and a contact of another channel in hand.",
        "Temps simultané à la façon de NICE CXone : temps d'horloge avec en main la voix et un contact d'un autre canal.",
    ),
    why=Text(
        "Two chats at once are not concurrent by this rule: ours are in the concurrency profile.",
        "Deux chats à la fois n'y sont pas simultanés : les nôtres figurent dans le profil de simultanéité.",
    ),
    formula=Text("time with voice and another channel in hand", "temps avec la voix et un autre canal en main"),
    kind=Kind.SUM,
    unit=Unit.SECONDS,
    better=Better.NEITHER,
    top=(Part(fact="agent_state", stamp="began_at", sql="sum(voiced_ms) / 1000"),),
    bottom=(Part(fact="agent_state", stamp="began_at", sql="uniqExactIf(agent_hash, wall_ms > 0)"),),
    interval=Interval.NONE,
    parameters=(),
    source=NICE_SESSION,
    target=None,
    owner=OPERATIONS,
    example="agent_time_policy_nice_concurrent",
)

agent_time_policy_salesforce = Metric(
    name=Text("Agent time, rule of Salesforce", "Temps conseiller, règle de Salesforce"),
    definition=Text(
        "Active time as Salesforce has it: time in which the contact was in hand and in focus. Off unless the installation opts in to "
        "focus; no value where no focus is known.",
        "Temps actif à la façon de Salesforce : temps où le contact était en main et au premier plan. Désactivé sans l'accord de "
        "l'installation ; sans valeur si aucun premier plan n'est connu.",
    ),
    why=Text(
        "Its handle time beside it, from acceptance to close, is the gross time.",
        "Sa durée de traitement, de l'acceptation à la clôture, est le temps brut.",
    ),
    formula=Text("time in hand and in focus", "temps en main et au premier plan"),
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
    example="agent_time_policy_salesforce",
)

agent_time_policy_twilio = Metric(
    name=Text("Agent time, rule of Twilio Flex", "Temps conseiller, règle de Twilio Flex"),
    definition=Text(
        "Handling time as Twilio Flex's workload has it: each contact in full, cut into quarter hours of the clock (ask by 15 minutes), "
        "without what is still going on unless that is wanted.",
        "Temps de traitement à la façon de la charge de Twilio Flex : chaque contact en entier, découpé en quarts d'heure d'horloge (à "
        "demander par 15 minutes), sans ce qui est encore en cours, sauf si on le souhaite.",
    ),
    why=Text(
        "With nothing going on it is the gross time; the parallel minute is never split among its contacts.",
        "Quand rien n'est en cours, c'est le temps brut ; la minute partagée n'est jamais répartie entre ses contacts.",
    ),
    formula=Text("gross time − time of contacts without a known end", "temps brut − temps des contacts sans fin connue"),
    kind=Kind.SUM,
    unit=Unit.SECONDS,
    better=Better.NEITHER,
    top=(
        Part(
            fact="agent_share",
            stamp="began_at",
            sql=Case("in_progress", (("excluded", "sum(gross_ms - unended_ms) / 1000"), ("included", "sum(gross_ms) / 1000"))),
        ),
    ),
    bottom=(Part(fact="agent_share", stamp="began_at", sql=AGENTS),),
    interval=Interval.NONE,
    parameters=(
        Parameter(
            name="in_progress",
            text=Text("Contacts still going on", "Contacts en cours"),
            default="excluded",
            allowed=(Choice("excluded", Text("left out", "écartés")), Choice("included", Text("counted up to now", "comptés jusqu'ici"))),
        ),
    ),
    source=TWILIO_WORKLOAD,
    target=None,
    owner=OPERATIONS,
    example="agent_time_policy_twilio",
)
