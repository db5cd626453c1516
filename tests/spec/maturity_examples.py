"""The worked examples of steering: journeys, governance, performance; see maturity_example.py."""

from __future__ import annotations

from tests.spec.maturity_example import (
    LATE,
    Example,
    contact,
    decided,
    evaluated,
    order,
    rated,
    register,
    sent,
    when,
)

THIRTY = tuple(rated(f"r{n}", 5, 4, moment="{b}pick-up") for n in range(30))
KPI = {"department": "{b}web", "owner": "ann", "formula": "a/b", "origin": "crm", "family": "churn"}
GAIN = (
    ("personalisation.decided", "customer/{b}c1", 30, {"rule": "hello", "arm": "treated", "model": "m"}),
    ("personalisation.decided", "customer/{b}c2", 30, {"rule": "hello", "arm": "control", "model": "m"}),
    order("1", 26),
)

STEERING: dict[str, Example] = {
    # journeys: a call with customer and motive, a call without customer, an order with one
    "journey_observable": Example(
        (contact("1", 5, customer="{b}c1", motive="order"), contact("2", 5, motive="order"), order("1", 5)),
        (2, 3),
        (0, {"motive": ""}),
        (1, 3),
    ),
    "moment_coverage": Example((register("moment", "x"), register("moment", "pick-up"), *THIRTY), (1, 2), (31, None), (0, 2)),
    # one writes, then rings about the same case: suffered; one is handed to the maker, then writes: offered by us; one rings twice; one
    # writes after nine quiet days, which is another episode; nobody knows who the last one was
    "episode_bounced": Example(
        (
            contact("1", 5, case="{b}a", channel="email"),
            contact("2", 4, case="{b}a"),
            contact("3", 5, customer="{b}c1", motive="repair"),
            ("interaction.escalated", "interaction/{b}3", 4.9, {"to": "maker"}),
            contact("4", 4, customer="{b}c1", motive="repair/parts", channel="email"),
            contact("5", 15, customer="{b}c2", motive="order"),
            contact("6", 14, customer="{b}c2", motive="order"),
            contact("7", 5, customer="{b}c2", motive="order", channel="chat"),
            contact("8", 5, motive="order"),
        ),
        (1, 4),
        (3, None),
        (2, 4),
    ),
    "voice_loop": Example(
        (
            decided("1", 40, 10, cause="customer"),
            evaluated("1", 12),
            decided("2", 40, 10, cause="customer"),
            decided("3", 40, 10, cause="cost"),
        ),
        (1, 2),
        (1, None),
        (0, 2),
        182,
    ),
    "voice_decision": Example((decided("1", 40, cause="customer"), decided("2", 40, cause="cost")), (1, 2), (0, {"cause": "cost"}), (0, 2)),
    "detractor_recontact": Example(
        (
            rated("1", 20, 1, customer="{b}c1"),
            rated("2", 20, 5, customer="{b}c1"),
            contact("3", 18, direction="outbound", customer="{b}c1"),
        ),
        (1, 1),
        (2, {"direction": "inbound"}),
        (0, 1),
    ),
    "visit_personal": Example(
        (
            ("session.visited", "customer/{b}c1", 5.5, {}),
            ("session.visited", "customer/{b}c2", 5.5, {}),
            ("personalisation.decided", "customer/{b}c1-too", 5.4, {"rule": "hello"}),
            ("customer.merged", "customer/{b}c1-too", 40, {"into": "{b}c1"}),
            contact("1", 5.5, customer="{b}c3"),
            contact("2", 5.5, customer="{b}c3", direction="outbound"),
        ),
        (1, 3),
        (3, None),
        (0, 3),
    ),
    "problem_warned": Example(
        (
            order("1", 20, **LATE),
            order("2", 20, **LATE),
            ("order.warned", "order/{b}1", 9.9, {}),
            ("order.delivered", "order/{b}1", 8, {}),
            contact("3", 9, case="{b}1"),
            order("4", 20, promised_at=when(10)),
            ("order.delivered", "order/{b}4", 11, {}),
            # ready for a week: reminded, then asked for; the next is collected in time; of the last nobody says where
            order("5", 20, site="lille"),
            ("order.ready", "order/{b}5", 18, {}),
            ("order.warned", "order/{b}5", 13, {}),
            contact("6", 10, case="{b}5"),
            order("7", 20, site="lille"),
            ("order.ready", "order/{b}7", 18, {}),
            ("order.collected", "order/{b}7", 11, {}),
            order("8", 20),
            ("order.ready", "order/{b}8", 18, {}),
            # late, and the only word of it is that it can be had
            order("9", 20, promised_at=when(10)),
            ("order.ready", "order/{b}9", 9, {}),
            ("order.warned", "order/{b}9", 8.5, {}),
        ),
        (2, 4),
        (9, None),
        (1, 4),
    ),
    "warning_quick": Example(
        (
            ("order.delayed", "order/{b}1", 10, {}),
            ("order.warned", "order/{b}1", 10 - 4 / 1440, {}),
            ("order.delayed", "order/{b}2", 10, {}),
            ("order.warned", "order/{b}2", 9, {}),
            # the only word is a reminder to collect
            order("3", 20),
            ("order.delayed", "order/{b}3", 10, {}),
            ("order.ready", "order/{b}3", 8, {}),
            ("order.warned", "order/{b}3", 5, {}),
        ),
        (1, 2),
        (1, None),
        (0, 1),
    ),
    "personal_uplift": Example(GAIN, (1, 1), (2, {"customer": "{b}c9"}), (0, 1), 365),
    "action_uplift": Example(GAIN, (1, 1), (2, {"customer": "{b}c9"}), (0, 1), 365),
    "trigger_uplift": Example(
        (sent("c1", 30, rule="basket"), ("solicitation.withheld", "customer/{b}c2", 30, {"rule": "basket"}), order("1", 26)),
        (1, 1),
        (2, None),
        (0, 1),
        365,
    ),
    "channel_preferred": Example(
        (
            ("customer.profile", "customer/{b}c1", 60, {"preferred_channel": "sms"}),
            sent("c1", 5, channel="sms"),
            sent("c1", 4),
            sent("c2", 4),
        ),
        (1, 2),
        (1, {"channel": "email"}),
        (0, 2),
    ),
    # governance
    "initiative_complete": Example(
        (register("initiative", "1", owner="ann", department="web", kpi="nps"), register("initiative", "2", owner="bob", kpi="nps")),
        (1, 2),
        (0, {"kpi": ""}),
        (0, 2),
    ),
    # two on one journey and two for one KPI, each time of two departments under one committee
    "initiative_apart": Example(
        (
            register("initiative", "1", journey="buy", department="web", committee="x"),
            register("initiative", "2", journey="buy", department="stores", committee="x"),
            register("initiative", "3", journey="help", kpi="nps", department="web", committee="x"),
            register("initiative", "4", kpi="nps", department="stores", committee="x"),
            register("initiative", "5"),
        ),
        (5, 5),
        (3, {"committee": "y"}),
        (3, 5),
    ),
    "budget_sponsored": Example(
        (register("initiative", "1", budget=300, sponsor="ceo"), register("initiative", "2", budget=100)),
        (300, 400),
        (0, {"sponsor": ""}),
        (0, 400),
    ),
    "committee_held": Example(
        (
            ("meeting.planned", "meeting/{b}1", 40, {"category": "committee", "due_at": when(30)}),
            ("meeting.held", "meeting/{b}1", 30, {}),
            ("meeting.planned", "meeting/{b}2", 40, {"category": "committee", "due_at": when(20)}),
        ),
        (1, 2),
        (1, None),
        (0, 2),
        365,
    ),
    "committee_number": Example(
        (("meeting.held", "meeting/{b}1", 30, {"category": "committee"}), ("meeting.held", "meeting/{b}2", 60, {"category": "committee"})),
        (2, 2),
        (0, {"category": "review"}),
        (1, 1),
        365,
    ),
    "committee_present": Example(
        (("meeting.held", "meeting/{b}1", 30, {"category": "committee", "invited": 4, "present": 3}),),
        (3, 4),
        (0, {"present": 1}),
        (1, 4),
        365,
    ),
    "decision_timely": Example(
        (decided("1", 40, 10), evaluated("1", 12), decided("2", 40, 10), evaluated("2", 8)), (1, 2), (1, None), (0, 2), 365
    ),
    "scope_unified": Example(
        (register("department", "1", staff=30, unified=True), register("department", "2", staff=10)),
        (30, 40),
        (0, {"unified": False}),
        (0, 40),
    ),
    "roadmap_voiced": Example(
        (register("roadmap", "1", insight="i1"), register("roadmap", "2"), register("roadmap", "3", status="ended")),
        (1, 2),
        (0, {"insight": ""}),
        (0, 2),
    ),
    "insight_decided": Example(
        (register("insight", "1", 60), register("insight", "2", 60), decided("1", 50, insight="{b}1")), (1, 2), (2, None), (0, 2), 365
    ),
    # performance
    "direction_measured": Example(
        (register("department", "web"), register("department", "stores"), register("kpi", "1", **KPI)), (1, 2), (2, {"formula": ""}), (0, 2)
    ),
    "direction_client": Example(
        (register("department", "web"), register("department", "stores"), register("kpi", "1", **KPI)),
        (1, 2),
        (2, {"family": "business"}),
        (0, 2),
    ),
    # two directions share one definition of churn; of two called alike the other is defined twice
    "kpi_single": Example(
        (
            register("kpi", "1", **KPI, name="Churn"),
            register("kpi", "2", **KPI | {"department": "{b}stores"}, name="churn"),
            register("kpi", "3", formula="a", origin="crm", name="Basket"),
            register("kpi", "4", formula="a", origin="till", name="Basket"),
            register("kpi", "5", name="Churn"),
        ),
        (1, 2),
        (1, {"formula": "a/c"}),
        (0, 2),
    ),
    "family_reported": Example(
        (
            register("department", "web", category="customer"),
            register("kpi", "1", **KPI),
            register("kpi", "2", **{**KPI, "family": "return"}),
            ("kpi.reported", "kpi/{b}1", 20, {}),
            ("kpi.reported", "kpi/{b}2", 20, {}),
        ),
        (2, 5),
        (3, None),
        (1, 5),
    ),
    "csat_margin": Example((rated("1", 5, 4), rated("2", 5, 2), rated("3", 5, 9)), (1, 2), (0, {"score": 3}), (0, 2)),
    "month_reviewed": Example(
        (
            register("department", "experience", 300, category="customer"),
            register("department", "stores", 300),
            ("meeting.held", "meeting/{b}1", 30, {"category": "review", "department": "{b}experience"}),
            ("meeting.held", "meeting/{b}2", 29, {"category": "review", "department": "{b}experience"}),
            ("meeting.held", "meeting/{b}3", 60, {"category": "review", "department": "{b}experience"}),
            ("meeting.held", "meeting/{b}4", 90, {"category": "review", "department": "{b}stores"}),
        ),
        (2, 2),
        (4, {"department": "{b}stores"}),
        (1, 1),
        365,
    ),
    "direction_targeted": Example(
        (
            register("department", "web"),
            *(register("kpi", str(n), **KPI, target=1) for n in (1, 2)),
            *(("kpi.reported", f"kpi/{{b}}{n}", ago, {}) for n in (1, 2) for ago in (30.75, 60.75, 91.75)),
        ),
        (1, 1),
        (5, None),
        (0, 1),
        93,
    ),
    "project_proven": Example(
        (
            ("project.planned", "project/{b}1", 60, {}),
            ("project.started", "project/{b}1", 50, {}),
            ("project.ended", "project/{b}1", 30, {}),
            ("project.evaluated", "project/{b}1", 20, {"verdict": "improved"}),
            ("project.evaluated", "project/{b}1", 40, {"verdict": "unchanged"}),
            ("project.ended", "project/{b}2", 30, {}),
        ),
        (1, 2),
        (3, None),
        (0, 2),
        365,
    ),
    "verdict_clear": Example(
        (evaluated("1", 12), evaluated("2", 12, "not_evaluable")), (1, 2), (0, {"verdict": "not_evaluable"}), (0, 2), 365
    ),
}
