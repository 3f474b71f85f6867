"""An index that grows by single hashes, and is whole again when it travels."""

from __future__ import annotations

import os
import threading
from typing import Any, Dict, List, Sequence, Tuple

import numpy as np

from basma._errors import HashError
from basma._index import Index

#: How many hashes are compared one by one before an index is built of them.
LOOSE_MAX = 128

#: One writer at a time. Readers take the state as it is, which is replaced and never changed.
_WRITING = threading.RLock()


def _renew() -> None:
    global _WRITING
    _WRITING = threading.RLock()


# A forked process has none of the threads that may hold the lock.
os.register_at_fork(after_in_child=_renew)

#: Indexes with the number of their first hash, then hashes of no index yet, with the number of the first.
State = Tuple[Tuple[Tuple[Index, int], ...], Tuple[int, ...], int]


class GrowingIndex:
    """PDQ hashes numbered in the order in which they are added.

    Some are indexed, in parts of which each is at least twice as large as the next: so a hash is built in a logarithmic
    number of times, and a query asks a logarithmic number of parts.
    """

    __slots__ = ("_state",)

    def __init__(self) -> None:
        self._state: State = ((), (), 0)

    def __len__(self) -> int:
        _, loose, first = self._state
        return first + len(loose)

    def add(self, hashes: Sequence[str]) -> int:
        """Adds hashes; the number of the first."""
        packed = pack(hashes)
        with _WRITING:
            parts, loose, first = self._state
            number = first + len(loose)
            if len(loose) + len(hashes) <= LOOSE_MAX:
                added = tuple(int.from_bytes(packed[at : at + 32], "big") for at in range(0, len(packed), 32))
                self._state = (parts, loose + added, first)
                return number
            packed = b"".join(hash.to_bytes(32, "big") for hash in loose) + packed
            arrays, start = [_array(packed)], first
            size = len(arrays[0])
            while parts and len(parts[-1][0]) < 2 * size:
                index, start = parts[-1]
                parts = parts[:-1]
                arrays.insert(0, index.hashes())
                size += len(index)
            joined = arrays[0] if len(arrays) == 1 else np.concatenate(arrays)
            self._state = (parts + ((Index.build(joined), start),), (), start + size)
            return number

    def near(self, hash: str, radius: int) -> List[Tuple[int, int]]:
        """The numbers within ``radius`` bits of a hash, with their distances: nearest first, then by number."""
        parts, loose, first = self._state
        packed = pack([hash])
        near = [(distance, start + entry) for index, start in parts for entry, distance in index._index.near(packed, radius, "pdq")]
        if loose:
            query = int.from_bytes(packed, "big")
            distances = ((bin(query ^ known).count("1"), first + place) for place, known in enumerate(loose))
            near += (each for each in distances if each[0] <= radius)
        near.sort()
        return [(number, distance) for distance, number in near]

    def __getstate__(self) -> Dict[str, Any]:
        parts, loose, first = self._state
        if len(parts) == 1 and not loose:
            return {"index": parts[0][0]}
        arrays = [index.hashes() for index, _ in parts]
        arrays.append(_array(b"".join(hash.to_bytes(32, "big") for hash in loose)))
        joined = np.concatenate(arrays)
        return {"index": Index.build(joined) if len(joined) else None}

    def __setstate__(self, state: Dict[str, Any]) -> None:
        index = state["index"]
        self._state = ((), (), 0) if index is None else (((index, 0),), (), len(index))


def _array(packed: bytes) -> Any:
    return np.frombuffer(packed, dtype=np.uint8).reshape(-1, 32)


def pack(hashes: Sequence[str]) -> bytes:
    """Hashes in hexadecimal to bytes. ``HashError`` for one that is malformed."""
    try:
        packed = bytes.fromhex("".join(hashes))
        if len(packed) == 32 * len(hashes) and all(len(hash) == 64 for hash in hashes):
            return packed
    except (ValueError, TypeError):
        pass
    for place, hash in enumerate(hashes):
        if not isinstance(hash, str) or len(hash) != 64 or set(hash) - set("0123456789abcdefABCDEF"):
            raise HashError(f"hash {place} is no PDQ hash of 64 hexadecimal digits: {hash!r}", "hash-text")
    raise HashError("the hashes are no PDQ hashes of 64 hexadecimal digits", "hash-text")
