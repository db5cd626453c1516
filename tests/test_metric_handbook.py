"""The handbook in docs says what the catalogue says."""

from __future__ import annotations

from pathlib import Path

import pytest

from metrics.handbook import LANGUAGES, book
from metrics.registry import metrics

DOCS = Path(__file__).parent.parent / "docs"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_handbook_in_docs_is_the_catalogue(language: str) -> None:
    written = (DOCS / f"handbook.{language}.md").read_text(encoding="utf-8")
    assert written == book(language), "docs have drifted from the catalogue: run `make docs`"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_metric_has_its_page(language: str) -> None:
    text = book(language)
    for name, metric in metrics().items():
        assert f"## {metric.name[language]} (`{name}`)" in text
        assert metric.definition[language] in text
