"""What Apogee needs to run may be used with Apache-2.0 software: nothing of it is under the GPL or the AGPL."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest

LOCKED = sorted(set(re.findall(r"^([A-Za-z0-9._-]+)==", (Path(__file__).parent.parent / "requirements.lock").read_text(), re.MULTILINE)))
COPYLEFT = re.compile(r"(?<!lesser )(?<!l)(?<!library or lesser )(gpl|general public license)|affero|sspl|busl", re.IGNORECASE)


def licences(name: str) -> list[str]:
    """What a package says of its licence, in each of the ways there are, without the text of it."""
    told = distribution(name).metadata
    stated = [*told.get_all("License-Expression", []), *told.get_all("License", [])]
    classified = [each for each in told.get_all("Classifier", []) if each.startswith("License ::")]
    return [each.strip().splitlines()[0][:200] for each in (*stated, *classified) if each.strip()]


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("GPL-3.0-or-later", True), ("GNU General Public License v2 (GPLv2)", True), ("AGPL-3.0", True),
        ("GNU Affero General Public License", True),
        ("LGPL-3.0-only", False), ("GNU Lesser General Public License v3 (LGPLv3)", False), ("Apache-2.0", False), ("MIT", False),
        ("GNU Library or Lesser General Public License (LGPL)", False),
    ],
)  # fmt: skip
def test_the_words_of_licences_are_told_apart(text: str, refused: bool) -> None:
    assert bool(COPYLEFT.search(text)) is refused


def test_nothing_that_is_needed_to_run_is_under_the_gpl() -> None:
    assert len(LOCKED) > 20
    missing, unstated, refused = [], [], {}
    for name in LOCKED:
        try:
            told = licences(name)
        except PackageNotFoundError:
            missing.append(name)  # for another system or Python
            continue
        if not told:
            unstated.append(name)
        if any(COPYLEFT.search(each) for each in told) and not any(re.search(r"\bOR\b", each) for each in told):
            refused[name] = told
    assert refused == {}
    assert unstated == []
    assert len(missing) < 5, missing
