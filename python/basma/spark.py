"""Tables of Spark: hashes to matches, pictures to findings, by ``mapInArrow``.

Each worker process maps the index once, from a path that all hosts share or from ``SparkContext.addFile``. Nothing of it
is in the memory of Python: the pages belong to the system, and the workers of a host share them.

A new generation is renamed over the old file (``Index.build(path=...)`` and ``basma build`` do so). Workers see it with
their next batch, and the job goes on. With ``addFile`` the file is what it was when the job began.

An error (a malformed hash, an index that is gone) fails the task, and after four tries the job, with a sentence. Rows
without a hash are left out. A partition that is much larger than the others is skew of the input: ``repartition`` before.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Iterable, Iterator, Sequence, Union

from basma._columns import hash_matches, media_matches, opened
from basma._hashes import Path
from basma._index import RADIUS
from basma._matcher import Matcher

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_MATCHERS: "dict[tuple[str, ...], Matcher]" = {}


def _local(path: str, shipped: bool) -> str:
    if not shipped:
        return path
    from pyspark import SparkFiles

    return str(SparkFiles.get(os.path.basename(path)))


def _with(df: "DataFrame", fields: "Sequence[tuple[str, str]]") -> str:
    taken = [name for name, _ in fields if name in df.columns]
    if taken:
        raise ValueError(f"the table has columns that the result needs: rename {', '.join(taken)}")
    kept = ", ".join(f"`{field.name}` {field.dataType.simpleString()}" for field in df.schema.fields)
    return kept + "".join(f", `{name}` {kind}" for name, kind in fields)


def match(
    df: "DataFrame", column: str, index: Path, radius: int = RADIUS, *, type: str = "pdq", shipped: bool = False
) -> "DataFrame":
    """A row for each entry of an index near a hash of a column: ``entry``, ``distance``, ``list`` and ``id`` are added.

    The column holds hexadecimal or bytes. ``shipped`` means that the index came by ``addFile``.
    """
    path = os.fspath(index)

    def each(batches: "Iterator[Any]") -> "Iterator[Any]":
        for batch in batches:
            found = hash_matches(batch, column, opened(_local(path, shipped)), radius, type)
            yield from found.combine_chunks().to_batches()

    added = [("entry", "bigint"), ("distance", "int"), ("list", "string"), ("id", "string")]
    return df.mapInArrow(each, _with(df, added))


def match_media(
    df: "DataFrame",
    column: str,
    lists: "Union[Path, Iterable[Path]]",
    *,
    views: str = "standard",
    shipped: bool = False,
) -> "DataFrame":
    """A row for each match of a picture of a column, and one for each picture without a match.

    The column holds the bytes of files, or paths. ``status``, ``problem``, ``list``, ``id``, ``distance`` and ``tier`` are
    added. ``status`` is that of :class:`basma.Found`, so that no picture is lost.
    """
    paths = [os.fspath(lists)] if isinstance(lists, (str, os.PathLike)) else [os.fspath(path) for path in lists]

    def each(batches: "Iterator[Any]") -> "Iterator[Any]":
        local = tuple(_local(path, shipped) for path in paths)
        if local not in _MATCHERS:
            _MATCHERS[local] = Matcher(local)
        for batch in batches:
            yield from media_matches(batch, column, _MATCHERS[local], views).combine_chunks().to_batches()

    added = [("status", "string"), ("problem", "string"), ("list", "string"), ("id", "string")]
    return df.mapInArrow(each, _with(df, [*added, ("distance", "int"), ("tier", "string")]))
