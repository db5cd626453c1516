"""What each channel promises its customers: which share of contacts is taken within which time.

A promise is a choice of the company, not a property of a metric: these are the defaults of an installation, and `Settings.promises`
replaces them. Channels without a promise are shown without a verdict.
"""

from collections.abc import Mapping
from dataclasses import dataclass

MINUTE, HOUR, DAY = 60, 3600, 86400
SHORT_S = 5 * MINUTE  # promises up to this are watched by the second, longer ones by the minute


@dataclass(frozen=True, slots=True)
class Promise:
    """`share` of contacts (0 to 1) taken within `within_s` seconds of entering the queue."""

    share: float
    within_s: int


PROMISES: Mapping[str, Promise] = {
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
