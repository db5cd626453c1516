"""The facts, and how the ones of some subjects are written: new rows over old, and a row marked gone for each key that vanished."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from sql.clickhouse import Store, load
from sql.failpoint import failpoint

AT_ONCE = 2  # facts written at the same time
MANY = 2_000  # pairs; above it a look whether a fact has older rows at all is cheaper than sorting them in


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact table, and the event types (or beginnings of them, ending in a dot) without which a subject has none of its rows."""

    name: str
    types: tuple[str, ...]

    def fed_by(self, types: set[str]) -> bool:
        """Whether any of these event types can make a row of this fact."""
        return any(type_.startswith(own) if own.endswith(".") else type_ == own for own in self.types for type_ in types)


_PHASES = tuple(
    f"interaction.{name}" for name in ("rang", "accepted", "opened", "unparked", "resumed", "held", "wrapup_started")
)  # fmt: skip
_STINT = (
    *_PHASES,
    *(f"interaction.{name}" for name in ("declined", "missed", "assigned", "parked", "released", "wrapup_ended", "measured", "message")),
)

# What a company does and decides, and what customers tell it about themselves.
ACTS = (
    "personalisation.", "solicitation.", "customer.identified", "customer.consent", "customer.profile",
    "order.assisted", "order.delayed", "order.warned", "order.redeemed", "order.cancelled", "order.returned",
    "credit.", "identity.", "decision.", "meeting.", "project.", "kpi.", "promotion.", "model.",
)  # fmt: skip

FACTS: tuple[Fact, ...] = (
    Fact("interaction", ("interaction.",)),
    Fact("stay", ("interaction.entered_queue",)),
    Fact("stint", _STINT),
    Fact("turn", ("interaction.message",)),
    Fact("work", _PHASES),
    Fact("hold", ("interaction.held",)),
    Fact("presence", ("agent.signed_in", "agent.state")),
    Fact("capacity", ("agent.capacity",)),
    Fact("focus", ("agent.focus",)),
    Fact("rating", ("feedback.given",)),
    Fact("order", ("order.placed",)),
    Fact("touch", ("touch.seen", "session.visited", "lead.opened", "solicitation.", "appointment.")),
    Fact("cost", ("cost.booked",)),
    Fact("reference", ("reference.",)),
    Fact("link", ("customer.merged", "customer.unlinked")),
    Fact("offer", ("offer.",)),
    Fact("act", ACTS),
)
FACT_OF = {fact.name: fact for fact in FACTS}


@dataclass(frozen=True, slots=True)
class Shape:
    """The columns of a fact table that are written, with their types, without version and gone; and its key."""

    columns: dict[str, str]
    key: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """The pairs to be derived: how many, whether any has corrections, how many are only read (context), how many vendor records there are,
    and how many refused events spoke of one."""

    pairs: int
    corrected: int
    context: int
    records: int
    refused: int


_shapes: WeakKeyDictionary[Store, dict[str, Shape]] = WeakKeyDictionary()


def shape(store: Store, table: str) -> Shape:
    """The shape of a fact table, as the schema says; asked once."""
    known = _shapes.setdefault(store, {})
    if table not in known:
        rows = store.rows(
            "SELECT name, type, is_in_sorting_key AS key FROM system.columns WHERE database = {db:String} AND table = {table:String} "
            "AND name NOT IN ('version', 'gone') AND default_kind != 'MATERIALIZED' ORDER BY position",
            {"db": store.database, "table": table},
        )
        known[table] = Shape({row["name"]: row["type"] for row in rows}, tuple(row["name"] for row in rows if row["key"]))
    return known[table]


def names(columns: dict[str, str] | tuple[str, ...]) -> str:
    """Column names as SQL; `order` and `case` are words of the language."""
    return ", ".join(f"`{name}`" for name in columns)


def latest(store: Store) -> int:
    """The highest version of any row of any fact."""
    tables = (*(fact.name for fact in FACTS), "agent_day")
    union = " UNION ALL ".join(f"SELECT max(version) AS version FROM `{table}`" for table in tables)
    return int(store.value(f"SELECT max(version) FROM ({union})") or 0)


def write(store: Store, types: set[str], version: int, span: Span) -> None:
    """Write every fact that the live events of the present span can have changed.

    `types` are the event types of all rows of the touched subjects, outdated ones included: a fact that none of them feeds has no row
    of these subjects, old or new. `version` is higher than that of any row there is: the rows of the span that keep a lower one after
    the writing are those whose keys vanished.
    """
    fed = [fact for fact in FACTS if fact.fed_by(types)]
    _gather(store, {fact.name for fact in fed})
    known = [fact for fact in fed if span.pairs <= MANY or store.value(f"SELECT 1 FROM `{fact.name}` WHERE {_WITHIN} LIMIT 1")]

    def write_one(fact: Fact) -> None:
        columns = names(shape(store, fact.name).columns)
        source = "live_interaction" if fact.name == "interaction" else f"({load(fact.name)})"
        where = f" WHERE {_WITHIN}" if span.context else ""
        store.command(
            # a key comes once in what is inserted: merging on the way in would only cost
            f"INSERT INTO `{fact.name}` ({columns}, version, gone) SETTINGS optimize_on_insert = 0 "
            f"SELECT {columns}, {{version:UInt64}}, 0 FROM {source}{where}",
            {"version": version},
        )
        failpoint(f"derive.after_{fact.name}")

    with ThreadPoolExecutor(AT_ONCE) as pool:  # no fact is read from another's table
        for done in [pool.submit(write_one, fact) for fact in fed]:
            done.result()
    _cancel(store, known, version)


_WITHIN = "(day, subject_hash) IN (SELECT day, subject_hash FROM live_span WHERE written)"
_OUTDATED = f"FINAL WHERE {_WITHIN} AND version < {{version:UInt64}}"


def _cancel(store: Store, facts: list[Fact], version: int) -> None:
    """Mark as gone the rows of the span that were not written again."""
    if not facts:
        return
    asked = " UNION ALL ".join(f"(SELECT '{fact.name}' AS fact FROM `{fact.name}` {_OUTDATED} LIMIT 1)" for fact in facts)
    outdated = {row["fact"] for row in store.rows(asked, {"version": version})}
    for name in (fact.name for fact in facts if fact.name in outdated):
        key = names(shape(store, name).key)
        store.command(
            f"INSERT INTO `{name}` ({key}, version, gone) SELECT {key}, {{version:UInt64}}, 1 FROM `{name}` {_OUTDATED}",
            {"version": version},
        )
        failpoint(f"derive.after_{name}_gone")


def _gather(store: Store, fed: set[str]) -> None:
    """Fill the working tables that several facts are read from."""
    if "interaction" in fed:
        columns = names(shape(store, "interaction").columns)
        store.command(f"INSERT INTO live_interaction SELECT {columns}, final_ord FROM ({load('interaction')})")
    if "stint" in fed:
        store.command(load("derive.stint"))
