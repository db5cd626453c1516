"""Carries out orders in processes that may die: imports everything once, then forks for each order, before any engine is opened.

An order is a line of JSON: {"folder", "dsn", "failpoint", "healing", "sendings": [[kind, number]…], "rebuild", "replay", "tell",
"kill_s"}; the answer is one too: {"code", "out", "err"}. With "healing" the place counts already while what the last one left is healed,
"replay" says how many lines of quarantine are put right. The forked process prints a line for each sending once it is acknowledged, and at
the end what the store holds.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import tempfile
import time
import traceback
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd  # noqa: F401 - imported here once, not in each process anew; the engine itself must not be, it has threads

from ingest.erasure import erase
from ingest.quarantine import held, replay, show
from ingest.seal import keys_in
from ingest.source import Sources
from ingest.writer import Writer
from sql import failpoint, lease, retention
from sql.check import check
from sql.clickhouse import connect
from sql.folder import Folder
from sql.migrate import migrate
from sql.rebuild import content, rebuild
from tests.arrival_help import sent
from tests.faults import trace

LEASE = (4.0, 0.5)  # seconds it lasts, and between two renewals: several of these, as the machine may be busy


def carry_out(order: dict[str, Any]) -> None:
    folder = Folder(Path(order["folder"]))
    store = connect(order.get("dsn") or folder.dsn)
    lease.LAPSE, lease.RENEW = LEASE  # that of a writer who was killed is waited for
    migrate(store)
    failpoint.armed.at(order.get("failpoint", "") if order.get("healing") else "")
    writer = Writer(store, keys_in(folder.keys))  # heals what the last one left
    failpoint.armed.at(order.get("failpoint", ""))
    print(json.dumps({"opened": True}), flush=True)
    for kind, number in order["sendings"]:
        receipt = sent(writer, getattr(trace, kind)(number), settle=False)
        print(json.dumps({"sent": [kind, number], "receipt": receipt.as_dict()}), flush=True)
    writer.settle()
    for row in held(store)[: order.get("replay", 0)]:  # the oldest lines of quarantine, put right
        event = json.loads(show(store, writer.keys, row["line"]))
        [right] = (each for each in trace.mended(int(event["id"].split("a-")[0])) if each["id"] == event["id"])
        replay(writer, Sources(), [row["line"]], json.dumps(right).encode())
    if order.get("rebuild"):
        rebuild(store)
    if order.get("retire"):
        retention.retire(store, date.fromisoformat(order["retire"]))
    if order.get("erase"):
        done = erase(writer, order["erase"])
        print(json.dumps({"erased": done.events, "left": done.left}), flush=True)
    if order.get("tell"):
        bad = [f"{each.name}: {each.left} {each.right}" for each in check(store) if each.residual]
        ids = store.rows("SELECT groupArray(concat(id, '/', toString(revision))) AS ids FROM (SELECT DISTINCT id, revision FROM event)")[0]
        rows, lines = store.value("SELECT count() FROM event"), store.value("SELECT uniqExact(line) FROM quarantine")
        shells = store.value("SELECT uniqExact(batch, subject_hash) FROM event WHERE type = 'customer.erased'")
        more = {"rows": rows, "held": lines, "left": len(held(store)), "erased": shells, "facts": content(store)}
        print(json.dumps({"unbalanced": bad, **ids, **more}), flush=True)
    writer.close()
    store.close()


def one(order: dict[str, Any]) -> dict[str, Any]:
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = os.fork()
        if not child:
            os.dup2(out.fileno(), 1)
            os.dup2(err.fileno(), 2)
            try:
                carry_out(order)
            except BaseException:  # noqa: BLE001 - whatever it is, the parent tells it
                traceback.print_exc()
                sys.stderr.flush()
                os._exit(1)
            os._exit(0)
        if kill_s := order.get("kill_s"):
            time.sleep(kill_s)
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        out.seek(0)
        err.seek(0)
        return {"code": os.waitstatus_to_exitcode(status), "out": out.read().decode(), "err": err.read().decode()}


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(one(json.loads(line))), flush=True)
