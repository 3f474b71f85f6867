"""Authentic notices: what is genuine is told and is no match, and a forged one on the same template still matches."""

from __future__ import annotations

import pathlib

import pytest

import basma
from test_store import until

PHOTO = "fixtures/dump/chat/IMG-WA0003.jpg"


def off(hash: bytes, bits: int) -> str:
    """A hash that differs in so many bits."""
    value = int.from_bytes(hash, "big") ^ ((1 << bits) - 1)
    return f"{value:064x}"


@pytest.fixture
def store(tmp_path: pathlib.Path) -> basma.Store:
    """A store with a list of forged notices and one of genuine ones."""
    store = basma.Store.init(tmp_path / "store")
    sources = [
        '[[source]]\nlist = "own"\nkind = "local"\npurpose = "a test"\nat_most = "block"\n',
        '[[source]]\nlist = "genuine"\nkind = "local"\npurpose = "a test"\nat_most = "log"\n',
        'suppresses = ["*"]\nauthentic = true\n',
    ]
    pathlib.Path(store.sources_path).write_text("".join(sources))
    assert store.refresh().all.good
    return store


def pdq_of_photo() -> bytes:
    hashes = [hash for hash in basma.hash_file(PHOTO).hashes if hash.type == "pdq"]
    return hashes[0].bytes


@pytest.mark.parametrize("is_genuine", [True, False])
def test_the_nearer_of_two_notices_decides(store: basma.Store, is_genuine: bool) -> None:
    seen = pdq_of_photo()
    lists = ("genuine", "own") if is_genuine else ("own", "genuine")
    store.add(lists[0], off(seen, 0), id="the-one", by="tester")
    store.add(lists[1], off(seen, 14), id="another", by="tester")
    matcher = basma.Matcher(store.path)
    assert until(lambda: bool(matcher.lookup(seen).matches or matcher.lookup(seen).authentic))
    found = matcher.match(PHOTO)
    finding = next(iter(matcher.scan(PHOTO)))
    lookup = matcher.lookup(seen)
    assert found.status == finding.status == ("no_match" if is_genuine else "matched")
    for result in (found, finding, lookup):
        if is_genuine:
            assert [notice.id for notice in result.authentic] == ["the-one"]
            assert result.matches == [] and result.suppressed[0].allowed_by == "genuine"
        else:
            assert [match.id for match in result.matches] == ["the-one"]
            assert result.matches[0].at_most == "block"
            assert result.authentic == [] and result.suppressed == []


def test_where_neither_is_nearer_a_person_compares(store: basma.Store) -> None:
    seen = pdq_of_photo()
    store.add("genuine", off(seen, 0), id="notice", by="tester")
    store.add("own", off(seen, 2), id="forged", by="tester")
    matcher = basma.Matcher(store.path)
    assert until(lambda: bool(matcher.lookup(seen).matches))
    for found in (matcher.match(PHOTO), matcher.lookup(seen)):
        assert [(match.id, match.at_most) for match in found.matches] == [("forged", "review")]
        assert [notice.id for notice in found.authentic] == ["notice"]
