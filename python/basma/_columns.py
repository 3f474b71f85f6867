"""Batches of Arrow in, rows of what was found out: what Spark and Ray have in common."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Dict, List, Optional, Tuple, Union

from basma._errors import ArgumentError, BasmaError
from basma._index import RADIUS, Index
from basma._matcher import Matcher

if TYPE_CHECKING:
    import pyarrow as pa

#: The files of this process, each with what tells a new generation of it. A worker that is used again opens nothing.
_OPENED: Dict[str, Tuple[Tuple[int, int, int], Index]] = {}


def opened(path: str) -> Index:
    """The index at a path, mapped once in a process, and again when another file was renamed over it."""
    state = os.stat(path)
    mark = (state.st_ino, state.st_size, state.st_mtime_ns)
    known = _OPENED.get(path)
    if known is None or known[0] != mark:
        known = (mark, Index.open(path))
        _OPENED[path] = known
    return known[1]


def column_of(batch: "Union[pa.RecordBatch, pa.Table]", name: str) -> Any:
    """A column by its name."""
    place = batch.schema.get_field_index(name)
    if place < 0:
        raise ArgumentError(f"there is no column {name!r}: there are {batch.schema.names}", "argument")
    return batch.column(place)


def hash_matches(
    batch: "Union[pa.RecordBatch, pa.Table]", column: str, index: Index, radius: int = RADIUS, type: str = "pdq"
) -> "pa.Table":
    """A row for each entry near a hash of a column: the columns of the batch, then ``entry``, ``distance``, ``list``, ``id``."""
    import pyarrow as pa

    hashes = column_of(batch, column)
    places: Optional[Any] = None
    if hashes.null_count:
        places = pa.array([place for place, valid in enumerate(hashes.is_valid().to_pylist()) if valid], pa.int64())
        hashes = hashes.take(places)
    found = pa.table(index.lookup_table(hashes, radius, type=type))
    rows = found["query"]
    if places is not None:
        rows = places.take(rows.combine_chunks())
    taken = pa.table(batch).take(rows) if not isinstance(batch, pa.RecordBatch) else pa.Table.from_batches([batch]).take(rows)
    lists = found["list"].cast(pa.string())
    for name, values in (("entry", found["entry"]), ("distance", found["distance"]), ("list", lists), ("id", found["id"])):
        taken = taken.append_column(pa.field(name, values.type, True), values)
    return taken


#: What :func:`media_matches` adds to the columns of a batch.
MEDIA_COLUMNS = ("status", "problem", "list", "id", "distance", "tier")


def media_matches(
    batch: "Union[pa.RecordBatch, pa.Table]", column: str, matcher: Matcher, views: str = "standard"
) -> "pa.Table":
    """A row for each match of a picture, and one for each picture without a match.

    Pictures are the bytes of files, or paths. No row is lost: ``status`` is that of :class:`basma.Found`, and of a picture
    that could not be looked at, ``failed``, ``problem`` says why.
    """
    import pyarrow as pa

    rows: List[int] = []
    added: Dict[str, List[Any]] = {name: [] for name in MEDIA_COLUMNS}

    def say(row: int, status: str, problem: Optional[str] = None, match: Any = None) -> None:
        rows.append(row)
        values = (status, problem, match and match.list, match and match.id, match and match.distance, match and match.tier)
        for name, value in zip(MEDIA_COLUMNS, values):
            added[name].append(value)

    for row, media in enumerate(column_of(batch, column)):
        try:
            found = matcher.match(media.as_py(), views=views)
        except (BasmaError, OSError) as error:
            say(row, "failed", str(error))
            continue
        problem = None if found.fingerprint.problem is None else str(found.fingerprint.problem)
        for match in found.matches:
            say(row, "matched", problem, match)
        if not found.matches:
            say(row, found.status, problem)
    taken = pa.Table.from_batches([batch]) if isinstance(batch, pa.RecordBatch) else batch
    taken = taken.take(pa.array(rows, pa.int64()))
    for name in MEDIA_COLUMNS:
        taken = taken.append_column(name, pa.array(added[name], pa.int32() if name == "distance" else pa.string()))
    return taken
