"""Ask a question and get its figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metrics.query import Query, Refused
from metrics.result import Figure, Result, Row

if TYPE_CHECKING:
    from sql.clickhouse import Store

__all__ = ["Figure", "Refused", "Result", "Row", "ask"]


def ask(store: Store, query: Query) -> Result:
    """Answer `query` from the facts in `store`; a question without a scope, or one that cannot be answered, is a `Refused`."""
    raise Refused(f"{query.metrics} {store}")
