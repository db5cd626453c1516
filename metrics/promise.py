"""What each channel promises its customers: which share of contacts is answered within which time.

A promise is a choice of the company, not a property of a metric: these are the defaults, their one home, and an installation replaces
them as a whole in its settings file (`promises_of`; handed to `metrics.run.ask` and to `dashboard.setting.Settings`):

    [promise.voice]
    share = 0.8                  # of the contacts…
    within_s = 20                # …answered within so many seconds of entering the queue

A channel without a promise takes no part in what is said about promises.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from metrics.metric import Target, Text
from metrics.result import Figure

MINUTE, HOUR, DAY = 60, 3600, 86400
LONGEST_S = 30 * DAY  # the longest threshold the metrics of waiting know


class BadPromise(ValueError):
    """A promise in the settings that cannot be one; the message says which, why, and what is meant."""


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


def promises_of(settings: Mapping[str, Any], file: str = "apogee.toml") -> Promises:
    """The promises in the tables of a settings file: the defaults when it does not speak of promises, else those it names and no others.

    `[promise]` with nothing in it promises nothing at all. Raises BadPromise in words that name the file, the channel and the field.
    """
    if "promise" not in settings:
        return PROMISES
    said = settings["promise"]
    if not isinstance(said, dict) or not all(isinstance(each, dict) for each in said.values()):
        raise BadPromise(f"{file}: promise is a table for each channel, such as [promise.voice] with share = 0.8 and within_s = 20.")
    return {channel: _promise(f"{file}: [promise.{channel}]", channel, fields) for channel, fields in said.items()}


def _promise(where: str, channel: str, fields: Mapping[str, Any]) -> Promise:
    """One channel's promise, from the fields it is written with."""
    if not channel or channel != channel.strip().lower():
        raise BadPromise(f"{where}: a channel is written as the events have it, in small letters: {channel.strip().lower() or 'voice'}.")
    if unknown := sorted(set(fields) - {"share", "within_s"}):
        raise BadPromise(f"{where} knows share and within_s, not {unknown[0]}.")
    if missing := sorted({"share", "within_s"} - set(fields)):
        raise BadPromise(f"{where} lacks {missing[0]}: a promise is a share of the contacts (0.8 for 80 %) within so many seconds.")
    share, within = fields["share"], fields["within_s"]
    if isinstance(share, bool) or not isinstance(share, int | float) or not 0 < share <= 1:
        raise BadPromise(f"{where}: share is a number above 0 and at most 1 (0.8 for 80 %), not {share!r}.")
    if isinstance(within, bool) or not isinstance(within, int) or not 1 <= within <= LONGEST_S:
        raise BadPromise(f"{where}: within_s is a whole number of seconds from 1 to {LONGEST_S} (30 days), not {within!r}.")
    return Promise(float(share), within)


def aim(figures: Mapping[str, Figure], promises: Promises) -> Target | None:
    """What a ratio over all channels would be if each of them just kept its promise, from the ratio's figures by channel.

    The promised shares, weighted by the figures' bottoms: 300 of 400 contacts promised 0.8 and 100 promised 0.9 make 0.825. It moves with
    the mix of channels, as the ratio itself does. None where no contact was promised anything.
    """
    weights = {code: figure.bottom or 0.0 for code, figure in figures.items() if code in promises}
    whole = sum(weights.values())
    return Target(sum(promises[code].share * weight for code, weight in weights.items()) / whole, None, _WHY) if whole else None
