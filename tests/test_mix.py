"""Kitagawa's decomposition: a worked example, and that it adds up whatever the figures."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.mix import explain
from metrics.result import Figure


def figures(**parts: tuple[int, int]) -> dict[str, Figure]:
    return {part: Figure(top / bottom if bottom else None, bottom, top, bottom) for part, (top, bottom) in parts.items()}


def test_worked_example():
    """Voice 80 of 100 → 90 of 100 (10 points better, weight ½ → ⅓), e-mail 60 of 100 → 120 of 200 (unchanged, weight ½ → ⅔)."""
    found = explain(figures(voice=(80, 100), email=(60, 100)), figures(voice=(90, 100), email=(120, 200)))
    assert found is not None
    assert (found.before, found.after) == (Fraction(7, 10), Fraction(7, 10))
    voice, email = found.effects
    assert voice.performance == Fraction(1, 10) * Fraction(5, 12)
    assert email.performance == 0
    assert found.mix == Fraction(-1, 6) * (Fraction(17, 20) - Fraction(6, 10))
    assert found.residual == 0


def test_a_part_that_comes_is_all_mix():
    found = explain(figures(voice=(80, 100)), figures(voice=(80, 100), chat=(100, 100)))
    assert found is not None
    assert found.performance == 0
    assert found.mix == found.after - found.before == Fraction(1, 10)
    assert next(effect for effect in found.effects if effect.part == "chat").rates == (None, 1.0)


def test_nothing_to_explain():
    assert explain({}, {}) is None
    assert explain(figures(voice=(0, 0)), figures(voice=(1, 2))) is None
    assert explain({"voice": Figure(3.0, 3)}, {"voice": Figure(4.0, 4)}) is None


period = st.dictionaries(
    st.sampled_from("abcde"), st.tuples(st.integers(0, 900), st.integers(0, 900)).map(lambda two: (min(two), max(two)))
)


@given(period, period)
def test_it_adds_up_exactly(before, after):
    found = explain(figures(**before), figures(**after))
    if found is not None:
        assert found.residual == 0
        assert float(found.performance + found.mix) == pytest.approx(float(found.after - found.before))
