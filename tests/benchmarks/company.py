"""A large company for the scorecard: the demo company's facts several times over, each time with customers, contacts and orders of its own.

What there is once in a company however large (registers, decisions, meetings, reports, models) stays as it is.
"""

from __future__ import annotations

from sql.clickhouse import Store

OWN = ("customer", "interaction", "case", "order", "product", "key", "person")
HASHES = ("subject_hash", "act", "offer", "rating", "touch")
ONCE = ("decision", "meeting", "project", "promotion", "model", "kpi")


def multiply(store: Store, times: int) -> None:
    """Write every fact that maturity reads of customers `times` - 1 more times."""
    for table in ("interaction", "rating", "order", "touch", "act", "offer", "person"):
        asked = (
            "SELECT name FROM system.columns WHERE database = currentDatabase() AND table = {table:String} "
            "AND default_kind NOT IN ('ALIAS', 'MATERIALIZED') ORDER BY position"
        )
        columns = [row["name"] for row in store.rows(asked, {"table": table})]
        where = f" WHERE splitByChar('.', toString(kind))[1] NOT IN {ONCE}" if table == "act" else ""
        for copy in range(1, times):
            said = ", ".join(_copied(name, copy) for name in columns)
            final = "" if table == "person" else " FINAL"
            store.command(f"INSERT INTO `{table}` SELECT {said} FROM (SELECT * FROM `{table}`{final}{where}) WHERE NOT {_copy(table)}")
        store.command(f"OPTIMIZE TABLE `{table}` FINAL")  # as a store is that has stood a while


def _copied(name: str, copy: int) -> str:
    if name in OWN:
        return f"if(`{name}` = '', '', concat(`{name}`, '~{copy}'))"
    return f"sipHash64(`{name}`, {copy})" if name in HASHES else f"`{name}`"


def _copy(table: str) -> str:
    """Whether a row is a copy itself."""
    key = {"rating": "interaction", "touch": "subject", "offer": "product", "person": "customer", "act": "key"}.get(table, table)
    return f"position(`{key}`, '~') > 0" if key != "subject" else "position(customer, '~') > 0"
