"""What `make bench` writes: the rows it measured, among those that others put in."""

from __future__ import annotations

import re
from pathlib import Path

from tests.benchmarks import table

MADE = "Made by `make bench` on 2027-01-02, Python 3.13.1"
KEPT = Path(__file__).parents[1] / "BENCHMARKS.md"


def test_rows_are_put_in_their_places_and_all_else_stays(tmp_path: Path) -> None:
    path = tmp_path / "made.md"
    table.put(path, [("Speed", "2 ×", "", "by day"), ("Size", "3 MB", "≤ 4 MB", "")], MADE)
    by_hand = (
        path.read_text() + "| Weight * | 5 kg | | by hand |\n\nPeople:\n\n| what | measured |\n|---|---|\n| Sign-in | 1 ms |\n\nThe end.\n"
    )
    path.write_text(by_hand)
    later = MADE.replace("2027", "2028")
    table.put(path, [("Sign-in", "2 ms", "< 3 ms", ""), ("Speed", "9 ×", "", "by night"), ("New", "1", "", "")], later)
    expected = by_hand.replace(MADE, later).replace("| Speed | 2 × |  | by day |", "| Speed | 9 × |  | by night |")
    expected = expected.replace("| by hand |\n", "| by hand |\n| New | 1 |  |  |\n").replace(
        "| Sign-in | 1 ms |", "| Sign-in | 2 ms | < 3 ms |  |"
    )
    assert path.read_text() == expected


def test_the_file_as_it_is_loses_nothing() -> None:
    text = KEPT.read_text(encoding="utf-8")
    found = re.search(r"Made by `make bench` on [\d-]+, Python [\d.]+\d", text)
    assert found, "the line that says when it was made"
    assert table.updated(text, [], found[0]) == text
    changed = table.updated(text, [("One week by channel, p95", "1 ms", "", "measured")], MADE).splitlines()
    others = [line for line in text.splitlines() if found[0] not in line and not line.startswith("| One week by channel, p95 |")]
    assert [line for line in changed if MADE not in line and "| 1 ms |  | measured |" not in line] == others
