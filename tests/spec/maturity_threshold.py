"""The smallest company that stands at a bar: copies of a worked example, so many of them flipped that the next flip carries it across.

How many is worked out from the figures of one copy, counted by hand, and the threshold of the bar. Where the worked example counts
things that stay as they are, a copy leaves them out; where copies would count the same thing (a month, a family), it tells of more.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from metrics.maturity.model import Bar, Kind
from metrics.maturity.score import Reading, judged
from metrics.maturity.uplift import uplift
from tests.spec.maturity_credit import CREDIT
from tests.spec.maturity_example import Example, Told, contact, credit, decided, register, said
from tests.spec.maturity_examples import KPI, STEERING
from tests.spec.maturity_trade import TRADE
from tests.spec.plain_event import Event

LONG = 10_000  # days: longer than any horizon
MOST = 1_000  # copies
EXAMPLES = STEERING | TRADE
Figure = tuple[float, float]


def part(measure: str, *kept: int, counted: Figure = (1, 1), flipped: Figure = (0, 1), more: Iterable[Told] = ()) -> Example:
    """The events of an example at these places (all, without any), and more after them."""
    whole = EXAMPLES[measure]
    places = kept or tuple(range(len(whole.told)))
    told = (*(whole.told[place] for place in places), *more)
    return replace(whole, told=told, counted=counted, flip=(places.index(whole.flip[0]), whole.flip[1]), flipped=flipped)


REVIEWS = tuple(
    ("meeting.held", f"meeting/{{b}}then{ago}", ago, {"category": "review", "department": "{b}experience"})
    for ago in (85, 115.5, 146, 176.5, 207, 237.5, 268, 298.5)
)
FAMILIES = tuple(
    each
    for family in ("satisfaction", "acquisition", "retention")
    for each in (register("kpi", family, **KPI | {"family": family}), ("kpi.reported", f"kpi/{{b}}{family}", 20, {}))
)
DECIDED = tuple(("personalisation.decided", f"customer/{{b}}d{n}", 5, {"rule": "call", "model": "{b}churn"}) for n in range(7))
COPIES = EXAMPLES | {
    "moment_coverage": part("moment_coverage", *range(1, 32)),
    "episode_bounced": part("episode_bounced", *range(2, 9), counted=(0, 3), flipped=(1, 3)),
    "visit_personal": part("visit_personal", 0, 2, 3),
    "problem_warned": part("problem_warned", 7, 8, 9, 10),
    "warning_quick": part("warning_quick", 0, 1, flipped=(0, 0)),
    "channel_preferred": part("channel_preferred", 0, 1),
    "initiative_complete": part("initiative_complete", 0),
    "budget_sponsored": part("budget_sponsored", 0, counted=(300, 300), flipped=(0, 300)),
    "committee_held": part("committee_held", 0, 1),
    "decision_timely": part("decision_timely", 0, 1),
    "scope_unified": part("scope_unified", 0, counted=(30, 30), flipped=(0, 30)),
    "insight_decided": Example((register("insight", "1", 200), decided("1", 190, insight="{b}1")), (1, 1), (1, None), (0, 1), 365),
    "direction_measured": part("direction_measured", 0, 2),
    "kpi_single": part("kpi_single", 0, 1),
    "family_reported": part("family_reported", counted=(5, 5), flipped=(4, 5), more=FAMILIES),
    "csat_margin": part("csat_margin", 0),
    "month_reviewed": part("month_reviewed", counted=(10, 10), flipped=(9, 9), more=REVIEWS),
    "project_proven": part("project_proven", 0, 1, 2, 3, 4),
    "verdict_clear": part("verdict_clear", 0),
    "revenue_channelled": part("revenue_channelled", 0, counted=(100, 100), flipped=(0, 100)),
    "channel_targeted": part("channel_targeted", 0, 2),
    "credit_exact": part("credit_exact", 3, 4, 5, 6),
    # 40 of the second order's money are not credited: 35 here, and 5 under a name that nobody ordered
    "credit_day": part("credit_day", 0, 1, 2, 3, 4, counted=(1, 3), flipped=(2, 2), more=[credit("2", 19, 35, party="rest")]),
    "revenue_multichannel": part("revenue_multichannel", 0, 2, 3, 4, counted=(100, 100), flipped=(0, 100)),
    "credit_shared": part("credit_shared", 0, 1, 2, 3, 4),
    "assist_named": part("assist_named", 0),
    "credit_disputed": part("credit_disputed", 0, 2),
    "key_compared": part("key_compared", counted=(3, 3), flipped=(2, 3), more=[("kpi.reported", "kpi/last_vs_key", 91.75, {})]),
    "promotion_everywhere": part("promotion_everywhere", 0, 1, 2),
    "redemption_known": part("redemption_known", 0),
    "stock_fresh": part("stock_fresh", 0, 2, 3, flipped=(1, 2)),
    "stock_shown": part("stock_shown", 0, 2),
    "shown_fresh": part("shown_fresh", 0),
    "stock_broken": part("stock_broken", 0, 2),
    "store_collect": part("store_collect", 0, 2, 3, 4),
    "collect_ready": part("collect_ready", 0, 2),
    "store_return": part("store_return", 0, 2, 3, 4),
    "revenue_reconciled": part("revenue_reconciled", 0, 3, 4, counted=(100, 100), flipped=(0, 100)),
    "store_reconciled": part("store_reconciled", 0, 2, counted=(100, 100), flipped=(0, 100)),
    "identity_duplicate": part("identity_duplicate", 1, 2, counted=(0, 1), flipped=(1, 1)),
    "consent_known": part("consent_known", 0, 1, 3, 5, flipped=(1, 2)),
    "message_lawful": part("message_lawful", 0, 1, 2, 3, 4, 7),
    "trigger_holdout": part("trigger_holdout", 0, 2),
    "model_skilled": part("model_skilled", 0, 2, 4, 5, counted=(2, 2), flipped=(1, 2)),
    # of 30 flagged, of whom something is known at last, eight; two of one customer are two of two
    "prediction_acted": replace(
        part("prediction_acted", counted=(8, 30), flipped=(9, 30)),
        told=(
            ("model.scored", "model/{b}churn", 6, {"eligible": 100, "scored": 90, "flagged": 30}),
            *EXAMPLES["prediction_acted"].told[1:],
            *DECIDED,
        ),
    ),
    "source_heard": Example((contact("1", 0.5, source="{b}s"), contact("2", 5, source="{b}s")), (1, 1), (0, None), (0, 1)),
    "contact_known": part("contact_known", 0),
}
assert set(CREDIT) < set(COPIES)


def found(bar: Bar, as_told: int, flipped: int) -> Reading:
    """What a measure finds of so many copies as they are told and so many flipped."""
    one = COPIES[bar.measure]
    top, bottom = (as_told * one.counted[place] + flipped * one.flipped[place] for place in (0, 1))
    if bar.kind is Kind.CURVE:
        return Reading(top, bottom, int(bottom), ((0, int(top)),), ((LONG, int(bottom - top)),))
    if bar.kind is Kind.UPLIFT:  # as many are held out, and nothing happened to them
        gain = uplift((int(top), int(bottom)), (0, int(bottom)))
        assert gain is not None
        return Reading(top, bottom, 2 * int(bottom), value=gain[0], low=gain[1], high=gain[2])
    return Reading(top, bottom, as_told + flipped if bar.kind is Kind.SUM else int(bottom))


def smallest(bar: Bar) -> tuple[int, int]:
    """How many copies as told, and how many flipped, stand at a bar: one flip more, and it is no longer met, or met at last."""

    def mark(flipped: int) -> float | None:
        return judged(bar, found(bar, copies - flipped, flipped)).mark

    for copies in range(1, MOST):
        if len({mark(some) == 1 for some in (0, copies // 2, copies)}) == 1:
            continue
        for flipped in range(copies):
            marks = mark(flipped), mark(flipped + 1)
            if None not in marks and (marks[0] == 1) != (marks[1] == 1):
                return copies - flipped, flipped
    raise AssertionError(f"{bar.measure}: {MOST} copies of its example do not come near the bar")


def company(bar: Bar, brand: str) -> tuple[list[Event], Event, Event | None]:
    """The events of the smallest company at a bar, the fact that carries it across, and what that becomes (None: it is taken back)."""
    as_told, flipped = smallest(bar)
    one = COPIES[bar.measure]
    one = replace(one, told=tuple((kind, subject, ago, _own(data)) for kind, subject, ago, data in one.told))
    copies = [
        said(one, place, brand, f"{brand}/{number}", flipped=number < flipped)
        for number in range(flipped + as_told)
        for place in range(len(one.told))
    ]
    place, last = one.flip[0], f"{brand}/{flipped}"
    fact = said(one, place, brand, last, flipped=False)
    assert fact is not None
    return [each for each in copies if each is not None], fact, said(one, place, brand, last, flipped=True)


def _own(data: dict[str, object]) -> dict[str, object]:
    """Products and stores are a copy's own."""
    return {
        name: f"{{b}}{value}" if name in ("product", "site") and value and "{b}" not in str(value) else value
        for name, value in data.items()
    }
