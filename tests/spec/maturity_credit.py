"""The worked examples of the attribution of sales; see maturity_example.py."""

from __future__ import annotations

from tests.spec.maturity_example import Example, contact, credit, order, register, when

HELPED = (
    ("order.assisted", "order/{b}1", 20, {"party": "seller", "agent": "a1"}),
    ("order.assisted", "order/{b}1", 20, {"party": "e_seller"}),
)
CREDIT: dict[str, Example] = {
    "revenue_channelled": Example((order("1", 5), order("2", 5, channel="")), (100, 200), (0, {"channel": ""}), (0, 200)),
    "channel_targeted": Example(
        (
            order("1", 5),
            order("2", 5, channel="store"),
            register("target", "1", channel="web", target=9, starts_at=when(30), ends_at=when(-30)),
        ),
        (1, 2),
        (2, {"ends_at": when(1)}),
        (0, 2),
    ),
    "target_global": Example(
        tuple(
            register("target", name, channel=channel, target=amount, starts_at=when(30), ends_at=when(-30))
            for name, channel, amount in (("all", "", 30.1), ("web", "web", 20.05), ("store", "store", 10.05))
        ),
        (1, 1),
        (1, {"target": 20.06}),
        (0, 1),
    ),
    # one in balance, one not credited; one paid back in part and so credited; one cancelled and still credited; one that nobody placed
    "credit_exact": Example(
        (
            order("1", 20),
            order("2", 20),
            credit("1", 19, 100),
            order("3", 20),
            ("order.refunded", "order/{b}3", 15, {"amount": 30}),
            credit("3", 19, 100),
            credit("3", 14, -30, party="back"),
            order("4", 20),
            ("order.cancelled", "order/{b}4", 18, {}),
            credit("4", 19, 100),
            credit("5", 19, 50),
        ),
        (2, 5),
        (6, {"amount": -29.99}),
        (1, 5),
    ),
    "credit_day": Example(
        (order("1", 20), order("2", 30), credit("1", 19, 100), credit("2", 19, 60), credit("never", 10, 5)),
        (1, 3),
        (4, {"order": "{b}2"}),
        (1, 2),
    ),
    "revenue_multichannel": Example(
        (
            order("1", 5),
            order("2", 5, customer="{b}c2"),
            contact("3", 8, customer="{b}c1"),
            contact("4", 9, customer="{b}also", channel="chat"),
            ("customer.merged", "customer/{b}also", 2, {"into": "{b}c1"}),
        ),
        (100, 200),
        (4, {"into": "{b}c3"}),
        (0, 200),
    ),
    "credit_shared": Example(
        (order("1", 20), *HELPED, credit("1", 19, 40, party="seller"), credit("1", 19, 60, party="e_seller"), order("2", 20)),
        (1, 1),
        (4, {"amount": 50}),
        (0, 1),
    ),
    "assist_named": Example(
        (
            ("order.assisted", "order/{b}1", 20, {"party": "seller", "agent": "a1"}),
            ("order.assisted", "order/{b}2", 20, {"party": "seller"}),
        ),
        (1, 2),
        (0, {"agent": ""}),
        (0, 2),
    ),
    "credit_disputed": Example(
        (credit("1", 19, 100), credit("2", 19, 100), ("credit.disputed", "credit/{b}1", 10, {"order": "{b}1"})), (1, 2), (2, None), (0, 2)
    ),
    "key_compared": Example(
        (credit("1", 19, 100), ("kpi.reported", "kpi/last_vs_key", 30.75, {}), ("kpi.reported", "kpi/last_vs_key", 60.75, {})),
        (2, 3),
        (2, None),
        (1, 3),
        93,
    ),
    "dispute_settled": Example(
        (("credit.disputed", "credit/{b}1", 50, {"order": "{b}1"}), ("credit.settled", "credit/{b}1", 40, {})), (1, 1), (1, None), (0, 1)
    ),
}
