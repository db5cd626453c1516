"""What each channel promises its customers: which share of contacts is answered within which time.

A promise is a choice of the company, not a property of a metric: these are the defaults, their one home, and an installation replaces
them as a whole (`dashboard.setting.Settings.promises`, handed to `metrics.run.ask`). A channel without a promise takes no part in what is
said about promises.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from metrics.metric import Target, Text
from metrics.result import Figure

MINUTE, HOUR, DAY = 60, 3600, 86400


@dataclass(frozen=True, slots=True)
class Promise:
    """`share` of contacts (0 to 1) answered within `within_s` seconds of entering the queue."""

    share: float
    within_s: int


Promises: TypeAlias = Mapping[str, Promise]

PROMISES: Promises = {
    "voice": Promise(0.80, 20),
    "chat": Promise(0.80, MINUTE),
    "video": Promise(0.80, MINUTE),
    "messaging": Promise(0.85, 30 * MINUTE),
    "app": Promise(0.85, 30 * MINUTE),
    "sms": Promise(0.85, 30 * MINUTE),
    "social": Promise(0.85, HOUR),
    "email": Promise(0.90, 4 * HOUR),
    "web": Promise(0.90, 8 * HOUR),
    "post": Promise(0.90, 2 * DAY),
    "fax": Promise(0.90, 2 * DAY),
}

_WHY = Text(
    "What the channels promise, each weighted by its contacts",
    "Ce que promettent les canaux, chacun pondéré par ses contacts",
)


def aim(figures: Mapping[str, Figure], promises: Promises) -> Target | None:
    """What a ratio over all channels would be if each of them just kept its promise, from the ratio's figures by channel.

    The promised shares, weighted by the figures' bottoms: 300 of 400 contacts promised 0.8 and 100 promised 0.9 make 0.825. It moves with
    the mix of channels, as the ratio itself does. None where no contact was promised anything.
    """
    weights = {code: figure.bottom or 0.0 for code, figure in figures.items() if code in promises}
    whole = sum(weights.values())
    return Target(sum(promises[code].share * weight for code, weight in weights.items()) / whole, None, _WHY) if whole else None
