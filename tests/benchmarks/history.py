"""A past of millions of events, made by the engine itself: the state in which ingestion and questions are measured."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from sql.arrival import batch_lines, index
from sql.clickhouse import Store
from sql.derive import derive

PER_BATCH = 1_000_000

# Contacts of seven events as in traffic.py; the attributes are as long and as random.
MAKE = """
INSERT INTO event
    (day, subject_hash, subject, time, type, type_rank, source, id, content, channel, direction, queue, agent, stint, customer, reason,
     data, batch, position, known_at)
WITH
    {first:UInt64} + number AS n,
    intDiv(n, 7) AS contact,
    n % 7 AS step,
    ['interaction.started', 'interaction.entered_queue', 'interaction.left_queue', 'interaction.accepted',
     'interaction.wrapup_started', 'interaction.wrapup_ended', 'interaction.closed'] AS types,
    [17, 20, 25, 26, 37, 38, 40] AS ranks,
    [0, 1, 25, 25, 300, 330, 330] AS after,
    concat('h-', hex(sipHash64(contact))) AS name
SELECT
    toDate(time), sipHash64(subject), concat('interaction/', name) AS subject,
    toDateTime64({since:DateTime64(3, 'UTC')}, 3, 'UTC') + toIntervalMillisecond(toInt64(contact * {step_ms:Float64}))
        + toIntervalSecond(after[step + 1]) AS time,
    types[step + 1], ranks[step + 1], 'bench/eu', toString(generateUUIDv4(n)), sipHash64(n),
    ['voice', 'chat', 'email', 'messaging'][contact % 4 + 1], 'inbound', concat('queue-', toString(contact % 40)),
    concat('a', toString(sipHash64(contact) % 400)), concat(name, '/1'), concat('k1:', hex(SHA256(toString(contact % 200000)))),
    if(step = 2, 'answered', ''),
    concat('{"crm_reference":"', hex(sipHash128(n, 1)), hex(n), '","note":"call ', hex(sipHash128(n, 2)), hex(sipHash128(n, 3)), '"}'),
    {batch:UInt64}, number, {known_at:DateTime64(3, 'UTC')}
FROM numbers({rows:UInt64})
"""


def make(store: Store, events: int, since: datetime, days: int) -> None:
    """Fill an empty, migrated store with a past of `events` events over `days`, indexed and derived."""
    step_ms = days * 86_400_000 / (events / 7)
    known_at = datetime(2026, 9, 30, tzinfo=UTC)
    for batch, first in enumerate(range(0, events, PER_BATCH), 1):
        rows = min(PER_BATCH, events - first)
        values = {"first": first, "rows": rows, "since": since, "step_ms": step_ms, "batch": batch, "known_at": known_at}
        store.command(MAKE, values)
        counts = dict.fromkeys(("records", "received", "stored"), rows) | dict.fromkeys(
            ("duplicate", "quarantined", "corrected", "stale", "conflicts"), 0
        )
        line = counts | {"connector": "cloudevents", "file": "past", "source": "bench/eu", "seconds": 0.0}
        store.insert("batch", batch_lines(batch, [line], known_at))
        index(store, [batch])
        derive(store, [batch])
    # as the engine leaves them in time: it would otherwise pay for them under the next clock
    for row in store.rows("SELECT DISTINCT table FROM system.parts WHERE active AND database = currentDatabase()"):
        store.command(f"OPTIMIZE TABLE `{row['table']}` FINAL")
    rest(store)


def rest(store: Store) -> None:
    """Wait until the engine has nothing left to merge: what is measured next must not pay for what was made before."""
    quiet = 0
    while quiet < 3:
        time.sleep(1)
        quiet = 0 if store.value("SELECT count() FROM system.merges WHERE database = currentDatabase()") else quiet + 1
