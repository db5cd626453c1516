"""`make lint`: fail on a dependency with a known hole; forgive only that the network is not there, and say what was not audited."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

LOCK = "requirements.lock"
AWAY = ("Could not connect", "ConnectionError", "Connection refused", "Max retries exceeded", "NameResolution", "timed out")


def verdict(code: int, out: str, error: str) -> tuple[int, str]:
    """What an audit that ended with `code` comes to: an exit code and a sentence. Raises nothing: what is not understood has failed."""
    try:
        told = json.loads(out)["dependencies"]
    except (ValueError, KeyError, TypeError):
        if any(sign in error for sign in AWAY):
            return 0, "The dependencies were NOT audited: the network is not there. Run `make lint` again where it is."
        return code or 1, f"The audit of dependencies failed: {error.strip()[-500:] or 'it said nothing'}"
    holes = [
        f"{each['name']} {each['version']}: {hole['id']}, mended in {', '.join(hole['fix_versions']) or 'no version yet'}"
        for each in told
        for hole in each.get("vulns", ())
    ]
    if holes:
        return 1, "Dependencies with a known hole:\n" + "\n".join(holes)
    skipped = sum("skip_reason" in each for each in told)
    if skipped:
        return 0, f"{skipped} of {len(told)} dependencies were NOT audited: the registry this machine asks knows nothing of their holes."
    return code, f"No known hole in {len(told)} dependencies." if not code else f"The audit of dependencies failed: {error.strip()[-500:]}"


def main() -> int:
    """Audit the locked dependencies."""
    command = [str(Path(sys.executable).with_name("pip-audit")), "--progress-spinner", "off", "--format", "json", "-r", LOCK]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    code, said = verdict(ended.returncode, ended.stdout, ended.stderr)
    print(said)
    return code


if __name__ == "__main__":
    sys.exit(main())
