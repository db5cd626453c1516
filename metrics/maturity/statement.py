"""The statements of measures: what stands in sql/queries/maturity.<measure>.sql, with its words put into SQL.

A measure lists, for every instant asked about (`at`), the things it counts: what each is, when it was stated, whether it is as it should
be (`ok`) and its weight. It is written with these words:

    {rows act}                the rows of a fact within reach of the windows, under the asker's scope; {ever act}: of the kinds whose
                              statements hold until the next, without a beginning
    {within acted_at}         one row for each instant whose window holds that moment; {before acted_at}: for each instant after it
    {register kpi}            what stood in a register at each instant; {latest decision.taken}: the last such statement about each subject
    {name `order`}            what a thing is called, where its rows are to be shown; nothing where they are only counted
    {stores} {begun} {credited} {counted} {problems} {identified} {written} {flagged} {gained …} {waited a b}   what several measures share
    {stamp acted_at act}      a number that orders by an instant, then by a number: of statements at one instant always the same is last
    {text owner} {number budget} {flag local} {instant due_at} {texts channels}   a field of `data`

What several words of a statement stand for is read once: each is a named part, kept while the statement runs, so that all measures
together cost one pass over each fact, and of each fact only the columns that those who read it name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from metrics.query import Pairs
from sql.clickhouse import load

INSTANT = "DateTime64(3, 'UTC')"
MARGIN = 60  # days before a window in which something may have begun that ends in it
HELD = 182  # days before a window for which what was said of a product still holds where nothing else was
LONGEST = 365  # the longest window of the model: so far back reach the facts whose things take long
ATS = f"{{ats:Array({INSTANT})}}"


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact as measures read it: its columns, what it is limited by (brand, site), how many days before a window it is read at least; of
    which table it is the rows that `where` says."""

    name: str
    columns: str
    knows: frozenset[str]
    reach: int = 90
    table: str = ""
    where: str = "1"


_BRAND, _BOTH = frozenset({"brand"}), frozenset({"brand", "site"})
FACTS: Mapping[str, Fact] = {
    each.name: each
    for each in (
        Fact("interaction", "interaction source channel direction customer who case thing motive started_at last_at transfers escalations",
             _BRAND),
        Fact("rating", "interaction who instrument scale score moment given_at", _BRAND),
        Fact("work", "agent channel started_at", _BRAND),
        Fact("order", "order thing channel customer who site amount_cents refunded_cents placed_at promised_at cancelled_at ready_at "
             "collected_at delivered_at returned_at refunded_at", _BOTH, LONGEST),
        Fact("touch", "kind channel customer who seen_at", _BOTH),
        Fact("act", "act kind key channel customer who agent site reason order thing rule arm party model value purpose amount_cents "
             "acted_at data", _BOTH, LONGEST, where="kind != 'customer.identified'"),
        # half of all acts, and of those nothing but who and when is asked: a fact of its own, which the others are read without
        Fact("identity", "who acted_at", _BOTH, table="act", where="kind = 'customer.identified'"),
        Fact("offer", "offer kind channel site product promotion price_cents quantity available listed central age_s stated_at",
             _BOTH, HELD),
        Fact("reference", "kind key statement valid_from sequence data site channel team", _BOTH),
    )
}  # fmt: skip
# Acts that hold until the next of their kind about the same subject: they are read from the beginning.
EVER = ("customer.consent", "customer.profile", "decision.taken", "decision.evaluated", "meeting.planned",
        "meeting.held", "project.planned", "project.started", "project.ended", "project.evaluated", "promotion.evaluated")  # fmt: skip
# Columns that are not read as they stand. `who` is the customer and `thing` the order (of a contact, the case) as 64 bits of its name, 0
# where none is said: these are compared and joined; the names themselves (a customer's is sealed, and long) are read only where rows are
# to be shown.
_COLUMN = {
    ("", "who"): "fact.customer_hash AS who",
    ("", "thing"): "fact.order_hash AS thing",
    ("interaction", "thing"): "fact.case_hash AS thing",
    ("act", "data"): "if(startsWith(kind, 'customer.'), '', fact.data) AS data",
}
_DATA = {
    "text": "JSONExtractString(data, '{}')",
    "number": "JSONExtractFloat(data, '{}')",
    "flag": "JSONExtractBool(data, '{}')",
    "texts": "JSONExtract(data, '{}', 'Array(String)')",
    "instant": "parseDateTime64BestEffortOrNull(JSONExtractString(data, '{}'), 3, 'UTC')",
}
_CONSTANT = {
    "families": "('satisfaction', 'return', 'acquisition', 'retention', 'churn')",
    "conclusive": "('improved', 'unchanged', 'worsened')",
    "ats": ATS,
}


