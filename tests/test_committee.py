"""The committee's review on made-up answers: what is said to move, what is said to be missed, and that the explanation closes."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import plotly.utils
import pytest

from dashboard import review as reviewing
from dashboard.format import parts
from dashboard.matrix import matrix
from dashboard.page import Visit
from dashboard.pages import committee
from dashboard.parts import pick, whisker
from dashboard.parts.channel import label
from dashboard.period import Period, parse
from dashboard.review import Review
from dashboard.sentence import answer, evidence, inside, names
from dashboard.viewer import at_the_machine
from dashboard.why import decomposition
from metrics.change import Movement
from metrics.judge import Verdict
from metrics.metric import Target, Text, Unit
from metrics.query import Grain, Query
from metrics.registry import metric
from metrics.result import Figure, Result, Row

ZONE = "Europe/Paris"
OCTOBER = parse("2026-10")
TODAY = date(2026, 11, 21)
AS_OF = datetime(2026, 11, 20, 5, tzinfo=UTC)
Z = 1.959964


def share(rate: float, bottom: int = 10_000) -> Figure:
    top = round(rate * bottom)
    p = top / bottom
    middle, half = p + Z * Z / 2 / bottom, Z * (p * (1 - p) / bottom + Z * Z / 4 / bottom**2) ** 0.5
    scale = 1 + Z * Z / bottom
    return Figure(p, bottom, top, bottom, (middle - half) / scale, (middle + half) / scale)


class Answers:
    """An asker whose figures follow from the question alone: the promise kept jumps in October, the others wander a little."""

    def __init__(self, jump: float = 0.06, first: date = date(2026, 1, 1), channels: tuple[str, ...] = ("voice", "email", "chat")) -> None:
        self.jump, self.first, self.channels = jump, first, channels
        self.asked: list[Query] = []

    def __call__(self, query: Query) -> Result:
        self.asked.append(query)
        if query.grain is Grain.MONTH:
            months = [Period("month", date(2026, each, 1)) for each in range(1, 12) if date(2026, each, 28) >= self.first]
            return Result(AS_OF, tuple(Row({"at": each.since(ZONE)}, self.figures(query, each.first)) for each in months), ("",))
        if query.grain is Grain.WEEK:
            start, end = (each.astimezone(ZoneInfo(ZONE)).date() for each in (query.since, query.until))
            days = [start + timedelta(weeks=step) for step in range((end - start).days // 7)]
            rows = [
                Row({"at": datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(ZONE))}, self.figures(query, day))
                for day in days
                if day >= self.first
            ]
            return Result(AS_OF, tuple(rows), ("",))
        on = query.since.astimezone(ZoneInfo(ZONE)).date()
        if query.by:
            return Result(AS_OF, tuple(Row({"channel": code}, self.figures(query, on, at)) for at, code in enumerate(self.channels)), ("",))
        return Result(AS_OF, (Row({}, self.figures(query, on)),), ("",))

    def figures(self, query: Query, on: date, part: int = 0) -> dict[str, Figure]:
        wander = ((on.toordinal() // 7) % 5 - 2) / 200
        found = {}
        for name in query.metrics:
            if metric(name).unit == "share":
                rate = 0.7 + wander + part / 50 + (self.jump if name == "promise_kept" and on >= OCTOBER.first else 0)
                found[name] = share(rate, 10_000 + 500 * part + (on.month * 100 if part else 0))
            else:
                found[name] = Figure(400 + wander * 100, 10_000)
        return found


def told(ask: Answers | None = None, period: Period = OCTOBER) -> Review:
    return reviewing.review(ask or Answers(), committee.NAMES, period, ZONE, TODAY)


def visit(language: str = "fr", **filters: tuple[str, ...]) -> Visit:
    return Visit(viewer=at_the_machine(), language=language, path="/committee", now=datetime(2026, 11, 21, 9, tzinfo=UTC), filters=filters)


def written(component) -> str:
    return json.dumps(component, cls=plotly.utils.PlotlyJSONEncoder, ensure_ascii=False).replace("\u202f", " ").replace("\u00a0", " ")


def test_five_questions_whatever_the_number_of_metrics():
    ask = Answers()
    told(ask)
    assert len(ask.asked) == 5
    assert {query.zone for query in ask.asked} == {ZONE}
    weeks = next(query for query in ask.asked if query.grain is Grain.WEEK)
    assert weeks.until <= OCTOBER.until(ZONE)
    assert weeks.since.astimezone(ZoneInfo(ZONE)).weekday() == 0


def test_a_jump_is_a_signal_and_wandering_is_not():
    lines = told().lines
    assert lines["promise_kept"].movement is Movement.SIGNAL
    assert lines["promise_kept"].improved is True
    assert {line.movement for name, line in lines.items() if name != "promise_kept"} <= {Movement.NOISE, Movement.UNKNOWN}


def test_what_moves_on_a_basis_several_times_as_large_is_shown_and_not_judged():
    class Grown(Answers):
        def figures(self, query: Query, on: date, part: int = 0) -> dict[str, Figure]:
            found = super().figures(query, on, part)
            return {name: replace(each, n=each.n * 14) if on >= OCTOBER.first else each for name, each in found.items()}

    review = told(Grown())
    line = review.lines["promise_kept"]
    assert line.movement is Movement.APART
    assert line.apart == pytest.approx(14 * 30 / 31)
    assert "× 14" in answer(review, "fr").replace("\u00a0", " ")
    assert "too different a basis" in evidence(review, "en")
    assert "non jugé" in written(committee._movement(line, visit()))


def test_only_a_true_ratio_is_explained_by_its_channels():
    review = told(Answers(channels=("voice", "chat")))
    assert review.explained("promise_kept")
    assert review.explained("response_rate") is None  # a curve: replied ÷ asked would be another number than the board's


def test_a_fall_is_a_signal_for_the_worse():
    line = told(Answers(jump=-0.06)).lines["promise_kept"]
    assert (line.movement, line.improved) == (Movement.SIGNAL, False)


def test_the_weeks_before_the_period_make_the_limits():
    line = told().lines["promise_kept"]
    assert line.limits.n == line.since == 20
    assert line.weeks[line.since] >= OCTOBER.first
    assert line.weeks[line.since - 1] < OCTOBER.first
    assert {at for at in line.signals if at >= line.since}


def test_too_little_history_is_never_a_signal():
    review = told(Answers(first=date(2026, 8, 1)))
    assert review.lines["promise_kept"].movement is Movement.PROVISIONAL
    assert review.lines["promise_kept"].within is None
    assert "history" in answer(review, "en")
    assert "historique" in evidence(review, "fr")


def test_no_history_at_all_is_unknown():
    review = told(Answers(first=date(2026, 10, 5)))
    assert review.lines["promise_kept"].limits is None


def test_a_running_period_only_judges_weeks_that_are_over():
    line = told(period=parse("2026-11")).lines["promise_kept"]
    assert line.weeks[-1] + timedelta(days=7) <= TODAY


def test_targets_are_judged_and_their_reach_is_told():
    line = told().lines["promise_kept"]
    assert line.verdict is Verdict.BAD
    assert line.within is not None
    assert told().lines["contacts_per_order"].verdict is Verdict.UNKNOWN


def test_a_period_whose_sources_stopped_early_is_partial():
    review = told(period=parse("2026-11"))
    assert review.partial
    assert not told().partial


# --- what is said


def test_the_answer_names_what_moved_and_what_is_missed():
    review = told()
    missed = sum(line.verdict is Verdict.BAD for line in review.lines.values())
    assert answer(review, "fr").replace("\u202f", " ").replace("\u00a0", " ") == (
        f"Octobre 2026 – en progrès : promesse tenue ; {missed} cibles sur 4 sont manquées."
    )
    assert answer(review, "en") == f"October 2026: promise kept better; {missed} targets of 4 are missed."


def test_when_nothing_moves_the_answer_says_so():
    assert "nothing moves beyond chance" in answer(told(Answers(jump=0)), "en")


def test_long_lists_are_cut_and_counted():
    lines = list(told().lines.values())
    assert names(lines[:5], "en").endswith("and 2 others")
    assert names(lines[:1], "fr") == "promesse tenue"
    assert [inside(name) for name in ("Promesse tenue", "ASA", "E-mail")] == ["promesse tenue", "ASA", "E-mail"]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_explanation_closes_as_printed(language):
    review = told()
    found = review.explained("promise_kept")
    assert found.residual == 0
    start, end = (round(float(value), 4) for value in (found.before, found.after))
    printed = parts([float(each.performance) for each in found.effects] + [float(each.mix) for each in found.effects], end - start, 4)
    assert sum(printed) == pytest.approx(end - start, abs=1e-12)
    section = written(decomposition(review, "promise_kept", language, pick.menu("x", [])))
    assert ("Reste 0." if language == "fr" else "Residual 0.") in section


def test_what_is_no_ratio_is_not_explained():
    review = told()
    assert review.explained("first_response_time") is None
    assert "cannot be explained" in written(decomposition(review, "first_response_time", "en", pick.menu("x", [])))


# --- the page


@pytest.fixture
def asked(monkeypatch):
    ask = Answers()
    monkeypatch.setattr(committee, "ask", ask)
    return ask


def test_every_measure_of_the_board_has_something_to_read_beside_it():
    review = told()
    for name, line in review.lines.items():
        beside = review.counter(line)
        assert beside is not None, name
        assert beside.metric.id == line.metric.counter.metric
    assert set(review.beside) == {"first_contact_resolution", "repeat_contact_rate"}
    assert not set(review.beside) & set(review.lines), "what stands beside is not counted among the measures"


@pytest.mark.parametrize(
    ("jump", "said"), [(0.06, "better: +5.5 pts"), (-0.06, "−6.5 pts"), (0.0, "steady")], ids=["better", "worse", "steady"]
)
def test_a_counter_metric_that_gives_way_stands_out(jump, said):
    review = told(Answers(jump=jump))
    line = review.lines["abandon_rate"]
    cell = written(committee._counter(review.counter(line), line, visit("en")))
    assert "Promise kept" in cell
    assert said in cell
    assert ('"st watch ink"' in cell) is (jump < 0)


def test_confidence_is_drawn_from_the_figures():
    line = told().lines["promise_kept"]
    for n, said in ((10_000, "High"), (1_000, "Medium"), (200, "Low"), (20, "Too few")):
        shown = written(committee._confidence(replace(line, now=share(0.8, n)), visit("en")))
        assert said in shown
        assert "By the interval" in shown
    duration = replace(told().lines["aht"], now=Figure(420.0, 5_000))
    assert "By the contacts" in written(committee._confidence(duration, visit("en")))


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_page_holds_together(asked, language):
    page = written(committee.layout(visit(language)))
    assert page.count("/handbook/promise_kept") >= 3
    for name in committee.NAMES:
        assert f"/handbook/{name}" in page
    assert '"role": "img"' in page
    assert ("Ce que vit le client" if language == "fr" else "What the customer lives") in page


def test_the_address_chooses_period_and_ratio(asked):
    page = written(committee.layout(visit("en", period=("2026-Q3",), ratio=("abandon_rate",))))
    assert "Q3 2026: " in page
    assert "Why abandon rate moved by" in page


def test_the_last_closed_month_is_the_default(asked):
    assert "October 2026: " in written(committee.layout(visit("en")))


def test_a_running_period_says_so(asked):
    assert "not over" in written(committee.layout(visit("en", period=("2026-11",))))


def test_empty_states(monkeypatch):
    monkeypatch.setattr(committee, "ask", lambda query: Result(None, (), ("",)))
    assert "apogee ingest" in written(committee.layout(visit("en")))

    def nothing(query: Query) -> Result:
        if query.grain is Grain.MONTH:
            return Answers()(query)
        empty = {name: Figure(None, 0) for name in query.metrics}
        return Result(AS_OF, () if query.grain or query.by else (Row({}, empty),), ("",))

    monkeypatch.setattr(committee, "ask", nothing)
    assert "2019" in written(committee.layout(visit("fr", period=("2019-03",))))


def test_a_target_is_written_as_a_bound():
    why = Text("ours", "la nôtre")
    assert committee.bar(Target(0.1, 0.2, why), Unit.SHARE, "en") == "10.0% to 20.0%"
    assert committee.bar(Target(0.8, None, why), Unit.SHARE, "en") == "≥\u00a080.0%"
    assert committee.bar(Target(None, 0.05, why), Unit.SHARE, "en") == "≤\u00a05.0%"


# --- promises


def test_the_target_of_promises_is_each_channels_own_weighted_by_its_contacts():
    review = told()
    weights = {code: now.bottom for code, (_, now) in review.channels["promise_kept"].items()}
    expected = (0.8 * (weights["voice"] + weights["chat"]) + 0.9 * weights["email"]) / sum(weights.values())
    assert review.lines["promise_kept"].target.low == pytest.approx(expected)
    assert 0.8 < expected < 0.9
    assert review.lines["abandon_rate"].target is metric("abandon_rate").target


def test_an_installation_without_promises_has_no_target_for_them():
    review = reviewing.review(Answers(), committee.NAMES, OCTOBER, ZONE, TODAY, {})
    assert review.lines["promise_kept"].target is None
    assert review.lines["promise_kept"].verdict is Verdict.UNKNOWN
    assert "of 3 " in answer(review, "en")


def test_each_channel_carries_its_own_promise_in_the_matrix(monkeypatch):
    marks = {}
    real = whisker.row

    def spy(dot, scale, said, *rest):
        marks[said.partition(":")[0]] = dot.target
        return real(dot, scale, said, *rest)

    monkeypatch.setattr(whisker, "row", spy)
    review = told(Answers(channels=("voice", "email", "kiosk")))
    page = written(matrix(visit("en"), review, committee.MATRIX))
    assert [marks[f"Promise kept, {label(each, 'en')}"] for each in ("voice", "email", "kiosk")] == [0.8, 0.9, None]
    assert marks[f"Promise kept, {label('all', 'en')}"] == review.lines["promise_kept"].target.low
    assert "what each channel promises" in page
