"""Lists that live."""

from __future__ import annotations

import json
import os
import threading
import time
from typing import Callable

import pytest

import basma
from test_processes import in_child

HASHES = [f"{n:x}" * 64 for n in range(1, 9)]


@pytest.fixture
def store(tmp_path) -> basma.Store:
    """A store of one list of four hashes."""
    lists = tmp_path / "own.csv"
    lists.write_text("id,type,hash\n" + "".join(f"case-{n},pdq,{hash}\n" for n, hash in enumerate(HASHES[:4])))
    store = basma.Store.init(tmp_path / "store")
    with open(store.sources_path, "w") as sources:
        sources.write('[[source]]\nlist = "own"\nkind = "snapshot"\npurpose = "a test"\nat_most = "review"\n')
        sources.write(f"from = {{ file = {{ path = {json.dumps(str(lists))}, settle_seconds = 0 }} }}\n")
    return store


def until(condition: "Callable[[], bool]") -> bool:
    """Whether it comes true; a matcher follows its store by a thread of its own."""
    deadline = time.monotonic() + 60
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def ids(matcher: basma.Matcher) -> "list[str]":
    found = matcher.lookup_batch(HASHES)
    return sorted(match.id or "" for each in found for match in each.matches if match.distance == 0)


def test_a_store_lives(store: basma.Store) -> None:
    assert store.generation is None
    refreshed = store.refresh()
    assert refreshed.all.good and refreshed.all.published and refreshed.lists[0].after == 4
    assert store.generation == refreshed.all.generation == 1
    matcher = basma.Matcher(store.path)
    assert ids(matcher) == ["case-0", "case-1", "case-2", "case-3"]
    # What is added and withdrawn counts for a matcher that is open.
    store.add("own", HASHES[5], id="case-5", labels=["b", "a"], by="tester")
    assert until(lambda: "case-5" in ids(matcher))
    assert store.revoke("own", HASHES[0], reason="an error", by="tester") == 1
    assert store.revoke("own", id="case-1", reason="an error") == 1
    assert until(lambda: ids(matcher) == ["case-2", "case-3", "case-5"])
    store.revoke("own", HASHES[0], reason="it was right", lift=True)
    assert until(lambda: ids(matcher) == ["case-0", "case-2", "case-3", "case-5"])
    status = store.status()
    assert status.store.generation == 1 and status.lists[0].added == 1
    assert matcher.generations == {store.path: 1}


def test_a_fingerprint_is_added(store: basma.Store) -> None:
    store.refresh()
    photo = "fixtures/dump/chat/IMG-WA0003.jpg"
    store.add("own", basma.hash_file(photo), id="photo")
    assert basma.Matcher(store.path).match(photo).matches[0].id == "photo"


def test_what_a_store_refuses(store: basma.Store, tmp_path) -> None:
    with pytest.raises(basma.BasmaError):
        basma.Store(tmp_path / "nowhere")
    with pytest.raises(basma.BasmaError):
        basma.Store.init(tmp_path)
    store.refresh()
    with pytest.raises(ValueError):
        store.add("other", HASHES[0])
    with pytest.raises(ValueError):
        store.add("own", "f0")
    with pytest.raises(ValueError):
        store.revoke("own", reason="nothing is meant")
    with pytest.raises(ValueError):
        store.revoke("own", HASHES[0], reason=" ")
    with pytest.raises(ValueError):
        store.refresh(overrides=["everything"])


def test_lookups_go_on_while_a_store_is_refreshed(store: basma.Store, tmp_path) -> None:
    store.refresh()
    matcher, failed, over = basma.Matcher(store.path), [], threading.Event()

    def look_up() -> None:
        while not over.is_set():
            try:
                if "case-2" not in ids(matcher):
                    failed.append("a generation was not whole")
            except basma.BasmaError as error:
                failed.append(repr(error))

    thread = threading.Thread(target=look_up)
    thread.start()
    for n in range(4, 8):
        with open(tmp_path / "own.csv", "a") as lines:
            lines.write(f"case-{n},pdq,{HASHES[n]}\n")
        assert store.refresh(overrides=["growth"], reason="a test").all.published
    over.set()
    thread.join()
    assert failed == [] and until(lambda: len(ids(matcher)) == 8)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_forked_process_follows_the_store_by_itself(store: basma.Store) -> None:
    store.refresh()
    matcher = basma.Matcher(store.path)
    assert len(ids(matcher)) == 4

    def work() -> bool:
        store.revoke("own", id="case-1", reason="an error")
        return until(lambda: ids(matcher) == ["case-0", "case-2", "case-3"])

    assert in_child(work) is True