def _text(name: str) -> str:
    """A text without its comments."""
    return re.sub(r"^\s*--[^\n]*\n", "", load(name), flags=re.MULTILINE).strip()


# Parts that several measures share; a name that ends in _days is one for each length of window.
_SHARED = {
    "registers": """SELECT at, kind, key, since, last.1 AS data, last.2 AS in_site, last.3 AS in_channel, last.4 AS in_team
    FROM
    (
        SELECT at, kind, key, argMax((data, site, channel, team), (valid_from, sequence, statement)) AS last, min(valid_from) AS since
        FROM {ever reference} {before valid_from}
        GROUP BY at, kind, key
    )
    WHERE JSONExtractString(data, 'status') != 'ended'""",
    "stores": "SELECT at, key FROM {register site} WHERE {text category} = 'store'",
    # the names of channels in order, for what counts with a channel's place among them: one row
    "channels": """SELECT arraySort(groupUniqArray(toString(channel))) AS names
    FROM (SELECT DISTINCT channel FROM {rows interaction} UNION ALL SELECT DISTINCT channel FROM {rows touch})
    WHERE channel != ''""",
    "begun_days": _text("part.begun"),
    "credited_days": _text("part.credited"),
    "given": """SELECT
        at, thing, any(called) AS called, sumOrNull(amount_cents) AS sum_cents, min(acted_at) AS given_at,
        minIf(party, party != '') != maxIf(party, party != '') AS several
    FROM (SELECT {name `order`} AS called, thing, amount_cents, party, acted_at FROM {rows act} WHERE kind = 'credit.given')
        {before acted_at}
    GROUP BY at, thing""",
    # of two statements at one instant always the same one is taken, whatever the order in which they came
    "counted": """SELECT concat(found.site, ' ', found.product) AS what, found.stated_at AS counted_at,
        assumeNotNull(found.quantity) AS counted, told.available AS shown, told.quantity AS shown_quantity
    FROM (SELECT * FROM {rows offer} WHERE kind = 'offer.counted' AND quantity IS NOT NULL) AS found
    ASOF JOIN
    (
        SELECT * FROM {rows offer} WHERE kind = 'offer.shown' ORDER BY offer LIMIT 1 BY site, product, stated_at
    ) AS told
        ON told.site = found.site AND told.product = found.product AND told.stated_at <= found.stated_at""",
    "problems": _text("part.problems"),
    "identified_days": """SELECT bought.called AS called, bought.channel AS channel, bought.placed_at AS placed_at,
        bought.cancelled_at AS cancelled_at, bought.amount_cents AS amount_cents, known_at
    FROM
    (
        SELECT {name `order`} AS called, channel, placed_at, cancelled_at, amount_cents, who
        FROM {rows order}
        WHERE placed_at >= arrayMin({ats}) - toIntervalDay({days})
    ) AS bought
    LEFT JOIN
    (
        SELECT who, minOrNull(acted_at) AS known_at FROM {ever identity} GROUP BY who
    ) AS known USING who""",
    "flagged": """SELECT key AS model, acted_at AS run_at, sum({number flagged}) AS flagged
    FROM {rows act}
    WHERE kind = 'model.scored'
    GROUP BY model, run_at""",
    "written_days": _text("part.written"),
}
# `who` is the person: several ids of one customer are one, in all facts as it was known when the first of them was read. Where few
# customers have several, looking each up among those takes a third of what joining them does.
_PERSON = """WITH (SELECT (groupArray(who), groupArray(person)) FROM shared_people) AS ids
    SELECT fact.* EXCEPT (who), if(empty(ids.1), fact.who, transform(fact.who, ids.1, ids.2, fact.who)) AS who
    FROM ({text}) AS fact"""
_PERSON_OF_MANY = """SELECT fact.* EXCEPT (who), coalesce(nullIf(one.person, 0), fact.who) AS who
    FROM ({text}) AS fact
    LEFT JOIN shared_people AS one ON one.who = fact.who"""
