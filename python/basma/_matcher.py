"""Lists and files to what matches."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from typing import Any, Dict, Iterable, Iterator, List, Mapping, Optional, Union

from basma import _basma
from basma._errors import ArgumentError
from basma._findings import Conditions, Finding, Lookup, Match, Summary
from basma._hashes import INSTALLED, Fingerprint, Path, as_bytes, as_pixels, fingerprint_of, names, program


@dataclass
class Found:
    """What one file or picture matches."""

    #: What was hashed. Where ``fingerprint.problem`` is set, not all of the file was looked up.
    fingerprint: Fingerprint
    #: The matches, nearest first.
    matches: List[Match] = field(default_factory=list)
    #: What would match but for negative entries of the same list, or for a list of what is allowed.
    suppressed: List[Match] = field(default_factory=list)
    #: Listed clips with too little evidence for a match.
    weak: List[Match] = field(default_factory=list)
    #: The authentic notices that it shows.
    authentic: List[Match] = field(default_factory=list)
    #: The number of listed hashes within the radius beyond the limit on matches.
    more: int = 0
    #: The cluster, if anything matches: one decision.
    cluster: Optional[str] = None
    #: Below this quality a hash is worth nothing.
    min_quality: int = 50

    @property
    def status(self) -> str:
        """What is known now.

        ``matched``; ``failed``, where no hash could be made to be looked up; ``partial``, where some could; ``low_quality``,
        where all are of too flat a picture; else ``no_match``.
        """
        if self.matches:
            return "matched"
        qualities = [hash.quality for hash in self.fingerprint.hashes if hash.quality is not None]
        if self.fingerprint.problem is not None:
            return "partial" if qualities else "failed"
        if qualities and max(qualities) < self.min_quality:
            return "low_quality"
        return "no_match"


_KINDS = ("matches", "suppressed", "weak", "authentic")


def _found(text: str, min_quality: int) -> Found:
    fields = json.loads(text)
    matches = {key: [Match.from_dict(match) for match in fields[key]] for key in _KINDS}
    fingerprint = fingerprint_of(fields["fingerprint"])
    return Found(fingerprint, more=fields["more"], cluster=fields["cluster"], min_quality=min_quality, **matches)


class Scan(Iterator[Finding]):
    """A scan that runs: its findings in the order of the walk, then ``summary``.

    It works ahead on threads of its own. Leaving it early ends it.
    """

    def __init__(self, _findings: "_basma.Findings") -> None:
        self._findings = _findings

    def __iter__(self) -> "Scan":
        return self

    def __next__(self) -> Finding:
        line = next(self._findings)
        return Finding.from_json(line)

    @property
    def summary(self) -> Optional[Summary]:
        """The counts, once the last finding was taken; ``None`` before."""
        line = self._findings.summary
        return None if line is None else Summary.from_dict(json.loads(line)["summary"])

    def cancel(self) -> None:
        """Ends the scan early. What is ready can still be taken, and the summary says ``interrupted``."""
        self._findings.cancel()

    def __enter__(self) -> "Scan":
        return self

    def __exit__(self, *_: object) -> None:
        self.cancel()


def merge(summaries: Iterable[Summary]) -> Summary:
    """The summary of a whole scan, of those of all its shards: proof that no file was left out.

    >>> import basma
    >>> matcher, summaries = basma.Matcher("hashsets/demo.csv"), []
    >>> for shard in ("0/2", "1/2"):
    ...     scan = matcher.scan("fixtures/dump", shard=shard)
    ...     findings = list(scan)
    ...     summaries.append(scan.summary)
    >>> basma.merge(summaries).discovered
    31

    Raises ``ArgumentError`` where a shard is missing, was interrupted, or saw other files than the others.
    """
    return Summary.from_json(_basma.merge_summaries([summary.to_json() for summary in summaries]))


class Matcher:
    """Lists, indexes and stores, open for lookups.

    A store is followed: a new generation, and what is added or withdrawn, counts within a second.

    >>> import basma
    >>> matcher = basma.Matcher("hashsets/demo.csv")
    >>> [match.id for match in matcher.match("fixtures/dump/chat/IMG-WA0003.jpg").matches]
    ['figure-1']
    >>> matcher.lookup("19c67389c67ccda632d9d99bc71e0c6438e76193ce4a2619f9e62596c659d261").matches[0].distance <= 31
    True
    """

    def __init__(
        self,
        lists: "Union[Path, Iterable[Path]]",
        *,
        radius: "Union[None, int, Mapping[str, int]]" = None,
        min_quality: Optional[int] = None,
        limit: Optional[int] = None,
        tiers: Optional[Iterable[str]] = None,
        at: Optional[int] = None,
        shared_store: bool = False,
    ) -> None:
        """Opens one or several lists, each a text list, a compiled index or a store.

        ``radius`` is that of PDQ, or a number by type. ``at`` is the time at which entries count, in seconds since 1970.
        """
        paths = [lists] if isinstance(lists, (str, os.PathLike)) else list(lists)
        if not paths:
            raise ArgumentError("a matcher needs a list: a text list, an index or a store", "argument")
        radii: Dict[str, int] = {} if radius is None else {"pdq": radius} if isinstance(radius, int) else dict(radius)
        self._lists = paths
        self._settings = (list(radii.items()), min_quality, limit, None if tiers is None else list(tiers), at, shared_store)
        self._opened = self._open()
        self._min_quality = self.conditions.min_quality

    def _open(self) -> "tuple[int, _basma.Matcher]":
        return os.getpid(), _basma.Matcher(self._lists, *self._settings)

    @property
    def _matcher(self) -> "_basma.Matcher":
        process, matcher = self._opened
        # A forked process has no thread that follows the stores of its parent.
        if process != os.getpid() and matcher.generations:
            self._opened = self._open()
        return self._opened[1]

    @property
    def hash_types(self) -> "list[str]":
        """The types of hash that the lists hold."""
        return self._matcher.hash_types

    @property
    def conditions(self) -> Conditions:
        """The lists and the rules, as the summary of a scan states them."""
        return Conditions.from_json(self._matcher.conditions)

    @property
    def generations(self) -> "dict[str, int]":
        """The stores, each with the generation that is looked into."""
        return {os.fspath(path): generation for path, generation in self._matcher.generations}

    def match(
        self,
        media: Any,
        *,
        views: str = "standard",
        exact: bool = False,
        sampling: str = "keyframes",
        ffmpeg: Optional[Path] = INSTALLED,
    ) -> Found:
        """What a file matches: a path, the bytes of a file, an image of PIL or an array.

        What is in an archive, or in another file, only :meth:`scan` finds.
        """
        if isinstance(media, (str, os.PathLike)):
            found = self._matcher.match_file(media, views, exact, sampling, program(ffmpeg))
        elif isinstance(media, (bytes, bytearray, memoryview)):
            found = self._matcher.match_bytes(as_bytes(media), views, exact, sampling, program(ffmpeg))
        else:
            found = self._matcher.match_pixels(as_pixels(media), views)
        return _found(found, self._min_quality)

    def lookup(self, hash: Any, *, type: str = "pdq") -> Lookup:
        """What one hash matches: hexadecimal, bytes, a :class:`Hash` or a :class:`Fingerprint`."""
        return self.lookup_batch([hash], type=type)[0]

    def lookup_batch(self, hashes: Any, *, type: str = "pdq") -> "list[Lookup]":
        """:meth:`lookup` of many hashes: a list, an array ``uint8[n, 32]`` or a column of Arrow."""
        if isinstance(hashes, (list, tuple)):
            hashes = [getattr(hash, "hex", hash) if not isinstance(hash, (str, bytes)) else hash for hash in hashes]
        return [Lookup.from_json(line) for line in self._matcher.lookup(hashes, type)]

    def scan(
        self,
        paths: "Union[Path, Iterable[Path]]",
        *,
        types: "Union[None, str, Iterable[str]]" = None,
        views: str = "standard",
        exact: bool = False,
        sampling: str = "keyframes",
        ffmpeg: Optional[Path] = INSTALLED,
        jobs: Optional[int] = None,
        archives: bool = True,
        shard: Optional[str] = None,
    ) -> Scan:
        """Scans files and folders, archives included: a finding for every file.

        ``shard`` is one of several scans that share the files: ``"0/8"`` to ``"7/8"``. :func:`merge` joins their summaries.

        >>> import basma
        >>> scan = basma.Matcher("hashsets/demo.csv").scan("fixtures/dump")
        >>> sum(finding.status == "matched" for finding in scan) == scan.summary.matched
        True
        """
        roots = [paths] if isinstance(paths, (str, os.PathLike)) else list(paths)
        wanted = None if types is None else names(types)
        return Scan(self._matcher.scan(roots, views, exact, sampling, program(ffmpeg), jobs, archives, wanted, shard))

    def __reduce__(self) -> "tuple[Any, ...]":
        radii, *others = self._settings
        return (_opened, ([os.path.abspath(path) for path in self._lists], dict(radii), *others))


def _opened(lists: Any, radius: Any, min_quality: Any, limit: Any, tiers: Any, at: Any, shared_store: Any) -> Matcher:
    return Matcher(
        lists, radius=radius, min_quality=min_quality, limit=limit, tiers=tiers, at=at, shared_store=shared_store
    )
