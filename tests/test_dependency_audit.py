"""A known hole in a dependency fails `make lint`; a missing network does not, and is said."""

import json

import pytest

from tests.dependency_audit import verdict

SOUND = {"name": "dash", "version": "4.4.1", "vulns": []}
HOLED = {"name": "flask", "version": "1.0", "vulns": [{"id": "CVE-1", "fix_versions": ["1.1"], "aliases": [], "description": ""}]}
SKIPPED = {"name": "zipp", "skip_reason": "Dependency not found"}


@pytest.mark.parametrize(
    ("code", "found", "error", "expected", "said"),
    [
        (0, [SOUND], "", 0, "No known hole in 1"),
        (1, [SOUND, HOLED], "Found 1", 1, "flask 1.0: CVE-1, mended in 1.1"),
        (0, [SOUND, SKIPPED], "", 0, "1 of 2 dependencies were NOT audited"),
        (1, None, "ERROR:pip_audit._cli:Could not connect to the vulnerability feed", 0, "NOT audited: the network"),
        (1, None, "invalid requirements input: requirements.lock", 1, "failed: invalid"),
        (2, None, "", 2, "it said nothing"),
    ],
)
def test_only_a_missing_network_is_forgiven(code: int, found: list[object] | None, error: str, expected: int, said: str) -> None:
    ended, told = verdict(code, "" if found is None else json.dumps({"dependencies": found, "fixes": []}), error)
    assert (ended, said in told) == (expected, True), told
