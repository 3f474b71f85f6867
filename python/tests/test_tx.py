"""The extension of threatexchange, against the installed one."""

from __future__ import annotations

import io
import json
import os
import pathlib
import pickle
import random
import subprocess
import sys
import threading

import pytest

pytest.importorskip("threatexchange")

from threatexchange.signal_type.index import IndexMatchUntyped, SignalTypeIndex  # noqa: E402
from threatexchange.signal_type.pdq.pdq_utils import simple_distance  # noqa: E402

import basma  # noqa: E402
import basma.tx as tx  # noqa: E402
from conftest import ROOT  # noqa: E402

RANDOM = random.Random(7)


def hash() -> str:
    return f"{RANDOM.randrange(16**64):064x}"


def near(hash: str, bits: int) -> str:
    changed = int(hash, 16)
    for bit in RANDOM.sample(range(256), bits):
        changed ^= 1 << bit
    return f"{changed:064x}"


def answers(index: "tx.PdqBasmaIndex[object]", query: str) -> "list[tuple[int, object]]":
    return [(match.similarity_info.distance, match.metadata) for match in index.query(query)]


@pytest.mark.parametrize("count", [0, 1, 2, 3, 100, 129, 1000])
@pytest.mark.parametrize("way", ["build", "add", "pickled", "mixed"])
def test_every_entry_is_found_however_it_came(count: int, way: str) -> None:
    entries = [(hash(), number) for number in range(count)]
    if way == "add":
        index = tx.PdqBasmaIndex()
        for entry in entries:
            index.add(*entry)
    elif way == "mixed":
        index = tx.PdqBasmaIndex.build(entries[: count // 2])
        index.add_all(entries[count // 2 :])
    else:
        index = tx.PdqBasmaIndex.build(entries)
    if way == "pickled":
        out = io.BytesIO()
        index.serialize(out)
        # HMA reads by the base class.
        index = SignalTypeIndex.deserialize(io.BytesIO(out.getvalue()))
    assert isinstance(index, tx.PdqBasmaIndex) and len(index) == count
    for known, number in entries:
        assert (0, number) in answers(index, known)
        assert (31, number) in answers(index, near(known, 31))
        assert answers(index, near(known, 32)) == []
    assert answers(index, hash()) == [] and index.query("") == []


def test_payloads_come_back_by_identity_and_distances_are_int() -> None:
    payloads = [object(), {"a": 1}, None, [1], "text"]
    known = hash()
    index = tx.PdqBasmaIndex.build([(known, payload) for payload in payloads])
    found = index.query(near(known, 3))
    assert all(match.metadata is payload for match, payload in zip(found, payloads)) and len(found) == 5
    assert all(type(match) is IndexMatchUntyped for match in found)
    assert {type(match.similarity_info.distance) for match in found} == {int}
    assert found[0].similarity_info.pretty_str() == "3"


def test_duplicates_stay_and_the_nearest_are_first() -> None:
    known = hash()
    index = tx.PdqBasmaIndex()
    for number in range(300):
        index.add(known if number % 2 else near(known, number % 31 + 1), number)
    distances = [distance for distance, _ in answers(index, known)]
    assert distances == sorted(distances) and len(distances) == 300
    again = pickle.loads(pickle.dumps(index, pickle.HIGHEST_PROTOCOL))
    assert answers(again, known) == answers(index, known)


@pytest.mark.parametrize("wrong", ["f0", "g" * 64, " " * 64, "f0" * 33, None, 17, b"f0" * 32, "f0 " * 21 + "f"])
def test_malformed_hashes_change_nothing(wrong: object) -> None:
    index = tx.PdqBasmaIndex.build([(hash(), 1)])
    with pytest.raises(ValueError):
        index.add_all([(hash(), 2), (wrong, 3)])
    assert len(index) == 1 and len(index._hashes) == 1
    with pytest.raises(ValueError):
        index.query(wrong)


def test_answers_equal_those_of_the_reference() -> None:
    faiss = pytest.importorskip("threatexchange.signal_type.pdq.pdq_index2")
    entries = [(hash(), number) for number in range(500)]
    queries = [near(known, RANDOM.randrange(40)) for known, _ in entries[:100]]
    ours, theirs = tx.PdqBasmaIndex.build(entries), faiss.PDQIndex2(entries=entries)
    for query in queries:
        expected = sorted((int(m.similarity_info.distance), m.metadata) for m in theirs.query(query))
        assert sorted(answers(ours, query)) == expected
        assert all(simple_distance(query, entries[number][0]) == distance for distance, number in answers(ours, query))


@pytest.mark.parametrize("threshold", [0, 10, 31, 50, 256])
def test_a_threshold_of_its_own_counts_and_travels(threshold: int) -> None:
    known = hash()
    index = tx.PdqBasmaIndex([(known, 1)], threshold=threshold)
    for each in (index, pickle.loads(pickle.dumps(index, pickle.HIGHEST_PROTOCOL))):
        assert each.threshold == threshold
        for distance in (0, 10, 11, 31, 32, 50, 51, 256):
            expected = [(distance, 1)] if distance <= threshold else []
            assert answers(each, near(known, distance)) == expected


@pytest.mark.parametrize("threshold", [-1, 257, 2**40])
def test_a_threshold_is_a_number_of_bits(threshold: int) -> None:
    with pytest.raises(ValueError):
        tx.PdqBasmaIndex(threshold=threshold)


def test_an_interrupted_addition_of_clips_leaves_none_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    listed = [hash() for _ in range(4)]
    index = tx.VpdqBasmaIndex.build([(vpdq(*listed[:2]), "first")])
    with monkeypatch.context() as patched:
        patched.setattr(tx._growing.GrowingIndex, "add", interrupted)
        with pytest.raises(KeyboardInterrupt):
            index.add(vpdq(hash()), "lost")
    index.add(vpdq(*listed[2:]), "second")
    assert len(index) == 2
    assert [match.metadata for match in index.query(vpdq(*listed[2:]))] == ["second"]


def interrupted(*_: object) -> int:
    raise KeyboardInterrupt


def test_one_thread_adds_while_others_ask() -> None:
    entries = [(hash(), number) for number in range(600)]
    index, failed, over = tx.PdqBasmaIndex.build(entries[:10]), [], threading.Event()

    def ask() -> None:
        while not over.is_set():
            for known, number in entries[:10]:
                if (0, number) not in answers(index, known):
                    failed.append(number)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for entry in entries[10:]:
        index.add(*entry)
    over.set()
    for thread in threads:
        thread.join()
    assert failed == [] and len(index) == 600


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_forked_process_asks_and_adds() -> None:
    from test_processes import in_child

    entries = [(hash(), number) for number in range(300)]
    index = tx.PdqBasmaIndex.build(entries)

    def work() -> int:
        for number in range(300, 600):
            index.add(entries[0][0], number)
        return len(index.query(entries[0][0]))

    assert in_child(work) == 301


def test_signal_types_are_complete() -> None:
    for signal in (*tx.TX_MANIFEST.signal_types, tx.PdqSignal):
        assert signal.get_name() in ("pdq_basma", "vpdq_basma", "pdq")
        for example in signal.get_examples():
            assert signal.validate_signal_str(example) == example
            assert signal.compare_hash(example, example).match
        for wrong in ("", "f0", "F" * 64 + "x", "[]", "[1]", '["f0,1,2"]'):
            with pytest.raises(ValueError):
                signal.validate_signal_str(wrong)
    random = tx.PdqBasmaSignal.get_random_signal()
    assert not tx.PdqBasmaSignal.compare_hash(random, near(random, 60)).match


def test_a_picture_has_the_hash_of_the_package() -> None:
    photo = ROOT / "fixtures/dump/chat/IMG-WA0003.jpg"
    expected = basma.hash_file(photo).hex
    assert tx.PdqSignal.hash_from_file(photo) == tx.PdqSignal.hash_from_bytes(photo.read_bytes()) == expected
    with pytest.raises(basma.MediaError):
        tx.PdqSignal.hash_from_bytes(b"no picture")


def test_a_picture_that_ends_early_is_no_flat_picture() -> None:
    photo = (ROOT / "fixtures/dump/chat/IMG-WA0003.jpg").read_bytes()
    assert tx.PdqSignal.hash_from_bytes(photo[: len(photo) * 9 // 10]) != ""
    start = photo[: len(photo) // 10]
    assert basma.hash_bytes(start).quality < tx.PdqSignal.QUALITY_THRESHOLD
    with pytest.raises(basma.BasmaError, match="ends before"):
        tx.PdqSignal.hash_from_bytes(start)


def vpdq(*hashes: str, quality: int = 100) -> str:
    return json.dumps([f"{hash},{quality},{second}.000" for second, hash in enumerate(hashes)])


def test_clips_match_where_most_of_the_query_is_listed() -> None:
    frames = [hash() for _ in range(10)]
    index = tx.VpdqBasmaIndex.build([(vpdq(*frames), "clip"), (vpdq(*[hash() for _ in range(5)]), "other")])
    eight = vpdq(*[near(frame, 20) for frame in frames[:8]], hash(), hash())
    seven = vpdq(*[near(frame, 20) for frame in frames[:7]], hash(), hash(), hash())
    again = pickle.loads(pickle.dumps(index))
    for each in (index, again):
        found = each.query(eight)
        assert [match.metadata for match in found] == ["clip"]
        assert found[0].similarity_info.pretty_str() == "80%[80%]"
        assert each.query(seven) == []
        assert [match.metadata for match in each.query(vpdq(frames[0]))] == ["clip"]
        assert each.query(vpdq(frames[0], quality=49)) == []
    with pytest.raises(ValueError):
        index.add(vpdq(frames[0], quality=49), "flat")
    assert len(index) == 2


def run_tx(folder: pathlib.Path, *arguments: str) -> str:
    program = "import sys, threatexchange.cli.main as tx; sys.exit(tx.main())"
    home = {**os.environ, "HOME": str(folder)}
    ended = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, env=home, timeout=300
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def test_the_real_tx_matches_and_lists(tmp_path: pathlib.Path) -> None:
    photo = ROOT / "fixtures/dump/chat/IMG-WA0003.jpg"
    listed = tmp_path / "own.txt"
    listed.write_text(f"pdq_basma {near(basma.hash_file(photo).hex, 10)}\npdq_basma {hash()}\n")
    run_tx(tmp_path, "config", "extensions", "add", "basma.tx")
    run_tx(tmp_path, "config", "collab", "edit", "local_file", "--create", "own", "--filename", str(listed))
    run_tx(tmp_path, "fetch")
    assert "pdq_basma" in run_tx(tmp_path, "dataset")
    found = run_tx(tmp_path, "match", "photo", str(photo))
    assert "pdq_basma" in found and "10" in found and "own" in found
    other = ROOT / "fixtures/dump/camera"
    pictures = sorted(other.glob("*.jpg"))[:1] if other.exists() else []
    for picture in pictures:
        run_tx(tmp_path, "match", "photo", str(picture))
