"""The balances that must hold, each with its residual: `apogee check` prints them and fails when one is not 0."""

from __future__ import annotations

from dataclasses import dataclass

from sql.clickhouse import Store, load
from sql.journey import relation

EVER_D = 300 * 366  # days: no journey is cut
AT_ONCE = 1_000_000  # contacts


@dataclass(frozen=True, slots=True)
class Balance:
    """One law, what it compares, and by how much it is broken (0: it holds)."""

    name: str
    left: int
    right: int

    @property
    def residual(self) -> int:
        """left − right."""
        return self.left - self.right

    def __str__(self) -> str:
        return f"{'BAD' if self.residual else 'ok '}  {self.name}: {self.left} − {self.right} = {self.residual}"


def check(store: Store) -> list[Balance]:
    """Every balance, in the order they are printed."""
    balances = [
        Balance(f"received = stored + duplicate + quarantined, source {row['source'] or '(unreadable)'}", row["left"], row["right"])
        for row in store.rows(load("check.sources"))
    ]
    for row in store.rows(load("check.identities")):
        balances.append(Balance("stored − corrected = distinct identities in the log or retired", row["first_seen"], row["logged"]))
        balances.append(Balance("identities indexed = distinct identities in the log or retired", row["indexed"], row["logged"]))
        balances.append(Balance("rows of first sightings = distinct identities in the log", row["sightings"], row["identities"]))
        balances.append(Balance("rows of later forms = their places in batches", row["later"], row["later_places"]))
    balances.extend(
        Balance("lines held = lines quarantined and not replayed (of the last 29 days)", row["held"], row["counted"])
        for row in store.rows(load("check.quarantine"))
    )
    for row in store.rows(load("check.derived")):
        balances.append(Balance("batches acknowledged = batches in the facts", row["acknowledged"], row["derived"]))
        balances.append(Balance("rows of batches that were never acknowledged", row["orphans"], 0))
    balances.append(_journeys(store))
    balances.extend(_agent_time(store))
    return balances


def _journeys(store: Store) -> Balance:
    """Every contact a known customer opened is in one journey, whatever the customer's other ids. Counted in slices of customers: the
    journeys of all at once would have to fit in memory."""
    known = int(store.value("SELECT count() FROM interaction FINAL WHERE customer != '' AND direction NOT IN ('outbound', 'internal')"))
    slices = known // AT_ONCE + 1
    told = relation("journey", within="ifNull(person, sipHash64(customer)) % {slices:UInt64} = {slice:UInt64}").replace("{db}", "")
    bound = {"gap_days": 7.0, "tied_by": "customer", "longest_d": EVER_D, "slices": slices}
    counted = sum(int(store.value(f"SELECT sum(contacts) FROM ({told})", bound | {"slice": number}) or 0) for number in range(slices))
    return Balance("contacts known customers opened = contacts in journeys", known, counted)


def _agent_time(store: Store) -> list[Balance]:
    """Agent time: what several contacts at once share is what there was to share, and every agent-day with work has been computed."""
    found = []
    for row in store.rows(load("check.agent")):
        busy = row["busy"]
        for name, off in (("by contact", "equal_off"), ("by channel", "even_off"), ("by capacity", "weighted_off")):
            found.append(Balance(f"agent time: shares of the channels {name} = time busy (ms)", busy + row[off], busy))
        found.append(Balance("agent time: busy + ready + auxiliary = staffed (ms)", row["parts"], row["staffed"]))
        found.append(Balance("agent time: time at one, two, three… contacts = time busy (ms)", busy + row["level_off"], busy))
        found.append(
            Balance("agent time: contacts in full, and quarter hours = totals (ms)", busy + row["gross_off"] + row["slot_off"], busy)
        )
    days = store.rows(load("check.worked"))[0]
    return [*found, Balance("agent time: agent-days with work = agent-days computed", days["worked"], days["computed"])]
