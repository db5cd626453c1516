"""One SQL file for each shape of question, to be read: run with APOGEE_GOLDEN=1 to write them anew."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from metrics.query import Grain, Query, Scope
from metrics.statement import statement

GOLDEN = Path(__file__).parent / "golden"
SINCE, UNTIL = datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 9, tzinfo=UTC)
NOW = datetime(2026, 3, 9, 12, tzinfo=UTC)


def asked(*names: str, **changes: object) -> Query:
    return Query(names, **({"since": SINCE, "until": UNTIL, "scope": Scope.all(), "now": NOW} | changes))


SHAPES = {
    "metric_total": asked("offered", "answered", "service_level"),
    "metric_by_channel_and_day": asked("offered", "answered", "service_level", by=("channel",), grain=Grain.DAY),
    "metric_of_a_team": asked("abandon_rate", by=("team", "site"), scope=Scope.of(team=("SAV",)), where=(("channel", ("chat",)),)),
    "metric_by_another_instant": asked("answered", parameters=(("stamp", "event"),)),
    "metric_quantile": asked("first_response_time", by=("queue",), grain=Grain.WEEK),
    "metric_in_opening_hours": asked("first_response_kept", parameters=(("clock", "business"),)),
    "metric_of_promises": asked("promise_kept", by=("channel",), parameters=(("stamp", "event"),)),
    "metric_curve": asked("response_rate", by=("channel",)),
    "metric_sliced": asked("talk_time", by=("agent",), grain=Grain.QUARTER_HOUR),
    "metric_level_now": asked("waiting", "oldest_wait", by=("channel",), since=None, until=None),
    "metric_level_by_hour": asked("backlog", by=("channel",), grain=Grain.HOUR),
    "metric_of_two_facts": asked("contacts_per_order", grain=Grain.MONTH),
    "metric_of_agents": asked("agent_time_equal", "agent_time_gross", by=("team", "channel"), grain=Grain.DAY),
    "metric_of_agents_now": asked("occupancy", by=("site",), until=None, scope=Scope.of(team=("SAV",))),
    "metric_of_journeys": asked("journeys", "channel_switch_rate", by=("channel", "team"), grain=Grain.DAY),
    "metric_of_journeys_of_a_team": asked("journeys", scope=Scope.of(team=("SAV",)), where=(("channel", ("chat",)),)),
    "metric_of_repeats": asked("repeat_contact_rate", since=None),
    "metric_persons_and_shares": asked("customers", "channel_share", by=("channel",)),
}


@pytest.mark.parametrize("name", SHAPES)
def test_the_statement_reads_as_before(name: str) -> None:
    text = "\n".join(each.sql for each in statement(SHAPES[name]))
    path = GOLDEN / f"{name}.sql"
    if os.environ.get("APOGEE_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text
