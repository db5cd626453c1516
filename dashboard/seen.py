"""What is written down when somebody looks at single agents: who looked at whom, over what, in the audit log of the ledger.

Every such view comes through `look`: a page and what an open page asks for by itself, a file, a stream, the API, the command line. Its line
is written once the question was found answerable and before anything of the answer is shown, so that nothing is seen without its line and
nothing refused leaves one. Groups of agents leave no line: nobody is named in them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from dashboard.ask import desk
from dashboard.guard import viewer
from metrics.query import Query, Scope
from sql.ledger import audit
from sql.ledger.door import Ledger
from sql.ledger.reader import EVERY

__all__ = ["EVERY", "VIEW", "concerns", "look", "named", "questioned"]
VIEW = "view.named"
GOES_ON = timedelta(minutes=15)  # a page that stays open goes on with the line of when it was opened for so long
MOST = 50  # so many agents or teams asked for by name get a line each; more of them are as good as all
_RECENT = 20  # lines looked through for the one that an open page goes on with


def look(ledger: Ledger, by: str, scope: Scope, about: Sequence[str], detail: Mapping[str, Any], *, goes_on: bool = False) -> None:
    """`by`, whose scope it is, is about to see each of `about` ("agent/a17", "team/sav": its agents one by one), in what detail.

    What an open page asks for by itself (`goes_on`) leaves a line only where the same look at the same day has none that is recent.
    """
    if len(about) > MOST:
        about = sorted({f"{each.partition('/')[0]}/{EVERY}" for each in about})
    told = dict(detail)
    if scope.only:
        told["scope"] = _pairs(scope.only)
    if goes_on:
        with ledger.read() as session:
            since = datetime.now(UTC) - GOES_ON
            recent = [audit.lines(session, by=by, about=each, action=VIEW, most=_RECENT) for each in about]
        if all(any(line.at >= since and line.detail.get("day") == told.get("day") for line in lines) for lines in recent):
            return
    with ledger.write() as session:
        for each in about:
            audit.write(session, by, VIEW, each, told)


def named(*about: str, goes_on: bool = False, **detail: str) -> None:
    """The viewer of this request is about to see `about`."""
    look(desk().ledger, viewer().name, viewer().scope, about, detail, goes_on=goes_on)


def questioned(ledger: Ledger, by: str, question: Query, through: str) -> None:
    """A question was answered for `by` and is about to be told, through the API or the command line."""
    if not question.names_agents():
        return
    wanted = [value for name, values in question.where if name == "agent" for value in values] or [EVERY]
    within = _pairs((name, values) for name, values in question.where if name != "agent")
    period = {name: each.isoformat(timespec="minutes") for name, each in (("since", question.since), ("until", question.until)) if each}
    detail = {"through": through, **period, "metrics": list(question.metrics), **({"where": within} if within else {})}
    look(ledger, by, question.scope or Scope(), [f"agent/{each}" for each in wanted], detail)


def concerns(line: audit.Line, agent: str, teams: Sequence[tuple[datetime, str]]) -> bool:
    """Whether a look showed this agent, who joined `teams` (instant, team) in this order: a look at all, or at his team while he was in it.

    A question about him is one where a scope by team held him. What cannot be told from the line, such as who was in a site, counts as a
    look.
    """
    since, until = (_instant(line.detail.get(name)) for name in ("since", "until"))
    ends = [*(at for at, _ in teams[1:]), None][: len(teams)]
    mine = {
        team for (at, team), end in zip(teams, ends, strict=True) if (until is None or at < until) and (not end or not since or end > since)
    }
    kind, _, key = line.about.partition("/")
    if key != EVERY and kind != "agent":
        return key in mine
    if key not in (EVERY, agent) or (key == agent and "through" not in line.detail):  # a page that shows nothing leaves no line
        return key == agent
    limits: dict[str, set[str]] = {}
    for pair in (*line.detail.get("scope", ()), *line.detail.get("where", ())):
        name, _, value = str(pair).partition("=")
        limits.setdefault(name, set()).add(value)
    return ("team" not in limits or bool(mine & limits["team"])) and agent in limits.get("agent", {agent})


def _pairs(pairs: Iterable[tuple[str, Sequence[str]]]) -> list[str]:
    return [f"{name}={value}" for name, values in pairs for value in values]


def _instant(text: object) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) else None
