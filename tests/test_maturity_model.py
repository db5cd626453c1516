"""The model as data: complete in both languages, adaptable without touching the original."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from pathlib import Path

import pytest

from metrics.maturity.model import FOLDER, BadModel, Kind, _dimension, adapted, judging, original
from sql.clickhouse import load


def test_every_cell_has_two_questions_and_an_indicator_in_both_languages() -> None:
    model = original()
    assert [each.id for each in model.dimensions] == [
        "journeys", "governance", "performance", "attribution", "pricing", "logistics", "data",
    ]  # fmt: skip
    cells = [cell for dimension in model.dimensions for cell in dimension.cells]
    assert len(cells) == 21
    for cell in cells:
        assert sum(each.question for each in cell.criteria) >= 2, cell.text.en
        assert sum(not each.question for each in cell.criteria) >= 1, cell.text.en
        assert sum(each.question and each.required for each in cell.criteria) >= 1
        assert sum(not each.question and each.required for each in cell.criteria) >= 1
        for each in cell.criteria:
            assert each.text.en != each.text.fr
            assert each.detail.en
            assert each.detail.fr
            assert each.question or (each.why.en and each.why.fr and each.why.en != each.why.fr)


def test_sums_of_money_say_so_and_nothing_else_does() -> None:
    """A measure's rows weigh euros where they weigh an amount or a budget: what its statement says is what the model says of it."""
    for bar in (bar for criterion in original().criteria for bar in criterion.tests):
        weighs = load(f"maturity.{bar.measure}") if bar.kind is Kind.SUM else ""
        assert bar.euros == bool(re.search(r"(amount_cents|cents)(, 2\) / 100| /)|{number budget} AS weight", weighs)), bar.measure


def test_only_a_sum_is_of_euros(tmp_path: Path) -> None:
    told = (FOLDER / "data.toml").read_text(encoding="utf-8").replace('kind = "rate", at_most', 'kind = "rate", euros = true, at_most', 1)
    with pytest.raises(BadModel, match="only a sum is of euros"):
        _dimension(tomllib.loads(told), "data.toml", original().scoring)


def test_optional_dimensions_are_off_until_enabled(tmp_path: Path) -> None:
    file = tmp_path / "maturity.toml"
    file.write_text('version = "mine"\nvalid_from = 2026-02-01\nenable = ["technology", "people"]\n')
    assert [each.id for each in adapted(file).dimensions][-2:] == ["technology", "people"]
    assert len(original().dimensions) == 7


def test_a_company_changes_a_threshold_and_the_original_stays(tmp_path: Path) -> None:
    file = tmp_path / "maturity.toml"
    file.write_text(
        'version = "mine"\nvalid_from = 2026-02-01\n[criterion."logistics.2.accurate"]\nat_least = 0.9\n'
        'why = { en = "No radio tags", fr = "Pas de radio" }\n'
    )
    mine, theirs = adapted(file).criterion("logistics.2.accurate"), original().criterion("logistics.2.accurate")
    assert mine is not None
    assert theirs is not None
    assert (mine.tests[0].at_least, mine.why.en) == (0.9, "No radio tags")
    assert theirs.tests[0].at_least == 0.95


def test_a_company_adds_a_dimension(tmp_path: Path) -> None:
    content = (Path("metrics/maturity/model") / "technology.toml").read_text()
    kept = "\n".join(line for line in content.splitlines() if not line.startswith(('id = "technology"', "order", "optional")))
    kept = kept.replace("[[", "[[dimension.brand.").replace("\n[1]", "\n[dimension.brand.1]").replace("\n[2]", "\n[dimension.brand.2]")
    kept = kept.replace("\n[3]", "\n[dimension.brand.3]")
    file = tmp_path / "maturity.toml"
    file.write_text('version = "mine"\nvalid_from = 2026-02-01\n[dimension.brand]\n' + kept)
    assert adapted(file).dimensions[-1].id == "brand"
    assert adapted(file).criterion("brand.1.sources") is not None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("valid_from = 2026-02-01", "version of its own"),
        ('version = "x"', "from which day"),
        ('version = "x"\nvalid_from = 2026-02-01\nenable = ["robots"]', "no optional dimension"),
        ('version = "x"\nvalid_from = 2026-02-01\n[criterion."a.1.b"]\nrequired = true', "no criterion 'a.1.b'"),
        ('version = "x"\nvalid_from = 2026-02-01\n[criterion."logistics.2.accurate"]\nat_least = 0.9', "needs its reason"),
        ('version = "x"\nvalid_from = 2026-02-01\n[criterion."logistics.2.seen"]\nat_least = 0.9', "no threshold"),
        ('version = "x"\nvalid_from = 2026-02-01\n[criterion."data.1.duplicates"]\nat_least = 0.9\nwhy = {en = "a", fr = "b"}', "its side"),
        ('version = "x"\nvalid_from = 2026-02-01\nlevel = 3', "nothing is called 'level'"),
        ("version = ", "could not be read as TOML"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_words(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "maturity.toml"
    file.write_text(text)
    with pytest.raises(BadModel, match=said):
        adapted(file)


def test_an_arrangement_stands_under_a_question_of_its_cell(tmp_path: Path) -> None:
    [one] = [each for each in original().criteria if each.equivalent]
    assert (one.id, one.equivalent) == ("governance.3.unified", "governance.3.mandate")
    content = (Path("metrics/maturity/model") / "governance.toml").read_text().replace('equivalent = "mandate"', 'equivalent = "list"')
    kept = "\n".join(line for line in content.splitlines() if not line.startswith(('id = "governance"', "order")))
    for level in (1, 2, 3):
        kept = kept.replace(f"[[{level}.", f"[[dimension.mine.{level}.").replace(f"\n[{level}]", f"\n[dimension.mine.{level}]")
    file = tmp_path / "maturity.toml"
    file.write_text('version = "mine"\nvalid_from = 2026-02-01\n[dimension.mine]\n' + kept)
    with pytest.raises(BadModel, match=r"names a question of the same cell; mine\.3\.list is none"):
        adapted(file)


def test_each_day_is_judged_by_the_version_of_its_time(tmp_path: Path) -> None:
    file = tmp_path / "maturity.toml"
    file.write_text('version = "mine"\nvalid_from = 2026-06-01\n')
    both = (original(), adapted(file))
    assert judging(both, date(2026, 5, 31)).version == original().version
    assert judging(both, date(2026, 6, 1)).version == "mine"
    assert judging(both, date(2020, 1, 1)).version == original().version
