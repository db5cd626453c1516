"""What each channel promises its customers: which share of contacts is answered within which time.

A promise is a choice of the company, not a property of a metric: these are the defaults, their one home, and an installation replaces
them as a whole (`dashboard.setting.Settings.promises`, handed to `metrics.run.ask`). A channel without a promise takes no part in what is
said about promises.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

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
