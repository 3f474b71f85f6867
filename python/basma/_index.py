"""Hashes in, hashes near them out."""

from __future__ import annotations

import os
import pickle
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Iterable, NamedTuple, Optional

from basma import _basma
from basma._hashes import Fingerprint, Hash, Path, as_bytes

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Int64 = npt.NDArray[np.int64]
    Int32 = npt.NDArray[np.int32]

#: The radius at which PDQ hashes match unless told otherwise: the one that Meta recommends.
RADIUS = 31

#: How many hits one call gives back at most, unless told otherwise: 1.6 GB of arrays.
MAX_HITS = 100_000_000


class Hits(NamedTuple):
    """What is near many hashes, as three arrays of one length: a row for each hit.

    Hits stand in the order of the queries, and nearest first within one.

    >>> import numpy, basma
    >>> known = numpy.random.default_rng(1).integers(0, 256, (1000, 32), dtype=numpy.uint8)
    >>> query, entry, distance = basma.Index.build(known).lookup_batch(known[17:20])
    >>> query.tolist(), entry.tolist(), distance.tolist()
    ([0, 1, 2], [17, 18, 19], [0, 0, 0])
    """

    #: The row of the query.
    query: "Int64"
    #: The number of the entry: the row of the array that the index was built of, or what :meth:`Index.entry` takes.
    entry: "Int64"
    #: The number of differing bits.
    distance: "Int32"


class Hit(NamedTuple):
    """One entry near a hash."""

    #: The number of the entry.
    entry: int
    #: The number of differing bits.
    distance: int


@dataclass(frozen=True)
class Entry:
    """What a list says of a hash."""

    #: Its number in the index.
    number: int
    #: The hash in hexadecimal.
    hash: str
    #: The list.
    list: str
    #: The item, if the list names it.
    id: Optional[str]
    #: What the list says of it.
    labels: "tuple[str, ...]"
    #: The line of the list, or the row of the array, from 1.
    line: int


