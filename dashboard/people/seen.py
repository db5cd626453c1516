"""What is written down when a program asks about single agents: who asked, of whom, which figures, over what time."""

from __future__ import annotations

from dashboard.ask import desk
from dashboard.guard import viewer
from metrics.query import Query
from sql.ledger import audit


def named(question: Query) -> None:
    """A question about single agents is about to be answered for the viewer of this request. Nothing is told without its line."""
    wanted = [value for name, values in question.where if name == "agent" for value in values]
    period = [each.isoformat(timespec="minutes") if each else "" for each in (question.since, question.until)]
    detail = {"metrics": list(question.metrics), "from": period[0], "until": period[1], "by": "API"}
    with desk().ledger.write() as session:
        for about in wanted or ["*"]:
            audit.write(session, viewer().name, "view.named", f"agent/{about}", detail)
