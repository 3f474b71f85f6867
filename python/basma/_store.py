"""Stores: lists that live."""

from __future__ import annotations

import getpass
import json
import os
import warnings
from dataclasses import dataclass
from typing import Any, Iterable, List, Optional, Union

from basma import _basma
from basma._errors import ArgumentError
from basma._findings import ListState, Refreshed, RefreshedList, StoreState
from basma._hashes import Fingerprint, Hash, Path


@dataclass
class Status:
    """How a store and each of its lists is."""

    store: StoreState
    lists: List[ListState]


@dataclass
class Refresh:
    """What became of a refresh, and of each list."""

    all: Refreshed
    lists: List[RefreshedList]


class Store:
    """A folder of lists, refreshed from their sources, added to and withdrawn from at once.

    A :class:`Matcher` of its path, in any process, sees each change within a second.
    """

    def __init__(self, path: Path, *, shared: bool = False) -> None:
        """Opens a store. One that others can read or write is refused unless it is ``shared``."""
        self._store = _basma.Store.open(path, shared)

    @classmethod
    def init(cls, path: Path) -> "Store":
        """Makes a store in a new folder, with a file of sources to be filled in."""
        _basma.Store.init(path)
        return cls(path)

    @property
    def path(self) -> str:
        """Its folder."""
        return os.fspath(self._store.path)

    @property
    def sources_path(self) -> str:
        """The file that says which lists it has, and where they come from."""
        return os.fspath(self._store.sources_path)

    @property
    def generation(self) -> Optional[int]:
        """The generation in force, if there is one yet."""
        return self._store.generation

    def add(
        self,
        list: str,
        hash: "Union[str, bytes, Hash, Fingerprint]",
        *,
        id: Optional[str] = None,
        labels: Iterable[str] = (),
        type: str = "pdq",
        reason: str = "",
        by: Optional[str] = None,
    ) -> None:
        """Adds an entry by hand: it counts at once, and outlasts every refresh.

        A fingerprint adds all its hashes that are of files and pictures as they are.
        """
        entries = [(value, kind, id, sorted(set(labels))) for value, kind in _hashes(hash, type)]
        _warn(self._store.add(list, entries, reason, by or _operator()))

    def revoke(
        self,
        list: str,
        hash: "Union[None, str, bytes, Hash, Fingerprint]" = None,
        *,
        id: Optional[str] = None,
        type: str = "pdq",
        reason: str,
        by: Optional[str] = None,
        lift: bool = False,
    ) -> int:
        """Withdraws a hash, an item, or one hash of one item, at once; how many entries that is.

        ``lift`` takes a withdrawal back. What matches 0 entries is withdrawn in advance.
        """
        targets: List[Any] = [(value, id) for value in _hashes(hash, type)] if hash is not None else [(None, id)]
        counts, failed = self._store.revoke(list, targets, reason, by or _operator(), lift)
        _warn(failed)
        return sum(counts)

    def status(self) -> Status:
        """How the store and each of its lists is."""
        *lists, store = self._store.status()
        return Status(StoreState.from_dict(json.loads(store)["summary"]), [ListState.from_json(line) for line in lists])

    def refresh(
        self,
        only: Iterable[str] = (),
        *,
        dry_run: bool = False,
        overrides: Iterable[str] = (),
        reason: Optional[str] = None,
        by: Optional[str] = None,
    ) -> Refresh:
        """Fetches the lists from their sources and publishes one complete generation, or changes nothing.

        A list that fails or that a guard holds back is no exception: it keeps what it has, and ``lists`` says so.
        """
        lines = self._store.refresh(list(only), by or _operator(), dry_run, list(overrides), reason)
        *lists, all = lines
        return Refresh(Refreshed.from_dict(json.loads(all)["summary"]), [RefreshedList.from_json(line) for line in lists])


def _hashes(hash: Any, type: str) -> "list[tuple[Any, str]]":
    if isinstance(hash, Hash):
        return [(hash.hex, hash.type)]
    if isinstance(hash, Fingerprint):
        plain = [each for each in hash.hashes if each.view in (None, "original") and each.frame == 0 and each.track == 1]
        if not plain:
            raise ArgumentError("the fingerprint has no hash to be listed", "argument")
        return [(each.hex, each.type) for each in dict.fromkeys(plain)]
    return [(hash, type)]


def _operator() -> str:
    """Who decides, for the audit."""
    named = os.environ.get("BASMA_OPERATOR", "").strip()
    if named:
        return named
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return "unknown"


def _warn(failed: "list[str]") -> None:
    for text in failed:
        warnings.warn(text, RuntimeWarning, stacklevel=3)
