"""Hold what the store told of maturity against the slow formulas, and say where they differ."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

import pytest

from metrics.maturity.measure import Readings
from metrics.maturity.model import Kind
from tests.spec.maturity_data_oracle import ORACLES
from tests.spec.maturity_plain import Counted, World, counted


def differences(found: Mapping[datetime, Readings], world: World, bars: Iterable[tuple[str, int, Kind]]) -> list[str]:
    """A line for each figure that is not the slow formula's."""
    lines = []
    for at, told in found.items():
        for name, days, kind in bars:
            reading = told.get((name, days))
            got = Counted() if reading is None else Counted(reading.top, reading.bottom, reading.n, reading.ends, reading.censored)
            meant = counted(kind, ORACLES[name](world, at, days))
            same = (got.ends, got.censored, got.n) == (meant.ends, meant.censored, meant.n)
            if not (same and (got.top, got.bottom) == pytest.approx((meant.top, meant.bottom), abs=1e-6)):
                lines.append(f"{name}, {days} days to {at}: {got} for {meant}")
    return lines
