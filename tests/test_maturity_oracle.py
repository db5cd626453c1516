"""Every measure is its definition in words: on worked examples, on a small company at several instants; and wrong SQL is noticed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from weakref import WeakSet

import pytest

from metrics.maturity import measure
from metrics.maturity.measure import Asked, readings
from metrics.maturity.model import Kind, _whole
from metrics.query import Scope
from sql.clickhouse import Store, StoreError
from sql.derive import as_known, derive
from tests.arrival_writer import put
from tests.conftest import empty
from tests.spec import maturity_example
from tests.spec.maturity_check import differences
from tests.spec.maturity_company import INSTANTS, ZONE, company, corrected
from tests.spec.maturity_data_oracle import ORACLES
from tests.spec.maturity_example import made
from tests.spec.maturity_examples import STEERING
from tests.spec.maturity_plain import World, counted
from tests.spec.maturity_trade import TRADE

BARS = sorted({(bar.measure, bar.days, bar.kind) for each in _whole().criteria for bar in each.tests})
EXAMPLES = STEERING | TRADE
KNOWN = datetime(2027, 1, 1, tzinfo=UTC)
ASKED = Asked(Scope.all(), zone=ZONE)


def kind_of(name: str) -> Kind:
    return next(kind for known, _, kind in BARS if known == name)


def test_no_measure_is_without_its_slow_formula() -> None:
    assert set(ORACLES) == {name for name, _, _ in BARS}


@pytest.mark.parametrize("name", EXAMPLES)
def test_slow_formula_counts_the_worked_example_as_it_was_counted_by_hand(name: str) -> None:
    example = EXAMPLES[name]
    for flipped, hand in ((False, example.counted), (True, example.flipped)):
        world = World(made(name, example, flipped=flipped))
        told = counted(kind_of(name), ORACLES[name](world, maturity_example.AT, example.days))
        assert (told.top, told.bottom) == pytest.approx(hand)


@pytest.fixture(scope="module")
def small(engine: Store) -> Iterator[tuple[Store, World]]:
    """The small company, in the store and as plain events."""
    empty(engine)
    events = company(1)
    for batch, part in enumerate((events, corrected(events)), 1):
        put(engine, batch, part, KNOWN + timedelta(days=batch))
        derive(engine, [batch])
    yield engine, World(events + corrected(events), ZONE)
    empty(engine)


def test_every_measure_of_a_small_company_is_the_slow_formulas(small: tuple[Store, World]) -> None:
    store, world = small
    assert differences(readings(store, _whole(), INSTANTS, ASKED), world, BARS) == []


def test_an_instant_is_told_the_same_alone_and_among_others(small: tuple[Store, World]) -> None:
    store, world = small
    assert differences(readings(store, _whole(), INSTANTS[:1], ASKED), world, BARS) == []


def test_what_was_known_before_the_corrections_is_told_again(small: tuple[Store, World]) -> None:
    store, world = small
    with as_known(store, KNOWN + timedelta(days=1)) as database:
        found = readings(store, _whole(), INSTANTS, replace(ASKED, database=database))
    assert differences(found, World(company(1), ZONE), BARS) == []
    assert any(line.startswith("problem_warned") for line in differences(found, world, BARS))


def test_an_engine_that_keeps_no_part_tells_the_same(small: tuple[Store, World], monkeypatch: pytest.MonkeyPatch) -> None:
    store, world = small

    @contextmanager
    def refused(self: Store, *_: object) -> Iterator[Store]:
        raise StoreError("The engine refused the statement.", 497)
        yield self

    monkeypatch.setattr(measure, "_unable", WeakSet())
    monkeypatch.setattr(Store, "keeping", refused)
    assert differences(readings(store, _whole(), INSTANTS, ASKED), world, BARS) == []


def test_many_customers_of_several_ids_are_joined_to_the_same_end(small: tuple[Store, World], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measure, "CROWD", -1)
    assert differences(readings(small[0], _whole(), INSTANTS, ASKED), small[1], BARS) == []


@pytest.mark.parametrize("name", sorted({bar[0] for bar in BARS}))
def test_the_statement_that_is_shown_runs_and_lists_the_rows(small: tuple[Store, World], name: str) -> None:
    days = next(bar[1] for bar in BARS if bar[0] == name)
    writer = measure._writer(INSTANTS[:1], ASKED)
    writer.measure(name, days)
    text = measure.shown(name, days, ASKED)
    rows = small[0].rows(text, writer.values(text))
    assert len(rows) == len(measure.things(small[0], name, days, INSTANTS[0], ASKED, 10_000))


def test_a_question_that_was_stopped_is_not_asked_again(small: tuple[Store, World], monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: object) -> None:
        raise StoreError("The engine refused the statement.", 394)

    monkeypatch.setattr(Store, "command", stopped)
    monkeypatch.setattr(measure, "_whole", lambda *_: pytest.fail("asked again"))
    with pytest.raises(StoreError):
        readings(small[0], _whole(), INSTANTS, ASKED)


def test_parts_are_kept_and_let_go(small: tuple[Store, World], monkeypatch: pytest.MonkeyPatch) -> None:
    store, world = small
    told: list[str] = []
    command = Store.command
    monkeypatch.setattr(Store, "command", lambda self, sql, *rest: (told.append(sql.split("`")[1]), command(self, sql, *rest)))
    monkeypatch.setattr(measure, "_whole", lambda *_: pytest.fail("asked without parts"))
    assert differences(readings(store, _whole(), INSTANTS, ASKED), world, BARS) == []
    assert told
    assert all(told.count(part) % 2 == 0 for part in told)  # made and dropped, by one statement or by both


# Wrong SQL, planted: what stands in the statement, what takes its place, and the measure that must differ from its slow formula.
FAULTS: tuple[tuple[str, str, str, str], ...] = (
    ("what we handed on is suffered", " AND NOT one.4", "", "episode_bounced"),
    ("of two at once the last by name is first", "arraySort(groupUniqArray(toString(", "arrayReverseSort(groupUniqArray(toString(",
     "episode_bounced"),
    ("nobody's channel is one", "transform(toString(channel), channels, arrayEnumerate(channels), 0)", "sipHash64(channel)",
     "episode_bounced"),
    ("an episode never ends", "toIntervalDay(quiet_days)", "toIntervalDay(365)", "episode_bounced"),
    ("a window without its end", "started_at < m", "1", "contact_known"),
    ("a window without its beginning", " AND placed_at >= m - toIntervalDay(90)", "", "order_crossed"),
    ("forgotten FINAL", "FROM `offer` AS fact FINAL", "FROM `offer` AS fact", "stock_exact"),
    ("UTC day", "toDate(stated_at, {zone:String})", "toDate(stated_at)", "price_parity"),
    ("cancelled is sold", "ifNull(cancelled_at >= at, 1)", "1", "revenue_channelled"),
    ("not evaluable closes a loop", "value IN ('improved', 'unchanged', 'worsened')", "value != ''", "voice_loop"),
    ("the first planning counts", "argMax(data, bitShiftLeft", "argMin(data, bitShiftLeft", "committee_held"),
    ("late is before the promise", "least(ifNull(delayed_at, missed_at), ifNull(missed_at, delayed_at))", "ifNull(delayed_at, missed_at)",
     "problem_warned"),
    ("warned after asking", "OR ifNull(warned_at <= asked_at, 0)", "OR 1", "problem_warned"),
    ("the day of the order is not over", "< at - toIntervalDay(1)\n", "< at\n", "credit_exact"),
    ("what was paid back stays due", "if(refunded_at IS NULL, 0, refunded_cents)", "0", "credit_exact"),
    ("credits of nothing are not seen", "AND thing NOT IN", "AND 0 AND thing NOT IN", "credit_exact"),
    ("orders of long ago are nobody's", "`order` FINAL WHERE order_hash", "`order` FINAL WHERE day > '2026-01-01' AND order_hash",
     "credit_exact"),
    ("nobody is a party", "minIf(party, party != '')", "min(party)", "credit_shared"),
    ("what was quiet before the window is not known", "toIntervalDay(90 + 7)", "toIntervalDay(90 + 0)", "episode_bounced"),
    ("contacts hold an episode for ever", "toIntervalDay(53)", "toIntervalDay(5300)", "episode_bounced"),
    ("contacts hold an episode for a month", "toIntervalDay(53)", "toIntervalDay(30)", "episode_bounced"),
    ("episodes of one id", "transform(fact.who, ids.1, ids.2, fact.who)", "fact.who", "episode_bounced"),
    ("sold in a store to one id", "transform(fact.who, ids.1, ids.2, fact.who)", "fact.who", "store_reconciled"),
    ("wishes of one id", "transform(fact.who, ids.1, ids.2, fact.who)", "fact.who", "channel_preferred"),
    ("of two wishes the other", "max(value) AS wish", "min(value) AS wish", "channel_preferred"),
    ("the day of the answer is a holiday", "day > said_on AND", "day >= said_on AND", "detractor_recontact"),
    ("closed by two calendars is closed twice", "groupUniqArrayIf(", "groupArrayIf(", "detractor_recontact"),
    ("one role is two", "uniqExact(party) >= 2", "uniqExact(party) >= 1", "credit_shared"),
    ("merges forgotten", "transform(fact.who, ids.1, ids.2, fact.who)", "fact.who", "revenue_reconciled"),
    ("ended is there", "WHERE JSONExtractString(data, 'status') != 'ended'", "", "initiative_complete"),
    ("the control group is treated", "arm != 'control' AND", "", "personal_uplift"),
    ("decided after the visit's end", "ifNull(decided_at < at, 0)", "decided_at IS NOT NULL", "visit_personal"),
    ("a consent given afterwards", "w.1 <= acted_at", "1", "consent_known"),
    ("a refusal in the same breath is not heard", "value != 'granted', purpose", "value = 'granted', purpose", "message_lawful"),
    ("consent to any purpose", "w.3 = aim", "1", "message_lawful"),
    ("consent on any channel", "w.4 = channel", "1", "message_lawful"),
    ("consent of one id", "transform(fact.who, ids.1, ids.2, fact.who)", "fact.who", "message_lawful"),
    ("limits of a few weeks", "length(weeks) >= 20", "1", "price_signal"),
    ("a week that is not over", "toDateTime(monday + 7, {zone:String}) <= at", "1", "price_signal"),
    ("eight in a row are none", "arraySlice(weeks, place - 7, 8)", "arraySlice(weeks, place - 8, 9)", "price_signal"),
    ("an exception anywhere excuses all", "uniqExactIf(price, NOT excepted) <= 1", "uniqExact(price) = 1 OR max(excepted)", "price_parity"),
    ("live after its end", "ifNull(l.2 < ends_at, 1)", "1", "promotion_overlap"),
    ("met twice is met on two channels", "bitAnd(m, 1048575)", "m", "revenue_multichannel"),
    ("a message held back is a meeting", "WHERE kind != 'solicitation.withheld'", "", "revenue_multichannel"),
    ("the thirty days are open", "m >= bitShiftLeft(", "m >= 1 + bitShiftLeft(1 + ", "revenue_multichannel"),
    ("met at the moment is met before", "m < bitShiftLeft(until_ms, 20)", "m < bitShiftLeft(until_ms + 1, 20)", "revenue_multichannel"),
    ("met long ago", "m >= bitShiftLeft(until_ms - 2592000000, 20) AND", "", "revenue_multichannel"),
    ("met afterwards", "AND m < bitShiftLeft(until_ms, 20)", "", "revenue_multichannel"),
    ("bought by others only", "channel = 'store' AND who IN", "channel = 'store' AND who NOT IN", "collect_extra"),
    ("ready by the orders of others", "WHERE thing IN (SELECT thing", "WHERE thing NOT IN (SELECT thing", "warning_quick"),
    ("an hour and more", "<= done_at + toIntervalHour(1)", "< done_at + toIntervalHour(1)", "collect_extra"),
    ("another store", "bought.site = handed.site", "1", "collect_extra"),
    ("each check is a pair", "GROUP BY at, key", "GROUP BY at, key, acted_at", "identity_duplicate"),
    ("acting twice is two people", "uniqExact(who)", "count()", "prediction_acted"),
    ("acting before the run", "run.run_at <= led.acted_at", "run.run_at >= led.acted_at", "prediction_acted"),
    ("any Brier score", "missed < p * n / pow(p + n, 2)", "missed < 1", "model_skilled"),
    ("Sundays are worked", "% 7 + 1, 5)", "% 7 + 1, 6)", "detractor_recontact"),
    ("holidays are worked", "day <= ended_on, holidays", "day < said_on, holidays", "detractor_recontact"),
    ("anybody's review", "LEFT SEMI JOIN (SELECT at, key AS department", "LEFT JOIN (SELECT at, key AS department", "month_reviewed"),
    ("rounded down", "ceil(", "floor(", "refund_prompt"),
    ("five minutes and more", "<= 300000", "<= 300001", "warning_quick"),
    ("an hour is not fresh", "age_s <= 3600", "age_s < 3600", "shown_fresh"),
    ("nobody is a channel", "uniqExactIf(channel, channel != '')", "uniqExact(channel)", "agent_several"),
)  # fmt: skip


@pytest.mark.parametrize(("about", "right", "wrong", "name"), FAULTS, ids=[fault[0] for fault in FAULTS])
def test_planted_error_is_noticed(
    small: tuple[Store, World], monkeypatch: pytest.MonkeyPatch, about: str, right: str, wrong: str, name: str
) -> None:
    store, world = small
    bars = [bar for bar in BARS if bar[0] == name]
    planted = 0

    def wrongly(ask: Callable[..., object]) -> Callable[..., object]:
        def asked(self: Store, sql: str, *rest: object) -> object:
            nonlocal planted
            planted += sql.count(right)
            return ask(self, sql.replace(right, wrong), *rest)

        return asked

    monkeypatch.setattr(Store, "rows", wrongly(Store.rows))
    monkeypatch.setattr(Store, "command", wrongly(Store.command))
    found = {at: {} for at in INSTANTS}
    for at, measure_, days, reading in measure._read(store, bars, INSTANTS, ASKED, 30):
        found[at][measure_, days] = reading
    assert planted, f"{about}: the statement no longer holds what the fault replaces"
    assert differences(found, world, bars), about


@pytest.mark.parametrize("seed", [2, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(3, 9))])
def test_every_measure_of_another_small_company_is_the_slow_formulas(engine: Store, seed: int) -> None:
    """Stands last: it takes the place of the small company in the store."""
    empty(engine)
    events = company(seed)
    put(engine, 1, events, KNOWN)
    derive(engine, [1])
    assert differences(readings(engine, _whole(), INSTANTS, ASKED), World(events, ZONE), BARS) == []
    empty(engine)
