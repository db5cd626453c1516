"""Agent time: what several contacts at once make of an agent's day, recomputed whole for each agent-day a derivation touches.

`note` is called after the facts of a slice are written and gathers the agent-days its subjects touch, now or before; `refresh` then
makes those rows of `agent_day` anew and marks as gone the ones that are no more. Both do nothing where no agent worked. The working
tables are Memory tables of fixed names, under the store's lock, like those of the derivation.

What is made of what: the engine gives the presence, work and statements of the agent-days in hand, `sql/agent_piece.py` says how long each
stretch counts, `sql/agent_bound.py` makes boundaries of them, and `sql/agent_sweep.py` the rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any
from weakref import WeakKeyDictionary

import pyarrow as pa
import pyarrow.compute as pc

from sql import agent_bound, agent_piece, agent_sweep, fact
from sql.agent_piece import MOST_MS, OPEN_MS
from sql.clickhouse import Store, load
from sql.failpoint import failpoint

CHUNK = 20_000  # agent-days computed at once: bounds memory
ALONE = 1_000  # agent-days below which one thread is quicker than several
FEW = 10  # one in so many agent-days of their days: below it the contacts to read are looked for, above it all are read
WRITTEN_AT_ONCE = 4_000  # rows swept and written at once: one of a crowded day is some thirty thousand numbers

READY = ("ready", "available", "signed_in")  # states in which an agent waits for work; signed_in until a state is given
OFF = ("offline", "signed_out", "logged_out")  # states in which an agent is not there

TABLES = ("contact_reach", "day_reach", "agent_day")
_WORKING = {
    "live_agent_day": "(agent_hash UInt64, day Date)",
    "live_agent_noted": "(subject_hash UInt64)",
    "live_agent_said": "(subject_hash UInt64, day Date)",
    "live_agent_chunk": "(agent_hash UInt64, day Date)",
    "live_agent_from": "(agent_hash UInt64, day Date, near UInt8)",
    "live_agent_held": "(subject_hash UInt64)",
}
_NOTES = ("live_agent_day", "live_agent_noted")  # of all slices
_PARAMETERS: dict[str, Any] = {"open_ms": OPEN_MS, "most_ms": MOST_MS, "ready": list(READY), "off": list(OFF)}
_FEEDING = ("work", "presence", "capacity", "focus", "hold")
_PLACING = {"reference.agent", "reference.team"}
_TOUCHED = "(day, subject_hash) IN (SELECT day, subject_hash FROM live_span WHERE written)"
_CHANGED = "(day, subject_hash) IN (SELECT day, subject_hash FROM live_span WHERE written = 1)"  # by an event of that day (derive.written)
# The facts with stretches that lie on agent-days: whose they are, and which of them count.
_REACHING = {
    "work": {"agent": "sipHash64(concat('agent/', agent))", "counting": "agent != '' AND phase IN ('talk', 'hold', 'wrap')"},
    "presence": {"agent": "subject_hash", "counting": "true"},
    "focus": {"agent": "subject_hash", "counting": "true"},
}
# What is known of an agent by his own events, and which rows of it.
_SAYING = {"presence": _TOUCHED, "capacity": _CHANGED, "focus": _TOUCHED, "reference": f"{_CHANGED} AND kind = 'agent'"}
_noted: WeakKeyDictionary[Store, set[str]] = WeakKeyDictionary()


def note(store: Store, types: set[str], version: int) -> None:
    """Gather the agent-days that the present span touches; `types` are those of its events, outdated ones included."""
    fed = {name for name in _FEEDING if fact.FACT_OF[name].fed_by(types)} | ({"reference"} if types & _PLACING else set())
    if not fed:
        return
    _prepare(store)
    _noted[store] |= types
    if reaching := [_stretches(name) for name in _REACHING if name in fed]:
        question = load("agent.reach").replace("{stretches}", " UNION ALL ".join(reaching))
        stretches = store.table(_by_one(question, alone=True), {"version": version} | _PARAMETERS)
        for table, rows in agent_piece.reached(stretches).items():
            _put(store, table, rows)
            failpoint(f"derive.after_{table}")
    store.command("INSERT INTO live_agent_noted SELECT DISTINCT subject_hash FROM live_span WHERE written")
    store.command(f"{_by_one(load('agent.touch'), alone=True)}, {_UNSEARCHED}")
    if saying := [f"SELECT subject_hash, day FROM {name} WHERE {where}" for name, where in _SAYING.items() if name in fed]:
        store.command(load("agent.said").replace("{said}", " UNION ALL ".join(saying)))
        if store.value("SELECT count() FROM live_agent_said"):
            store.command(load("agent.touch_said").replace("{changed}", _CHANGED))
            store.command("TRUNCATE TABLE live_agent_said")
    if "reference" in fed and store.value("SELECT count() FROM reference WHERE kind = 'team'"):
        store.command(load("agent.touch_moved").replace("{changed}", _CHANGED))


def _stretches(name: str) -> str:
    """Those of a fact that were just written, as SQL."""
    statement = load("agent.stretch")
    for word, said in {"fact": name, "touched": _TOUCHED, **_REACHING[name]}.items():
        statement = statement.replace(f"{{{word}}}", said)
    return statement


def refresh(store: Store, version: int) -> None:
    """Make the noted agent-days anew."""
    types = _noted.get(store)
    if not types:
        return
    noted = store.rows(_by_one(_NOTED, alone=True))  # a row a day, of a table in memory
    for first, last, size in _chunks(noted):
        store.command(
            "INSERT INTO live_agent_chunk SELECT DISTINCT agent_hash, day FROM live_agent_day "
            "WHERE day BETWEEN {first:Date} AND {last:Date}",
            {"first": first, "last": last},
        )
        _write(store, _gather(store, size, version, noted[0]), version, size < ALONE)
        for table in _WORKING:
            if table not in _NOTES:
                store.command(f"TRUNCATE TABLE {table}")
    for table in _NOTES:
        store.command(f"TRUNCATE TABLE {table}")
    types.clear()


def empty(store: Store) -> None:
    """Empty the working tables, which is left to the next derivation when one failed."""
    if store in _noted:
        for table in _WORKING:
            store.command(f"TRUNCATE TABLE {table}")
        _noted[store].clear()


def _prepare(store: Store) -> None:
    if store not in _noted:
        for name, columns in _WORKING.items():
            store.command(f"DROP TABLE IF EXISTS {name} SYNC")
            store.command(f"CREATE TABLE {name} {columns} ENGINE = Memory")
        _noted[store] = set()


def _chunks(noted: list[dict[str, Any]]) -> Iterator[tuple[date, date, int]]:
    """The noted days in stretches of about CHUNK agent-days: the first, the last, and how many agent-days there are."""
    first, size = None, 0
    for row, after in zip(noted, [*noted[1:], None], strict=False):
        first, size = first or row["day"], size + row["agents"]
        if after is None or size + after["agents"] > CHUNK:
            yield first, row["day"], size
            first, size = None, 0


def _gather(store: Store, size: int, version: int, known: Mapping[str, Any]) -> pa.Table:
    """The boundaries of the chunk of so many agent-days; `known` says what there is on any of the noted days (_NOTED)."""
    alone = size < ALONE
    few = alone or size * FEW < store.value(_EVERY)
    values = _PARAMETERS | {"version": version}
    store.command(_by_one(load("agent.from"), alone), values)
    moved = f"UNION ALL\n{load('agent.moved')}" if known["moves"] else ""  # few days are those on which something is said of a team
    work = load("agent.work").replace("{work}", f"({load('agent.few')})" if few else "work FINAL")
    # to whom a hold or a look belongs is said by its stint, which takes long to read
    work = work.replace("{stint}", "stint" if known["holds"] or known["looks"] else "''")
    stated, presence, worked = (
        store.table(_by_one(question, alone), values)
        for question in (load("agent.stated").replace("{moved}", moved), load("agent.presence"), work)
    )
    windows = agent_bound.Windows(stated)
    looks = store.table(load("agent.focus"), values) if known["looks"] else None
    held = worked.filter(pc.equal(worked["held"], 1)).select(["subject_hash"])
    holds = None
    if known["holds"] and held.num_rows:
        _put(store, "live_agent_held", held)
        holds = store.table(load("agent.hold"))
    return agent_bound.bounds(windows, agent_piece.counted(windows.agents, presence, worked, holds, looks))


def _put(store: Store, table: str, rows: pa.Table) -> None:
    """Append rows by one thread."""
    names = fact.names(rows.column_names)
    store.pour(f"INSERT INTO {table} ({names}) SETTINGS {_BY_ONE} SELECT {names} FROM arriving", rows)


def _by_one(statement: str, alone: bool) -> str:
    """The same by one thread where there is little to do."""
    return f"{statement}\nSETTINGS {_BY_ONE}" if alone else statement


# Where there is little to do several threads take twice the processor time, and longer; compiling takes longer than what it saves.
_BY_ONE = "max_threads = 1, compile_expressions = 0, compile_aggregate_expressions = 0, compile_sort_description = 0"
# Many contacts lie everywhere in a table: to look for them in its index only costs.
_UNSEARCHED = "use_index_for_in_with_subqueries_max_values = 1000"
# The noted days, how many agents each, and whether there are holds and looks at all, and moves of teams on these days.
_NOTED = """SELECT day, uniqExact(agent_hash) AS agents, (SELECT count() FROM hold) AS holds, (SELECT count() FROM focus) AS looks,
    (SELECT count() FROM reference WHERE kind = 'team' AND day IN (SELECT day FROM live_agent_day)) AS moves
