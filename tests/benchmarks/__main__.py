"""`make bench`: the figures of BENCHMARKS.md, as ratios taken in one run; rows put in by hand stay there.

`--quick` runs a hundredth of it, to see that it works.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.benchmarks.export import conversations, tickets
from tests.benchmarks.measure import PLAIN
from tests.benchmarks.table import put
from tests.benchmarks.traffic import write

HERE = Path(__file__).parents[2]


class Bench:
    """One run: a folder of its own, measurements in processes of their own, rows for the table."""

    def __init__(self, folder: Path, scale: int) -> None:
        self.folder, self.scale = folder, scale
        self.rows: list[tuple[str, str, str, str]] = []

    def measure(self, name: str, *arguments: object) -> dict[str, Any]:
        """Run one measurement and give its figures."""
        return self._told(name, "tests.benchmarks.measure", name, *arguments)

    def _told(self, name: str, module: str, *arguments: object) -> dict[str, Any]:
        words = [sys.executable, "-m", module, *(str(each) for each in arguments)]
        done = subprocess.run(words, cwd=HERE, check=False, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"{name} failed:\n{done.stderr[-3000:]}")
        told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        print(f"  {name} {' '.join(Path(str(each)).name for each in arguments)}: {json.dumps(told)[:400]}", flush=True)
        return told

    def fresh(self, name: str) -> Path:
        """An empty data folder."""
        path = self.folder / name
        shutil.rmtree(path, ignore_errors=True)
        return path

    def say(self, what: str, figure: str, wanted: str, how: str) -> None:
        """One row of the table."""
        self.rows.append((what, figure, wanted, how))

    def run(self) -> dict[str, Any]:
        """Everything."""
        million, past_events = 1_000_000 // self.scale, 10_000_000 // self.scale
        traffic = [write(self.folder / f"million-{seed}.ndjson", million, seed=seed) for seed in (5, 6, 7)]
        large = write(self.folder / "eight.ndjson", 8 * million, seed=8)
        past = self.fresh("past")
        made = self.measure("past", past, past_events, 300)
        self._design(made, past_events)
        self._questions(past, past_events)
        self._ingest(past, traffic, past_events)
        self._connectors(million // 10)
        self._maturity()
        self._agents()
        self._people(million)
        small = self.measure("ingest", self.fresh("small"), "cloudevents", traffic[0])
        big = self.measure("ingest", self.fresh("big"), "cloudevents", large)
        ratio = big["peak_mb"] / small["peak_mb"]
        how = f"{small['peak_mb']:.0f} → {big['peak_mb']:.0f} MB"
        self.say("Peak memory of a file eight times as large", f"{ratio:.2f} ×", "≤ 1.2 ×", how)
        return made

    def _design(self, made: dict[str, Any], events: int) -> None:
        tables = made["tables"]
        log = tables["event"]["bytes"] / events
        side = sum(tables[name]["bytes"] for name in ("identity", "reach", "record") if name in tables) / events
        facts = sum(each["bytes"] for name, each in tables.items() if name in ("interaction", "stay", "stint", "turn", "work")) / events
        how = f"{events:,} events, random UUIDs, > 100 bytes of attributes, merged"
        self.say("Bytes an event: log; identity and reach; facts", f"{log:.0f}; {side:.0f}; {facts:.0f}", "", how)

    def _ingest(self, past: Path, traffic: list[Path], events: int) -> None:
        rounds = []
        for file in traffic:
            bare = [self.measure("bare", self.fresh("bare"), file, kind)["seconds"] for kind in PLAIN]
            into = shutil.copytree(past, self.fresh("into"), symlinks=True)  # each of the same past
            os.sync()
            first = self.measure("ingest", into, "cloudevents", file)
            again = self.measure("ingest", into, "cloudevents", file)
            rounds.append(([each / first["seconds"] for each in bare], first["seconds"] / again["seconds"], again["added"]))
            shutil.rmtree(into)
        how = f"sealed, checked, judged against {events:,} merged and at rest, durable, all facts; median of 3"
        tables = ("data kept as one text", "a column for each attribute", "data in a JSON column")
        for place, table in enumerate(tables):
            rate = sorted(each[0][place] for each in rounds)[1]
            self.say(f"Ingest rate ÷ bare JSONEachRow insert of the same bytes, {table}", f"{rate:.2f} ×", "≥ 0.5 × (goal 1.0 ×)", how)
        repeat = sorted(each[1] for each in rounds)[1]
        added = sum(each[2] for each in rounds)
        figure = f"{repeat:.2f} × as fast, {added} rows added"
        self.say("Reading the same file again", figure, "≥ 1 ×, 0 rows", "against the first; median of 3")

    def _connectors(self, count: int) -> None:
        genesys = conversations(self.folder / "genesys.json", count // 12)
        csv, mapping = tickets(self.folder, count // 3)
        runs = (("genesys", genesys, ()), ("mapping", csv, (f"mapping={mapping}",)), ("demo", self._demo(), ()))
        for name, file, more in runs:
            told = self.measure("ingest", self.fresh(name), name, file, *more)
            rate = told["receipt"]["received"] / told["seconds"]
            how = f"{told['receipt']['received']:,} events, facts included"
            self.say(f"Connector {name}", f"{rate / 1000:.0f} k events/s", "≥ 30 k events/s", how)

    def _agents(self) -> None:
        people, months = max(10, 1000 // self.scale), 13
        told = self.measure("agents", self.fresh("agents"), 2000 * people, people, 30, months)
        how = f"{2000 * people:,} stretches, {people:,} agents, 30 days, four channels, capacities stated, processor time"
        ratio = f"{told['sweep'] / told['numbered']:.2f} × ({told['sweep']:.1f} s)"
        self.say("Agent time, all measures by quarter hour ÷ numbering the boundaries", ratio, "≤ 2 ×", how)
        ratio = f"{told['pandas'] / told['sweep']:.0f} × ({told['pandas']:.0f} s)"
        self.say("The same in pandas ÷ ours", ratio, "≥ 30 ×", "a hundredth of the agents, times 100, processor time, medians of 3 in turn")
        ratio = f"{told['again'] / told['all']:.1%}; {told['again_one_day'] / told['all']:.1%} (of {told['all']:.1f} s)"
        how = f"facts to durable rows, processor time, medians (of {told['turns']}, and of three of everything) after the engine has rested"
        self.say("Refresh of 1 % of the agent-days ÷ everything: of some agents all month; of one day", ratio, "≤ 3 %", how)
        asked = {name: " and ".join(f"{seconds * 1000:.0f}" for seconds in each) for name, each in told["asked"].items()}
        period, day, so_far = (
            [asked[name] for name in asked if test(name)]
            for test in (
                lambda name: "day" not in name,
                lambda name: "day" in name and "so far" not in name,
                lambda name: "so far" in name,
            )
        )
        how = f"{told['rows']:,} agent-days, days of Paris, agents in twenty teams; each query of the page by the clock"
        names = "by team; by agent; profile; pairs; rules of vendors; by hour (the last 28 days); quality (contacts, then their quality)"
        self.say(f"Thirteen months {names}, p95", f"{'; '.join(period)} ms", "< 300 ms", how)
        self.say("One agent's day: state; by channel; profile, p95", f"{'; '.join(day)} ms", "< 100 ms", "a day that has ended")
        how = "with the present quarter hour, cut at the present moment"
        self.say("One agent's day so far: state; by channel; profile, p95", f"{'; '.join(so_far)} ms", "< 100 ms", how)

    def _maturity(self) -> None:
        """The demo company's 300 days, nine times over: some ten million events of a company that sells, answers and decides."""
        large, days, times = self.fresh("company"), max(3, 300 // self.scale), 9
        path = self.folder / "company.toml"
        path.write_text(f"days = {days}\nuntil = 2026-11-20T00:00:00Z\n", encoding="utf-8")
        made = self.measure("ingest", large, "demo", path)
        figure = f"{made['seconds']:.0f} s"
        how = f"{made['receipt']['received']:,} events, facts included, as a connector"
        self.say(f"The demo company's history of {days} days", figure, "< 30 s", how)
        events = self.measure("company", large, times)["events"]
        told = [self.measure("scorecard", large) for _ in range(3 if self.scale == 1 else 1)]
        first, used, again, ten, levels = (
            sorted(each[name] for each in told)[len(told) // 2] for name in ("first", "processor", "again", "ten", "levels")
        )
        how = f"facts of {events:,} events ({told[0]['contacts']:,} contacts), the demo company {times} times over; medians of three"
        figure = f"{first:.1f} s ({used:.1f} s of processor)"
        self.say("Maturity, every indicator over its window, cold", figure, "< 2 s", how)
        self.say("The same again; at ten monthly computations", f"{again:.1f} s; {ten:.1f} s", "", "the same")
        self.say("Levels from kept measures, ten computations", f"{levels * 1000:.0f} ms", "100 ms", "the same")

    def _people(self, events: int) -> None:
        told = self._told("people", "tests.benchmarks.people", events)
        usual, fresh = told["check"]["from memory ms"], told["check"]["from the ledger ms"]
        how = "from memory; once in five seconds from the ledger (SQLite): median and 99th percentile"
        self.say("Sign-in check of a request", f"{usual:.3f} ms; {fresh[0]:.2f} and {fresh[2]:.2f} ms", "< 1 ms", how)
        how = f"{events:,} events, four metrics by channel, the lightest question there is; processor time, medians of pairs in turn"
        written, merged, page = told["scope"]["as written"], told["scope"]["merged"], told["page"]
        for which, one in (("one value", True), ("all the values there are", False)):
            figures = f"{_ratios(written, one)} × (facts merged: {_ratios(merged, one)})"
            self.say(f"Question scoped by {_names(written)} ÷ unscoped, {which}", figures, "≤ 1.15 ×", how)
        figures = f"{_ratios(page, True)} × (all there are: {_ratios(page, False)})"
        how = "fifty statements over 120 days of the demo company; the same"
        self.say(f"All that Committee asks of a month, scoped ÷ unscoped: {_names(page)}", figures, "≤ 1.15 ×", how)

    def _demo(self) -> Path:
        path = self.folder / "demo.toml"
        path.write_text(f"days = {max(3, 60 // self.scale)}\nuntil = 2026-11-20T00:00:00Z\n", encoding="utf-8")
        return path

    def _questions(self, past: Path, events: int) -> None:
        told = self.measure("questions", past, 20)
        how = f"{events:,} events, merged, {told['rows']} groups"
        self.say("A KPI (service level) by channel and day from facts, p95", f"{told['p95'] * 1000:.0f} ms", "< 300 ms", how)
        self.say("Four KPIs at once, p95", f"{told['four_p95'] * 1000:.0f} ms", "", how)
        self.say("The KPI from the raw log ÷ from facts", f"{told['raw'] / told['p50']:.0f} ×", "≥ 10 ×", "medians in one run")
        self.say("One week by channel, p95", f"{told['week_p95'] * 1000:.0f} ms", "", "partitions pruned")


def _names(ratios: dict[str, float]) -> str:
    return "; ".join(dict.fromkeys(name.split(",")[0] for name in ratios))


def _ratios(ratios: dict[str, float], one: bool) -> str:
    """Those of scopes of one value, or of all: "team, 1 of 20" and "team, 20 of 20"."""
    return "; ".join(f"{ratio:.2f}" for name, ratio in ratios.items() if (", 1 of " in name) == one)


def main() -> None:
    """Run the benchmarks and put their rows into BENCHMARKS.md (elsewhere with --quick, and shown)."""
    quick = "--quick" in sys.argv
    with tempfile.TemporaryDirectory(prefix="apogee-bench-") as folder:
        bench = Bench(Path(folder), 100 if quick else 1)
        bench.run()
        path = Path(folder) / "quick.md" if quick else HERE / "BENCHMARKS.md"
        put(path, bench.rows, f"Made by `make bench` on {datetime.now(UTC):%Y-%m-%d}, Python {platform.python_version()}")
        if quick:
            print(path.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
