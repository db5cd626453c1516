"""What customers say."""

from metrics.metric import Better, Counter, Interval, Kind, Metric, Part, Target, Text, Unit
from metrics.source import WILSON

TOP_BOX = "(scale = 5 AND score >= 4) OR (scale = 7 AND score >= 6) OR (scale = 10 AND score >= 9)"
ANSWERED = "scale IN (5, 7, 10) AND score BETWEEN 0 AND scale"

csat = Metric(
    name=Text("Customer satisfaction (CSAT)", "Satisfaction client (CSAT)"),
    definition=Text(
        "Share of satisfied answers to the satisfaction question: 4 or 5 out of 5, 6 or 7 out of 7, 9 or 10 out of 10. Answers on any "
        "other scale, or outside their own, are left out.",
        "Part des réponses satisfaites à la question de satisfaction : 4 ou 5 sur 5, 6 ou 7 sur 7, 9 ou 10 sur 10. Les réponses sur une "
        "autre échelle, ou hors de la leur, sont écartées.",
    ),
    why=Text(
        "The customer's own verdict; few answer, so read it with its interval.",
        "Le verdict du client lui-même ; peu répondent, il se lit donc avec son intervalle.",
    ),
    formula=Text("satisfied answers ÷ answers on a known scale", "réponses satisfaites ÷ réponses sur une échelle connue"),
    kind=Kind.RATIO,
    unit=Unit.SHARE,
    better=Better.HIGHER,
    top=(Part(fact="rating", stamp="given_at", sql=f"countIf(instrument = 'csat' AND {ANSWERED} AND ({TOP_BOX}))"),),
    bottom=(Part(fact="rating", stamp="given_at", sql=f"countIf(instrument = 'csat' AND {ANSWERED})"),),
    interval=Interval.WILSON,
    parameters=(),
    source=WILSON,
    target=Target(0.8, None, Text("Four satisfied customers out of five", "Quatre clients satisfaits sur cinq")),
    counter=Counter(
        "aht",
        Text(
            "Satisfaction may be bought with time nobody has for the next customer.",
            "La satisfaction peut se payer en temps, que le client suivant n'aura pas.",
        ),
    ),
    owner=Text("Quality", "Qualité"),
    example="csat",
)
