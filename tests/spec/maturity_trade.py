"""The worked examples of trade and data: attribution (maturity_credit.py), pricing, logistics, customer data, optional dimensions."""

from __future__ import annotations

from tests.spec.maturity_credit import CREDIT
from tests.spec.maturity_example import (
    LATE,
    STORES,
    Example,
    contact,
    decided,
    offer,
    order,
    register,
    sent,
    when,
)

MODEL = register("model", "churn")
TRADE: dict[str, Example] = CREDIT | {
    # pricing
    "price_observed": Example(
        (
            register("product", "sofa", channels=["web", "store"]),
            register("product", "cup", channels=["web"]),
            offer("priced", "1", 5, product="{b}sofa", channel="web", price=9),
            offer("priced", "2", 5, product="{b}sofa", channel="store", price=9),
        ),
        (1, 1),
        (3, {"channel": "web"}),
        (0, 1),
    ),
    "price_parity": Example(
        (
            offer("priced", "1", 5.5, product="sofa", channel="web", price=9.99),
            offer("priced", "2", 5.6, product="sofa", channel="store", price=9.99),
            offer("priced", "3", 4.5, product="sofa", channel="web", price=9),
            offer("priced", "4", 5.6, product="sofa", channel="store", site="lille", price=8, listed=True),  # excuses no other store
        ),
        (1, 1),
        (1, {"price": 9.98}),
        (0, 1),
    ),
    "promotion_everywhere": Example(
        (
            register("promotion", "1", 30, starts_at=when(20), channels=["web", "store"]),
            offer("promoted", "1", 20, promotion="{b}1", channel="web"),
            offer("promoted", "2", 19.5, promotion="{b}1", channel="store"),
            register("promotion", "nowhere", 30, starts_at=when(20)),
        ),
        (1, 2),
        (2, {"channel": "web"}),
        (0, 2),
    ),
    "price_signal": Example(
        # one contact about prices in the last of twenty whole weeks: a mean of 50 per 1 000 orders, moved by 1 000 / 19, the limit at 190;
        # eleven of these weeks begin in the last 90 days, and the present one is not over
        (
            contact("x", 10, motive="two prices"),
            *(order(f"{week}", 7 * week + 10) for week in range(21) if week != 11),
            order("now", 3),
            *(contact(f"y{n}", 3, motive="two prices") for n in range(9)),
        ),
        (1, 11),
        (0, {"motive": "late"}),
        (0, 11),
        182,
    ),
    "promotion_overlap": Example(
        (
            register("promotion", "1", 30, starts_at=when(20), ends_at=when(10)),
            register("promotion", "2", 30, starts_at=when(20), ends_at=when(10), local=True),
            register("promotion", "nowhere", 30, starts_at=when(20)),
            offer("promoted", "1", 20, promotion="{b}1", channel="web"),
            offer("promoted", "2", 19, promotion="{b}1", channel="store"),
            offer("promoted", "3", 20, promotion="{b}2", channel="web"),
            offer("promoted", "4", 9, promotion="{b}2", channel="store"),
        ),
        (1, 2),
        (4, {"channel": "web"}),
        (0, 2),
    ),
    "promotion_relayed": Example(
        (
            register("promotion", "1", 30, starts_at=when(20), local=True, site="lille"),
            *(
                offer("promoted", channel, 21, promotion="{b}1", channel=channel, central=True, site="lille")
                for channel in ("web", "email")
            ),
        ),
        (1, 1),
        (2, {"central": False}),
        (0, 1),
    ),
    "redemption_known": Example(
        (
            ("order.redeemed", "order/{b}1", 5, {"promotion": "p", "channel": "store", "site": "lille"}),
            ("order.redeemed", "order/{b}2", 5, {}),
        ),
        (1, 2),
        (0, {"site": ""}),
        (0, 2),
    ),
    "promotion_evaluated": Example(
        (register("promotion", "1", 30, starts_at=when(20), local=True), ("promotion.evaluated", "promotion/{b}1", 5, {"method": "did"})),
        (1, 1),
        (1, {"method": "guess"}),
        (0, 1),
    ),
    # logistics
    "stock_fresh": Example(
        (*STORES, offer("stocked", "1", 0.9, product="sofa", site="{b}lille", quantity=3)), (1, 2), (2, {"category": "warehouse"}), (1, 3)
    ),
    "order_crossed": Example((*STORES, order("1", 5, site="{b}lille"), order("2", 5)), (1, 2), (3, {"site": "{b}office"}), (0, 2)),
    "stock_shown": Example(
        (
            offer("stocked", "1", 5, product="sofa", site="lille", quantity=3),
            offer("stocked", "2", 5, product="cup", site="lille", quantity=3),
            offer("shown", "1", 4, product="sofa", site="lille", channel="web", available=True),
        ),
        (1, 2),
        (2, {"channel": "app"}),
        (0, 2),
    ),
    "shown_fresh": Example(
        (
            offer("shown", "1", 4, product="sofa", site="lille", age_s=3600),
            offer("shown", "2", 4, product="cup", site="lille", age_s=3601),
            offer("shown", "3", 4, product="lamp", site="lille"),
        ),
        (1, 3),
        (0, {"age_s": 4000}),
        (0, 3),
    ),
    "stock_accurate": Example(
        (
            offer("shown", "1", 4, product="sofa", site="lille", available=True, quantity=2),
            offer("counted", "1", 3, product="sofa", site="lille", quantity=1),
            offer("counted", "2", 3, product="cup", site="lille", quantity=1),
        ),
        (1, 1),
        (1, {"quantity": 0}),
        (0, 1),
    ),
    "stock_exact": Example(
        (
            offer("shown", "1", 4, product="sofa", site="lille", available=True, quantity=2),
            offer("counted", "1", 3, product="sofa", site="lille", quantity=2),
        ),
        (1, 1),
        (1, {"quantity": 1}),
        (0, 1),
    ),
    "stock_broken": Example(
        (order("1", 5, site="lille"), order("2", 5, site="lille"), ("order.cancelled", "order/{b}1", 4, {"reason": "stock"})),
        (1, 2),
        (2, {"reason": "other"}),
        (0, 2),
    ),
    "store_collect": Example(
        (*STORES, order("1", 5, site="{b}lille"), ("order.collected", "order/{b}1", 3, {})), (1, 2), (3, {"channel": "voice"}), (0, 2)
    ),
    "collect_ready": Example(
        (order("1", 12, site="lille", **LATE), order("2", 12, site="lille", **LATE), ("order.ready", "order/{b}1", 11, {})),
        (1, 2),
        (2, None),
        (0, 2),
    ),
    "store_return": Example(
        (*STORES, order("1", 5), ("order.returned", "order/{b}1", 3, {"site": "{b}lille"})), (1, 2), (4, {"site": ""}), (0, 2)
    ),
    "refund_prompt": Example(
        (order("1", 30), ("order.returned", "order/{b}1", 20, {}), ("order.refunded", "order/{b}1", 18, {"amount": 100})),
        (1, 1),
        (2, None),
        (0, 1),
    ),
    "collect_share": Example(
        (order("1", 5, site="lille"), order("2", 5, site="lille"), ("order.collected", "order/{b}1", 3, {})),
        (1, 2),
        (0, {"site": ""}),
        (0, 2),
    ),
    "collect_extra": Example(
        (
            *(order(f"{n}", 5, site="lille") for n in (1, 2)),
            ("order.collected", "order/{b}1", 3, {}),
            ("order.collected", "order/{b}2", 2, {}),
            ("customer.merged", "customer/{b}card", 40, {"into": "{b}c1"}),
            order("3", 3 - 0.9 / 24, channel="store", site="lille", customer="{b}card"),
            order("4", 2 - 1.1 / 24, channel="store", site="lille"),
        ),
        (1, 2),
        (4, None),
        (0, 2),
    ),
    # customer data
    "revenue_reconciled": Example(
        (
            order("1", 5),
            order("2", 5, customer="{b}c2"),
            order("3", 5, customer=""),
            ("customer.identified", "customer/{b}c0", 40, {}),
            ("customer.merged", "customer/{b}c1", 30, {"into": "{b}c0"}),
        ),
        (100, 300),
        (3, None),
        (0, 300),
    ),
    "store_reconciled": Example(
        (order("1", 5, channel="store"), order("2", 5), ("customer.identified", "customer/{b}c1", 40, {})), (100, 100), (2, None), (0, 100)
    ),
    "identity_duplicate": Example(
        (
            ("identity.labelled", "identity/{b}1", 5, {"verdict": "duplicate"}),
            ("identity.labelled", "identity/{b}2", 9, {"verdict": "duplicate"}),
            ("identity.labelled", "identity/{b}2", 5, {"verdict": "distinct"}),
            ("identity.labelled", "identity/{b}3", 5, {}),
        ),
        (1, 2),
        (2, None),
        (2, 2),
    ),
    "consent_known": Example(
        (
            sent("c1", 5),
            sent("c1-too", 4),
            sent("c2", 4),
            ("customer.consent", "customer/{b}c1", 50, {"consent": "refused", "purpose": "marketing"}),
            ("customer.consent", "customer/{b}c2", 3, {"consent": "refused", "purpose": "marketing"}),  # too late
            ("customer.merged", "customer/{b}c1-too", 40, {"into": "{b}c1"}),
        ),
        (1, 2),
        (5, None),
        (1, 3),
    ),
    "message_triggered": Example((sent("c1", 5, rule="basket"), sent("c2", 5)), (1, 2), (0, {"rule": ""}), (0, 2)),
    "trigger_live": Example(
        (register("trigger", "1"), register("trigger", "2"), sent("c1", 5, rule="{b}1")), (1, 2), (2, {"rule": "{b}9"}), (0, 2)
    ),
    "message_lawful": Example(
        (
            ("customer.consent", "customer/{b}c1", 50, {"consent": "granted", "purpose": "marketing"}),
            ("customer.consent", "customer/{b}c1", 20, {"consent": "refused", "purpose": "surveys"}),
            ("customer.consent", "customer/{b}c1", 20, {"consent": "refused", "purpose": "marketing", "channel": "sms"}),
            ("customer.merged", "customer/{b}c1-too", 40, {"into": "{b}c1"}),
            sent("c1-too", 5),
            sent("c1", 5, channel="sms"),
            sent("c2", 5),
            ("customer.consent", "customer/{b}c1", 4, {"consent": "refused"}),
        ),
        (1, 3),
        (1, {"purpose": "marketing"}),
        (0, 3),
    ),
    "trigger_holdout": Example(
        (register("trigger", "1", holdout=True), register("trigger", "2"), sent("c1", 5, rule="{b}1"), sent("c1", 5, rule="{b}2")),
        (1, 2),
        (0, {"holdout": False}),
        (0, 2),
    ),
    "model_scored": Example(
        (MODEL, register("model", "2"), ("model.scored", "model/{b}churn", 6, {"eligible": 100, "scored": 80})),
        (1, 2),
        (2, {"scored": 79}),
        (0, 2),
    ),
    "model_skilled": Example(
        (
            MODEL,
            register("model", "uncalibrated"),
            ("model.tested", "model/{b}churn", 6, {"auc": 0.75, "positives": 200, "negatives": 800, "calibration_error": 0.05}),
            ("model.tested", "model/{b}uncalibrated", 6, {"auc": 0.75, "positives": 200, "negatives": 800}),
            register("model", "brier"),  # one in five: whoever always says so has a score of .16
            ("model.tested", "model/{b}brier", 6, {"brier": 0.15, "positives": 200, "negatives": 800, "calibration_error": 0.05}),
        ),
        (2, 3),
        (5, {"brier": 0.17}),
        (1, 3),
    ),
    "prediction_acted": Example(
        (
            ("model.scored", "model/{b}churn", 6, {"eligible": 100, "scored": 90, "flagged": 40}),
            ("personalisation.decided", "customer/{b}c1", 5, {"rule": "call", "model": "{b}churn"}),
            ("personalisation.decided", "customer/{b}c1-too", 4, {"rule": "mail", "model": "{b}churn"}),
            ("personalisation.decided", "customer/{b}c2", 7, {"rule": "call", "model": "{b}churn"}),  # before the run
            ("customer.merged", "customer/{b}c1-too", 40, {"into": "{b}c1"}),
        ),
        (1, 40),
        (4, None),
        (2, 40),
    ),
    # optional dimensions
    "source_heard": Example((contact("1", 0.5), contact("2", 5, source="old")), (1, 2), (0, None), (0, 1)),
    "contact_known": Example((contact("1", 5, customer="{b}c1"), contact("2", 5)), (1, 2), (0, {"customer": ""}), (0, 2)),
    "agent_several": Example(
        (
            contact("1", 5),
            contact("2", 5, channel="chat"),
            *(("interaction.accepted", f"interaction/{{b}}{n}", 5, {"stint": f"{{b}}{n}", "agent": "{b}a"}) for n in (1, 2)),
            contact("3", 5),
            ("interaction.accepted", "interaction/{b}3", 5, {"stint": "{b}3", "agent": "{b}b"}),
        ),
        (1, 2),
        (1, {"channel": "voice"}),
        (0, 2),
    ),
    "agent_placed": Example(
        (
            contact("1", 5),
            ("interaction.accepted", "interaction/{b}1", 5, {"stint": "{b}1", "agent": "{b}a"}),
            ("reference.agent", "agent/{b}a", 50, {"team": "sales"}),
        ),
        (1, 1),
        (2, {"team": ""}),
        (0, 1),
    ),
    "decision_adviser": Example((decided("1", 40, cause="adviser"), decided("2", 40)), (1, 2), (0, {"cause": ""}), (0, 2), 365),
}
