"""What stands in the container files: images that stay what they are, nothing open beyond this machine, no password."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
COMPOSE = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")


def services() -> dict[str, dict[str, str]]:
    """The services with their keys and what stands after each, read by indentation: the file uses no more of YAML than that."""
    found: dict[str, dict[str, str]] = {}
    section = name = key = ""
    for line in COMPOSE.splitlines():
        depth, text = len(line) - len(line.lstrip()), line.partition(" #")[0].strip()
        if not text or text.startswith("#"):
            continue
        said, _, value = text.partition(":")
        if depth == 0:
            section = said
        elif section == "services" and depth == 2:
            name = said
            found[name] = {}
        elif section == "services" and depth == 4:
            key = said
            found[name][key] = value.strip()
        elif section == "services":
            found[name][f"{key}.{said}"] = value.strip()
    return found


def test_the_file_is_understood() -> None:
    assert set(services()) == {"clickhouse", "apogee"}
    assert services()["clickhouse"]["environment.CLICKHOUSE_USER"] == "apogee"
    assert services()["apogee"]["build"] == "."


def test_images_are_named_to_the_patch() -> None:
    images = [service["image"] for service in services().values() if "image" in service]
    assert [re.fullmatch(r"clickhouse/clickhouse-server:\d+\.\d+\.\d+\.\d+", image) is not None for image in images] == [True]
    bases = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    [version] = [found[1] for base in bases if (found := re.fullmatch(r"python:(\d+\.\d+)\.\d+-slim-\w+", base))]
    assert len(bases) == 1
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    least, most = re.findall(r"\d+\.(\d+)", project["requires-python"])
    assert int(least) <= int(version.partition(".")[2]) < int(most)


def test_nothing_listens_beyond_this_machine() -> None:
    assert "ports" not in services()["clickhouse"]
    assert re.findall(r'"([^"]+)"', services()["apogee"]["ports"]) == ["127.0.0.1:8050:8050"]
    assert not re.search(r"network_mode|privileged|host\.docker", COMPOSE)


@pytest.mark.parametrize("text", [COMPOSE, DOCKERFILE], ids=["compose", "Dockerfile"])
def test_no_password_stands_there(text: str) -> None:
    given = re.findall(r"(?i)(?:password|token|secret|key)s?\w*\s*[:=]\s*(\S+)", text) + re.findall(r"://[^:\s]+:([^@\s]+)@", text)
    assert [value for value in given if not re.match(r"\$\{\w+(:[-?][^}]*)?\}?", value)] == []


def test_whoever_forgets_the_password_is_told() -> None:
    assert services()["clickhouse"]["environment.CLICKHOUSE_PASSWORD"].startswith("${CLICKHOUSE_PASSWORD:?")
    assert services()["apogee"]["environment.APOGEE_DSN"] == "clickhouse://apogee:${CLICKHOUSE_PASSWORD}@clickhouse:8123/apogee"