_PEOPLE = "SELECT reinterpretAsUInt64(sipHash128(customer)) AS who, reinterpretAsUInt64(sipHash128(person)) AS person FROM {db}person"
# A customer counts once for each rule, from the first time it decided about him: several decisions are not several people.
_GAINED = """SELECT
    at, rule AS what, min(acted_at) AS stated_at,
    argMin(ifNull(bought_at >= acted_at AND bought_at <= acted_at + toIntervalDay(7), 0), {stamp acted_at treated}) AS ok,
    argMin(treated, {stamp acted_at treated}) AS weight
FROM
(
    SELECT led.who AS who, led.rule AS rule, led.acted_at AS acted_at, led.treated AS treated, bought.placed_at AS bought_at
    FROM
    (
        SELECT who, toString(rule) AS rule, acted_at, arm != 'control' AND kind != 'solicitation.withheld' AS treated
        FROM {rows act}
        WHERE who != 0 AND %s
    ) AS led
    ASOF LEFT JOIN
    (
        SELECT who, placed_at FROM {rows order} WHERE who IN (SELECT who FROM {rows act} WHERE who != 0 AND %s)
    ) AS bought
        ON bought.who = led.who AND led.acted_at <= bought.placed_at
)
{within acted_at}
WHERE acted_at < at - toIntervalDay(7)
GROUP BY at, rule, who"""
_LATEST = """(
    SELECT at, key, argMax(data, {stamp acted_at act}) AS data
    FROM (SELECT act, key, acted_at, data FROM {ever act} WHERE kind = '%s') {before acted_at}
    GROUP BY at, key
)"""
_WORD = re.compile(r"\{(\w+)(?: ([^{}]*))?\}")