class Index:
    """Hashes that are searched exactly: by :meth:`build` of arrays, or by :meth:`open` of a file.

    An opened file is mapped: processes of one machine share its memory, and opening takes no time. Answers equal those of
    comparing with every hash. Lookups release the interpreter, and threads can share an index. So can forked processes.

    >>> import numpy, basma
    >>> known = numpy.random.default_rng(1).integers(0, 256, (1000, 32), dtype=numpy.uint8)
    >>> index = basma.Index.build(known, ids=[f"case-{i}" for i in range(1000)])
    >>> index.lookup(known[17].tobytes())
    [Hit(entry=17, distance=0)]
    >>> index.entry(17).id
    'case-17'
    """

    __slots__ = ("_index", "__weakref__")

    def __init__(self, _index: "_basma.Index") -> None:
        self._index = _index

    @classmethod
    def build(
        cls,
        hashes: Any,
        *,
        ids: "Optional[Iterable[Optional[str]]]" = None,
        type: str = "pdq",
        name: str = "array",
        structure: str = "auto",
        path: Optional[Path] = None,
    ) -> "Index":
        """An index of hashes: an array ``uint8[n, 32]``, a column of Arrow, or a list of hexadecimal texts or bytes.

        Entries are counted as the hashes are, from 0. Equal hashes are entries of their own. With ``path`` the index is
        written to a file, which is there completely or as it was before, and mapped.

        >>> import basma
        >>> basma.Index.build(["f0" * 32, "f0" * 32]).lookup("f0" * 32)
        [Hit(entry=0, distance=0), Hit(entry=1, distance=0)]
        """
        known = None if ids is None else list(ids)
        return cls(_basma.Index.build(hashes, type, known, name, structure, path))

    @classmethod
    def open(cls, path: Path) -> "Index":
        """Maps a file that :meth:`build` or ``basma build`` wrote.

        The file must not be changed while it is open; a changed list is published by renaming a new file over it. A file
        that was removed stays open.
        """
        return cls(_basma.Index.open(path))

    @classmethod
    def from_bytes(cls, data: Any) -> "Index":
        """An index of the bytes of one, held in memory."""
        return cls(_basma.Index.from_bytes(as_bytes(data)))

    def to_bytes(self) -> bytes:
        """The bytes of the index, as :meth:`from_bytes` takes them."""
        return self._index.to_bytes()

    @property
    def path(self) -> Optional[str]:
        """The mapped file; ``None`` for an index in memory."""
        path = self._index.path
        return None if path is None else os.fspath(path)

    @property
    def nbytes(self) -> int:
        """The size in bytes. Those of a mapped file are the system's cache, and not of the process."""
        return self._index.nbytes

    @property
    def counts(self) -> "dict[str, int]":
        """The number of entries of each type of hash."""
        return dict(self._index.counts)

    def __len__(self) -> int:
        return sum(count for _, count in self._index.counts)

    def __repr__(self) -> str:
        place = "in memory" if self.path is None else self.path
        return f"<basma.Index of {self.counts} {place}>"

    def verify(self) -> None:
        """Reads every byte. Raises ``IndexFileError`` where anything is damaged."""
        self._index.verify()

    def lookup(self, hash: Any, radius: int = RADIUS, *, type: str = "pdq") -> "list[Hit]":
        """The entries within ``radius`` bits of a hash, nearest first.

        A hash is hexadecimal, bytes, a :class:`Hash` or a :class:`Fingerprint`.
        """
        return [Hit(*hit) for hit in self._index.near(_one(hash), radius, type)]

    def lookup_batch(
        self, hashes: Any, radius: int = RADIUS, *, type: str = "pdq", max_hits: int = MAX_HITS
    ) -> Hits:
        """:meth:`lookup` of many hashes, as arrays: in less time, and without an object of Python for any hash.

        Hashes are an array ``uint8[n, 32]``, a column of Arrow (``fixed_size_binary[32]`` is read where it stands), or a
        list. More than ``max_hits`` hits raise ``ArgumentError``, so that memory is bounded.
        """
        return Hits(*self._index.near_each(hashes, radius, type, max_hits))

    def lookup_table(
        self, hashes: Any, radius: int = RADIUS, *, type: str = "pdq", max_hits: int = MAX_HITS
    ) -> "_basma.Table":
        """:meth:`lookup_batch` as a table of Arrow, with the list and the id of each entry.

        The columns are ``query``, ``entry``, ``distance``, ``list`` and ``id``. DuckDB, Polars, pandas and pyarrow read
        it where it stands, by ``__arrow_c_stream__``.

        >>> import basma
        >>> table = basma.Index.build(["f0" * 32], ids=["case-17"]).lookup_table(["f1" + "f0" * 31])
        >>> len(table), table.column_names
        (1, ['query', 'entry', 'distance', 'list', 'id'])
        """
        return self._index.near_table(hashes, radius, type, max_hits)

    def entry(self, number: int, *, type: str = "pdq") -> Entry:
        """What an entry says."""
        list, id, labels, hash, line = self._index.entry(number, type)
        return Entry(number, hash, list, id, tuple(labels), line)

    def hashes(self, *, type: str = "pdq") -> "npt.NDArray[np.uint8]":
        """The hash of every entry: an array ``uint8[n, 32]`` for PDQ."""
        return self._index.hashes(type)

    def __reduce_ex__(self, protocol: Any) -> "tuple[Any, ...]":
        # A mapped file is opened again; what is in memory travels, beside the stream where protocol 5 allows it.
        if self.path is not None:
            return (type(self).open, (os.path.abspath(self.path),))
        data: Any = self.to_bytes()
        if protocol >= 5:
            data = pickle.PickleBuffer(data)
        return (type(self).from_bytes, (data,))


def _one(hash: Any) -> Any:
    """One hash, as the compiled half takes it."""
    if isinstance(hash, (Hash, Fingerprint)):
        return hash.hex
    if isinstance(hash, (bytearray, memoryview)):
        return bytes(hash)
    if hasattr(hash, "tobytes") and getattr(hash, "dtype", None) == "uint8" and not hasattr(hash, "mask"):
        return hash.tobytes()
    return hash
