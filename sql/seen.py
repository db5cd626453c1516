"""Which identities may have been stored before: a Bloom filter in memory, so that a large batch of new events need not be looked up in
the whole history. It may say "perhaps" of an event that is new, never "no" of one that is stored.

An identity is 128 random bits already (sipHash128): its high half picks a word of the filter, its low half four bits of that word
(Putze, Sanders, Singler: Cache-, Hash- and Space-Efficient Bloom Filters, 2007). The table of identities is in their order, so that the
filter is filled from its beginning to its end. At sixteen bits an identity about one new event in a hundred is looked up in vain.
Of the 128 bits it needs 49, which the engine gives as one number, the mark of the identity.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from sql.clickhouse import Store

# The mark of an identity: the beginning of its high half, the end of its low half.
MARK = "bitOr(bitAnd(toUInt64(bitShiftRight(identity, 64)), bitNot(toUInt64(16777215))), bitAnd(toUInt64(identity), 16777215)) AS mark"
_PER_WORD = 4  # identities a word of 64 bits
_LEAST, _MOST = 1 << 18, 1 << 25  # words: 2 MB to 256 MB; beyond 134 million identities it says "perhaps" more often, never wrongly
_AT_ONCE = 2_000_000  # identities read at once
_BLOCK = 65_536  # identities added at once
_SIX = np.uint64(63)

Words = np.ndarray[Any, np.dtype[np.uint64]]  # of the filter, or marks
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
            stored = store.table(f"SELECT {MARK} FROM identity WHERE identity BETWEEN {{first:UInt128}} AND {{last:UInt128}}", part)
            self.add(stored["mark"].to_numpy())

    @property
    def full(self) -> bool:
        """Whether it holds more than it was made for: still right, but a larger one is better."""
        return self._left < 0

    def add(self, marks: Words) -> None:
        """Remember the identities of these marks."""
        for first in range(0, len(marks), _BLOCK):
            places, bits = self._bits(marks[first : first + _BLOCK])
            starts = np.append(0, np.flatnonzero(places[1:] != places[:-1]) + 1)
            places, bits = places[starts], np.bitwise_or.reduceat(bits, starts)
            if (places[1:] > places[:-1]).all():  # in the order of the table: each word once
                self._words[places] |= bits
            else:
                np.bitwise_or.at(self._words, places, bits)
        self._left -= len(marks)

    def perhaps(self, marks: Words) -> Mask:
        """Of each mark, whether an identity that has it may have been stored."""
        places, bits = self._bits(marks)
        found: Mask = (self._words[places] & bits) == bits
        return found

    def _bits(self, marks: Words) -> tuple[np.ndarray[Any, np.dtype[np.int64]], Words]:
        """The word of each mark and its bits in it."""
        bits = np.uint64(1) << (marks & _SIX)
        for shift in (6, 12, 18):
            bits |= np.uint64(1) << ((marks >> np.uint64(shift)) & _SIX)
        return (marks >> np.uint64(65 - len(self._words).bit_length())).astype(np.int64), bits