@dataclass(slots=True)
class Writer:
    """Puts measures into SQL for some instants (UTC) and an asker: `parts` are the named parts that those written so far read, in order.

    `only` are the asker's scope and the entity within it; `database` is where the facts are, the store's own when empty; `named` says
    whether the things are told by name or only counted.
    """

    instants: Sequence[datetime]
    only: Mapping[str, Pairs]
    zone: str
    database: str = ""
    named: bool = True
    crowd: bool = False
    parts: dict[str, str] = field(default_factory=dict)
    _facts: dict[str, frozenset[str]] = field(default_factory=dict)
    _asked: list[str] = field(default_factory=list)
    _longest: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.parts["shared_people"] = _PEOPLE.format(db=self.db)

    @property
    def db(self) -> str:
        """The database before a table's name, with its dot; nothing for the store's own."""
        return f"`{self.database}`." if self.database else ""

    def measure(self, name: str, days: int) -> str | None:
        """The statement of a measure; None where a fact of it does not know what the asker or the entity is limited by."""
        text, facts = self._measure(name, days)
        self._longest |= {fact: max(days, self._longest.get(fact, 0)) for fact in facts}
        self._asked.append(text)
        limited = {limit for pairs in self.only.values() for limit, _ in pairs}
        return text if all(limited <= FACTS[fact].knows for fact in facts) else None

    def reads(self, name: str, days: int) -> frozenset[str]:
        """The facts that a measure reads."""
        return self._measure(name, days)[1]

    def _measure(self, name: str, days: int) -> tuple[str, frozenset[str]]:
        return self._put(_text(f"maturity.{name}"), days)

    def read(self, text: str) -> dict[str, str]:
        """The named parts that a text reads, each after those it reads itself."""
        wanted: dict[str, str] = {}

        def read(said: str) -> None:
            for name in self.parts:
                if name not in wanted and re.search(rf"\b{name}\b", said):
                    read(made := self._made(name))
                    wanted[name] = made

        read(text)
        return wanted

    def _made(self, part: str) -> str:
        """The text of a part; of a fact it has the columns that its readers name, as copying texts nobody reads is most of the work."""
        kind, _, fact = part.partition("_")
        if kind not in ("rows", "ever"):
            return self.parts[part]
        readers = "\n".join(text for text in (*self._asked, *self.parts.values()) if re.search(rf"\b{part}\b", text))
        named = set(re.findall(r"\w+", re.sub(r"'[^']*'|`\w+` FINAL", "", readers)))
        wanted = [each for each in FACTS[fact].columns.split() if each in named]
        columns = [_COLUMN.get((fact, each)) or _COLUMN.get(("", each), f"`{each}`") for each in wanted]
        text = self.parts[part].replace("{columns}", ", ".join(columns))
        return (_PERSON_OF_MANY if self.crowd else _PERSON).format(text=text) if "who" in wanted else text

    def values(self, text: str) -> dict[str, Any]:
        """The values that a text binds."""
        every: dict[str, Any] = {"ats": list(self.instants), "zone": self.zone, "until": max(self.instants)}
        for fact in FACTS.values():
            days = max(self._longest.get(fact.name, 0), fact.reach) + MARGIN
            every[f"since_{fact.name}"] = min(self.instants) - timedelta(days=days)
        for prefix, pairs in self.only.items():
            every |= {f"{prefix}_{name}": list(wanted) for name, wanted in pairs}
        used = set(re.findall(r"\{(\w+):", text))
        return {name: value for name, value in every.items() if name in used}

    def _put(self, text: str, days: int) -> tuple[str, frozenset[str]]:
        """A text with all its words put into SQL, and the facts it reads."""
        facts: set[str] = set()

        def word(found: re.Match[str]) -> str:
            name, rest = found[1], found[2] or ""
            if name in ("rows", "ever"):
                facts.add(rest)
                ever = name == "ever" and rest != "act"  # of acts those that hold are read with the rest: one pass, not two
                return self._part(f"{'ever' if ever else 'rows'}_{rest}", lambda: self._fact(FACTS[rest], ever=ever))
            if name == "register":
                facts.add("reference")
                return f"(SELECT * FROM {self._shared('registers', days, facts)} WHERE kind = '{rest}')"
            if name in _SHARED or f"{name}_days" in _SHARED:
                return self._shared(name, days, facts)
            if name == "name":
                return rest if self.named else "0"
            return _plain(name, rest, days, self.db)

        while _WORD.search(text):
            text = _WORD.sub(word, text)
        return text, frozenset(facts)

    def _shared(self, name: str, days: int, facts: set[str]) -> str:
        part = f"shared_{name}" if name in _SHARED else f"shared_{name}_{days}"
        if part not in self.parts:
            text, self._facts[part] = self._put(_SHARED.get(name) or _SHARED[f"{name}_days"], days)
            self.parts[part] = text
        facts |= self._facts[part]
        return part

    def _part(self, name: str, text: Any) -> str:
        if name not in self.parts:
            self.parts[name] = text()
        return name

    def _fact(self, fact: Fact, *, ever: bool) -> str:
        reach = f"day <= toDate({{until:{INSTANT}}})"
        if not ever:
            since = f"day >= toDate({{since_{fact.name}:{INSTANT}}})"
            reach += f" AND ({since} OR kind IN {EVER})" if fact.name == "act" else f" AND {since}"
        scoped = [f" AND {name} IN {{{prefix}_{name}:Array(String)}}" for prefix, pairs in self.only.items() for name, _ in pairs]
        return f"SELECT {{columns}} FROM {self.db}`{fact.table or fact.name}` AS fact FINAL WHERE {fact.where} AND {reach}{''.join(scoped)}"


def _plain(name: str, rest: str, days: int, db: str) -> str:
    """A word that reads no fact by itself, or only by other words."""
    if name in _DATA:
        return _DATA[name].format(rest)
    if name in _CONSTANT:
        return _CONSTANT[name]
    if name == "db":
        return db
    if name == "days":
        return str(days)
    if name == "stamp":  # compared many times faster than the two as a tuple
        first, then = rest.split()
        return f"bitShiftLeft(toInt128(toUnixTimestamp64Milli({first})), 64) + {then}"
    if name == "gained":
        return _GAINED % (rest, rest)
    if name == "latest":
        return _LATEST % rest
    if name == "waited":
        return _waited(*rest.split())
    window = {"within": f" AND {rest} >= m - toIntervalDay({days:d})", "before": ""}[name]
    return f"ARRAY JOIN arrayFilter(m -> {rest} < m{window}, {ATS}) AS at"


def _waited(begun: str, ended: str) -> str:
    return (
        f"toInt64(if(ifNull({ended} < at, 0), ceil(dateDiff('second', {begun}, assumeNotNull({ended})) / 86400), "
        f"floor(dateDiff('second', {begun}, at) / 86400)))"
    )
