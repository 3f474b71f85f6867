"""PDQ for ``tx`` and HMA."""

from __future__ import annotations

import pathlib
from typing import Any, BinaryIO, Iterable, List, Optional, Sequence, Tuple, Type, TypeVar

from threatexchange.signal_type.index import IndexMatchUntyped, SignalSimilarityInfoWithIntDistance, SignalTypeIndex
from threatexchange.signal_type.pdq import signal as reference

from basma import _hashes
from basma._errors import ArgumentError
from basma._index import RADIUS
from basma.tx._growing import GrowingIndex

#: The bits of a PDQ hash.
BITS = 256

T = TypeVar("T")
Self = TypeVar("Self", bound="PdqBasmaIndex[Any]")


class PdqBasmaIndex(SignalTypeIndex[T]):
    """Every entry within 31 bits, exactly, with the very objects that were added.

    Distances are ``int``. Pickled it is the compiled index and the payloads.

    >>> from basma.tx import PdqBasmaIndex
    >>> index = PdqBasmaIndex.build([("f0" * 32, {"case": 17})])
    >>> match = index.query("f1" + "f0" * 31)[0]
    >>> match.similarity_info.pretty_str(), match.metadata
    ('1', {'case': 17})
    """

    #: The largest distance that matches.
    radius: int = RADIUS

    def __init__(self, entries: Iterable[Tuple[str, T]] = (), *, threshold: Optional[int] = None) -> None:
        """An index of these entries. ``threshold`` is a largest distance of its own, as ``PDQIndex2`` takes it."""
        super().__init__()
        if threshold is not None:
            if not 0 <= threshold <= BITS:
                raise ArgumentError(f"{threshold} is no threshold: give a number of bits from 0 to {BITS}", "argument")
            self.radius = threshold
        self._hashes = GrowingIndex()
        self._payloads: List[T] = []
        self.add_all(entries)

    @property
    def threshold(self) -> int:
        """The largest distance that matches, under the name that ``PDQIndex2`` has for it."""
        return self.radius

    def __len__(self) -> int:
        return len(self._payloads)

    @classmethod
    def build(cls: Type[Self], entries: Iterable[Tuple[str, Any]]) -> Self:
        """An index of these entries."""
        return cls(entries)

    def query(self, query: str) -> "Sequence[IndexMatchUntyped[SignalSimilarityInfoWithIntDistance, T]]":
        """The entries near a hash, nearest first. A picture without a hash, ``""``, is near to nothing."""
        if query == "":
            return []
        near = self._hashes.near(query, self.radius)
        return [
            IndexMatchUntyped(SignalSimilarityInfoWithIntDistance(distance), self._payloads[number])
            for number, distance in near
        ]

    def add(self, signal_str: str, entry: T) -> None:
        """Adds one entry; another of the same hash stays."""
        self.add_all([(signal_str, entry)])

    def add_all(self, entries: Iterable[Tuple[str, T]]) -> None:
        """Adds entries: all, or none where a hash is malformed."""
        hashes, payloads = [], []
        for signal_str, entry in entries:
            hashes.append(signal_str)
            payloads.append(entry)
        if not hashes:
            return
        # A query may see a number before `add` is over: the payload is there first.
        known = len(self._payloads)
        self._payloads += payloads
        try:
            first = self._hashes.add(hashes)
        except BaseException:
            del self._payloads[known:]
            raise
        if first != known:
            raise RuntimeError("an index was added to by two threads: add from one at a time")

    def serialize(self, fout: BinaryIO) -> None:
        """Writes a pickle, as HMA reads it."""
        super().serialize(fout)


class PdqBasmaSignal(reference.PdqSignal):
    """PDQ with basma's decoders, hash and index, beside the one that ``tx`` has."""

    @classmethod
    def get_name(cls) -> str:
        return "pdq_basma"

    @classmethod
    def get_index_cls(cls) -> Any:
        return PdqBasmaIndex

    @classmethod
    def hash_from_bytes(cls, bytes_: bytes) -> str:
        """The hash of a picture; ``""`` for one too flat to have a hash that is worth anything."""
        return cls._trusted(_hashes.hash_bytes(bytes_))

    @classmethod
    def hash_from_file(cls, file: pathlib.Path) -> str:
        """As :meth:`hash_from_bytes`."""
        return cls._trusted(_hashes.hash_file(file))

    @classmethod
    def _trusted(cls, fingerprint: _hashes.Fingerprint) -> str:
        if fingerprint.quality >= cls.QUALITY_THRESHOLD:
            return fingerprint.hex
        # What was seen is flat, and not all was seen: that is no flat picture.
        if fingerprint.problem is not None:
            raise fingerprint.problem
        return ""


class PdqSignal(PdqBasmaSignal):
    """The same under the name ``pdq``: for HMA, in the place of its own."""

    @classmethod
    def get_name(cls) -> str:
        return "pdq"