FROM live_agent_day GROUP BY day ORDER BY day"""
_EVERY = """SELECT count() FROM agent_day
WHERE day BETWEEN (SELECT min(day) FROM live_agent_chunk) AND (SELECT max(day) FROM live_agent_chunk)"""


def _write(store: Store, bounds: pa.Table, version: int, alone: bool) -> None:
    names = tuple(fact.shape(store, "agent_day").columns)
    for first in range(0, bounds.num_rows, WRITTEN_AT_ONCE):
        store.pour(
            # a key comes once: merging on the way in would only cost
            f"INSERT INTO agent_day ({fact.names(names)}, version, gone) SETTINGS optimize_on_insert = 0{f', {_BY_ONE}' if alone else ''} "
            f"SELECT {agent_sweep.columns(names)}, {{version:UInt64}}, 0 FROM arriving",
            agent_sweep.swept(bounds.slice(first, WRITTEN_AT_ONCE)),
            {"version": version},
        )
    failpoint("derive.after_agent_day")
    gone = (
        f"SELECT {fact.names(fact.shape(store, 'agent_day').key)} FROM agent_day FINAL "
        "WHERE (day, subject_hash) IN (SELECT day, agent_hash FROM live_agent_chunk) AND version < {version:UInt64}"
    )
    lost = store.table(_by_one(gone, alone), {"version": version})
    if count := lost.num_rows:
        lost = lost.append_column("version", pa.array([version] * count, pa.uint64()))
        _put(store, "agent_day", lost.append_column("gone", pa.array([1] * count, pa.uint8())))
    failpoint("derive.after_agent_gone")
