"""Which identities may have been stored before: a Bloom filter in memory, so that a large batch of new events need not be looked up in
the whole history. It may say "perhaps" of an event that is new, never "no" of one that is stored.

An identity is 128 random bits already (sipHash128): its high half picks a word of the filter, its low half four bits of that word
(Putze, Sanders, Singler: Cache-, Hash- and Space-Efficient Bloom Filters, 2007). The table of identities is in their order, so that the
filter is filled from its beginning to its end. At sixteen bits an identity about one new event in a hundred is looked up in vain.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa

from sql.clickhouse import Store

# The halves of an identity, as both tables that have one are asked for them.
HALVES = "toUInt64(identity) AS low, toUInt64(bitShiftRight(identity, 64)) AS high"
_PER_WORD = 4  # identities a word of 64 bits
_LEAST, _MOST = 1 << 18, 1 << 25  # words: 2 MB to 256 MB; beyond 134 million identities it says "perhaps" more often, never wrongly
_AT_ONCE = 2_000_000  # identities read at once
_BLOCK = 65_536  # identities added at once
_SIX = np.uint64(63)

Words = np.ndarray[Any, np.dtype[np.uint64]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]


class Seen:
    """The identities of one store, as the one writer that may write to it knows them."""

    def __init__(self, store: Store) -> None:
        count = int(store.value("SELECT count() FROM identity"))
        words = min(max(_LEAST, 1 << (count // _PER_WORD).bit_length()), _MOST)
        self._words: Words = np.zeros(words, dtype=np.uint64)
        self._left = words * _PER_WORD if words < _MOST else 1 << 62
        slices = count // _AT_ONCE + 1
        borders = [(1 << 128) * number // slices for number in range(slices + 1)]
        for first, end in pairwise(borders):
            part = {"first": str(first), "last": str(end - 1)}
            self.add(store.table(f"SELECT {HALVES} FROM identity WHERE identity BETWEEN {{first:UInt128}} AND {{last:UInt128}}", part))

    @property
    def full(self) -> bool:
        """Whether it holds more than it was made for: still right, but a larger one is better."""
        return self._left < 0

    def add(self, halves: pa.Table) -> None:
        """Remember these identities."""
        for block in halves.to_batches(_BLOCK):
            places, bits = self._bits(block)
            if not len(places):
                continue
            starts = np.append(0, np.flatnonzero(places[1:] != places[:-1]) + 1)
            places, bits = places[starts], np.bitwise_or.reduceat(bits, starts)
            if (places[1:] > places[:-1]).all():  # in the order of the table: each word once
                self._words[places] |= bits
            else:
                np.bitwise_or.at(self._words, places, bits)
        self._left -= halves.num_rows

    def perhaps(self, halves: pa.Table) -> Mask:
        """Of each identity, whether it may have been stored."""
        places, bits = self._bits(halves)
        found: Mask = (self._words[places] & bits) == bits
        return found

    def _bits(self, halves: pa.Table | pa.RecordBatch) -> tuple[np.ndarray[Any, np.dtype[np.int64]], Words]:
        """The word of each identity and its bits in it."""
        low, high = halves["low"].to_numpy(), halves["high"].to_numpy()
        bits = np.uint64(1) << (low & _SIX)
        for shift in (6, 12, 18):
            bits |= np.uint64(1) << ((low >> np.uint64(shift)) & _SIX)
        return (high >> np.uint64(65 - len(self._words).bit_length())).astype(np.int64), bits
