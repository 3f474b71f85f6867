"""Data sets of Ray: an actor class for ``map_batches``.

>>> import basma.ray  # doctest: +SKIP
>>> found = data.map_batches(                                                               # doctest: +SKIP
...     basma.ray.Matching, fn_constructor_args=("lists.basma", "hash"), batch_format="pyarrow", concurrency=2
... )
"""

from __future__ import annotations

import os
from typing import Any

from basma._columns import hash_matches, opened
from basma._hashes import Path
from basma._index import RADIUS


class Matching:
    """Looks a column of hashes up. The index is mapped once for each actor, and again when a new generation stands in its place."""

    def __init__(self, index: Path, column: str, radius: int = RADIUS, type: str = "pdq") -> None:
        self._path, self._column, self._radius, self._type = os.fspath(index), column, radius, type
        opened(self._path)

    def __call__(self, batch: Any) -> Any:
        """A row for each entry near a hash: the columns of the batch, then ``entry``, ``distance``, ``list`` and ``id``."""
        return hash_matches(batch, self._column, opened(self._path), self._radius, self._type)
