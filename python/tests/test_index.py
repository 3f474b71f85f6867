"""Hashes in, hashes near them out."""

from __future__ import annotations

import pickle
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import basma


def near(known: np.ndarray, queries: np.ndarray, radius: int) -> "list[tuple[int, int, int]]":
    """What comparing with every hash finds."""
    bits = np.unpackbits(known[None, :, :] ^ queries[:, None, :], axis=2).sum(axis=2)
    places = np.argwhere(bits <= radius)
    return sorted((int(query), int(bits[query, entry]), int(entry)) for query, entry in places)


def rows(hits: basma.Hits) -> "list[tuple[int, int, int]]":
    return sorted(zip(hits.query.tolist(), hits.distance.tolist(), hits.entry.tolist()))


def changed(hashes: np.ndarray, bits: int, seed: int = 2) -> np.ndarray:
    flipped = np.unpackbits(hashes, axis=1)
    random = np.random.default_rng(seed)
    for row in flipped:
        row[random.choice(256, bits, replace=False)] ^= 1
    return np.packbits(flipped, axis=1)


@pytest.mark.parametrize("structure", ["auto", "exhaustive", "mih", "bk-tree"])
@pytest.mark.parametrize("radius", [0, 12, 31, 100, 256])
def test_answers_equal_those_of_comparing_with_every_hash(known: np.ndarray, structure: str, radius: int) -> None:
    known = np.concatenate([known[:200], known[:5], known[:5]])
    index = basma.Index.build(known, structure=structure)
    queries = np.concatenate([changed(known[:20], 11), changed(known[:20], 32), known[200:205]])
    found = index.lookup_batch(queries, radius)
    assert rows(found) == near(known, queries, radius)
    assert found.query.dtype == found.entry.dtype == np.int64 and found.distance.dtype == np.int32
    for place, query in enumerate(queries[:3]):
        one = index.lookup(query.tobytes(), radius)
        assert [hit.distance for hit in one] == sorted(hit.distance for hit in one)
        assert sorted((hit.distance, hit.entry) for hit in one) == sorted(
            (distance, entry) for row, distance, entry in rows(found) if row == place
        )


def test_each_form_of_hashes_has_the_same_answers(known: np.ndarray) -> None:
    arrow = pytest.importorskip("pyarrow")
    index, queries = basma.Index.build(known), changed(known[:50], 9)
    expected = rows(index.lookup_batch(queries))
    raw = [row.tobytes() for row in queries]
    fixed = arrow.array(raw, arrow.binary(32))
    spread = np.zeros((50, 64), dtype=np.uint8)[:, ::2]
    spread[:] = queries
    locked = queries.copy()
    locked.flags.writeable = False
    forms = [
        raw,
        tuple(raw),
        (each for each in raw),
        [each.hex() for each in raw],
        [each.hex().upper() for each in raw],
        spread,
        locked,
        np.asfortranarray(queries),
        fixed,
        arrow.chunked_array([fixed[:7], fixed[7:7], fixed[7:]]),
        arrow.array(raw, arrow.binary()),
        arrow.array(raw, arrow.large_binary()),
        arrow.array(raw, arrow.binary_view()),
        arrow.array([each.hex() for each in raw]),
        arrow.array([each.hex() for each in raw], arrow.large_string()),
        arrow.array([each.hex() for each in raw], arrow.string_view()),
    ]
    for form in forms:
        assert rows(index.lookup_batch(form)) == expected
    assert rows(index.lookup_batch(fixed[20:30])) == near(known, queries[20:30], 31)
    assert rows(basma.Index.build(arrow.array([row.tobytes() for row in known], arrow.binary(32))).lookup_batch(raw)) == expected


@pytest.mark.parametrize(
    "wrong",
    [
        np.zeros((4, 32), dtype=np.int8),
        np.zeros((4, 4), dtype=">u8"),
        np.zeros((4, 31), dtype=np.uint8),
        np.zeros((4, 33), dtype=np.uint8),
        np.zeros((4, 32), dtype=np.float32),
        np.full((4, 32), np.nan),
        np.zeros(32, dtype=np.uint8),
        np.zeros((1, 2, 32), dtype=np.uint8),
        np.array(["f0" * 32], dtype=object),
        np.ma.masked_array(np.zeros((4, 32), dtype=np.uint8), mask=True),
        "f0" * 32,
        b"\xf0" * 32,
        None,
        17,
        [None],
        [17],
        ["f0" * 31 + "f"],
        ["f0" * 31],
        ["g0" * 32],
        [""],
        [b"\xf0" * 31],
        ["f0" * 32, None],
    ],
)
def test_what_is_no_hash_is_refused(known: np.ndarray, wrong: object) -> None:
    index = basma.Index.build(known)
    for call in (index.lookup_batch, index.lookup_table, basma.Index.build):
        with pytest.raises(ValueError) as refused:
            call(wrong)
        assert isinstance(refused.value, basma.BasmaError)


def test_columns_that_are_no_hashes_are_refused(known: np.ndarray) -> None:
    arrow = pytest.importorskip("pyarrow")
    index = basma.Index.build(known)
    for wrong in (
        arrow.array([b"\xf0" * 32, None], arrow.binary(32)),
        arrow.array([b"\xf0" * 31], arrow.binary(31)),
        arrow.array([b"\xf0" * 31], arrow.binary()),
        arrow.array([1, 2]),
        arrow.array(["f0"]),
        arrow.table({"hash": arrow.array([b"\xf0" * 32], arrow.binary(32))}),
    ):
        with pytest.raises(ValueError):
            index.lookup_batch(wrong)


@pytest.mark.parametrize("wrong", [None, 17, "f0", "f0" * 33, b"", "g" * 64, ["f0" * 32], np.ma.masked_array([0] * 32, True, np.uint8)])
def test_what_is_not_one_hash_is_refused(known: np.ndarray, wrong: object) -> None:
    with pytest.raises(ValueError):
        basma.Index.build(known).lookup(wrong)


@pytest.mark.parametrize("radius", [-1, 2**40])
def test_a_radius_is_a_number_of_bits(known: np.ndarray, radius: int) -> None:
    with pytest.raises(ValueError):
        basma.Index.build(known).lookup_batch(known, radius)


def test_nothing_at_all_is_an_answer(known: np.ndarray) -> None:
    arrow = pytest.importorskip("pyarrow")
    for nothing in ([], np.zeros((0, 32), dtype=np.uint8), np.zeros(0, dtype=np.uint8), arrow.array([], arrow.binary(32))):
        found = basma.Index.build(known).lookup_batch(nothing)
        assert [len(column) for column in found] == [0, 0, 0]
        empty = basma.Index.build(nothing)
        assert len(empty) == 0 and empty.lookup("f0" * 32) == []
        assert len(pickle.loads(pickle.dumps(empty))) == 0
        assert len(empty.lookup_table(known)) == 0


def test_equal_hashes_are_entries_of_their_own() -> None:
    index = basma.Index.build(["f0" * 32] * 500, ids=["same"] * 500)
    assert len(index) == 500
    assert sorted(hit.entry for hit in index.lookup("f0" * 32)) == list(range(500))
    assert index.entry(499).id == "same"


def test_entries_say_what_was_given(known: np.ndarray) -> None:
    ids = [f"case-{n}" if n % 3 else None for n in range(1000)]
    index = basma.Index.build(known, ids=ids, name="demo")
    for number in (0, 1, 17, 999):
        entry = index.entry(number)
        assert (entry.id, entry.list, entry.hash) == (ids[number], "demo", known[number].tobytes().hex())
    for wrong in (-1, 1000, 2**40):
        with pytest.raises(basma.ArgumentError):
            index.entry(wrong)
    with pytest.raises(basma.ArgumentError):
        basma.Index.build(known, ids=["too few"])
    assert (index.hashes() == known).all()


def test_a_table_goes_out_without_a_copy(known: np.ndarray) -> None:
    arrow = pytest.importorskip("pyarrow")
    index = basma.Index.build(known, ids=[str(n) for n in range(1000)])
    table = index.lookup_table(known[:100])
    first, second = arrow.table(table), arrow.table(table)
    places = [each["entry"].chunk(0).buffers()[1].address for each in (first, second)]
    assert places[0] == places[1]
    assert first["id"].to_pylist() == [str(n) for n in range(100)] and first["list"][0].as_py() == "array"
    del table, index
    assert first["entry"].to_pylist() == list(range(100))
    assert arrow.record_batch(basma.Index.build(known).lookup_table(known[:3])).num_rows == 3


def test_duckdb_and_polars_read_a_table(known: np.ndarray) -> None:
    duckdb, polars = pytest.importorskip("duckdb"), pytest.importorskip("polars")
    pytest.importorskip("pyarrow")
    index = basma.Index.build(known)
    found = table = index.lookup_table(known[:10])
    assert duckdb.sql("select count(*), max(distance) from found").fetchall() == [(10, 0)]
    assert polars.DataFrame(table)["entry"].to_list() == list(range(10))
    frame = polars.DataFrame({"hash": [row.tobytes() for row in known[:10]]})
    assert len(index.lookup_table(frame["hash"])) == 10
    column = duckdb.sql("select unhex(repeat('f0', 32)) as hash").arrow().read_all()["hash"]
    assert len(index.lookup_batch(column).query) == 0


def test_a_file_is_mapped_and_answers_as_memory_does(known: np.ndarray, tmp_path) -> None:
    path = tmp_path / "known.basma"
    built = basma.Index.build(known, path=path)
    opened = basma.Index.open(path)
    memory = basma.Index.from_bytes(path.read_bytes())
    queries = changed(known, 5)
    assert rows(built.lookup_batch(queries)) == rows(opened.lookup_batch(queries)) == rows(memory.lookup_batch(queries))
    assert opened.path == str(path) and memory.path is None
    assert opened.to_bytes() == path.read_bytes()
    opened.verify()


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_pickles_by_value_and_by_path(known: np.ndarray, tmp_path, protocol: int) -> None:
    memory = basma.Index.build(known)
    mapped = basma.Index.build(known, path=tmp_path / "known.basma")
    for index in (memory, mapped):
        again = pickle.loads(pickle.dumps(index, protocol))
        assert again.path == index.path
        assert rows(again.lookup_batch(known)) == rows(index.lookup_batch(known))
    assert len(pickle.dumps(mapped, protocol)) < 1000 < len(pickle.dumps(memory, protocol))


def test_the_bytes_of_an_index_travel_beside_a_pickle(known: np.ndarray) -> None:
    index, beside = basma.Index.build(known), []
    text = pickle.dumps(index, 5, buffer_callback=beside.append)
    assert len(text) < 1000 and len(beside) == 1
    again = pickle.loads(text, buffers=[bytearray(beside[0].raw())])
    assert rows(again.lookup_batch(known)) == rows(index.lookup_batch(known))


def test_an_index_that_vanishes_stays_open_and_is_not_opened_again(known: np.ndarray, tmp_path) -> None:
    path = tmp_path / "known.basma"
    index = basma.Index.build(known, path=path)
    text = pickle.dumps(index)
    path.unlink()
    assert rows(index.lookup_batch(known)) == near(known, known, 31)
    with pytest.raises(FileNotFoundError):
        pickle.loads(text)


def test_what_is_no_index_and_what_is_damaged(known: np.ndarray, tmp_path) -> None:
    whole = basma.Index.build(known).to_bytes()
    for wrong in (b"", b"no index", whole[:-1], whole[:100], b"\0" * 1000):
        with pytest.raises(basma.IndexFileError):
            basma.Index.from_bytes(wrong)
    damaged = bytearray(whole)
    damaged[len(whole) // 2] ^= 1
    path = tmp_path / "damaged.basma"
    path.write_bytes(damaged)
    for index in (basma.Index.from_bytes(damaged), basma.Index.open(path)):
        with pytest.raises(basma.IndexFileError):
            index.verify()
        with pytest.raises(basma.IndexFileError):
            index.lookup_batch(known, 256)
    with pytest.raises(basma.IndexFileError):
        basma.Index.open(tmp_path)


def test_more_hits_than_are_wanted_are_an_error_and_not_a_full_memory(known: np.ndarray) -> None:
    index = basma.Index.build(known)
    with pytest.raises(basma.ArgumentError, match="max_hits"):
        index.lookup_batch(known, 256, max_hits=10_000)
    assert len(index.lookup_batch(known[:10], 256, max_hits=10_000).query) == 10_000


def test_many_queries_in_one_call(known: np.ndarray) -> None:
    index = basma.Index.build(known[:50])
    queries = np.random.default_rng(3).integers(0, 256, (100_000, 32), dtype=np.uint8)
    queries[99_999] = known[7]
    assert rows(index.lookup_batch(queries)) == [(99_999, 0, 7)]


def test_threads_share_an_index(known: np.ndarray) -> None:
    index, expected = basma.Index.build(known), near(known, known[:200], 31)
    with ThreadPoolExecutor(8) as threads:
        found = [threads.submit(lambda: rows(index.lookup_batch(known[:200]))) for _ in range(32)]
        assert all(each.result() == expected for each in found)


def test_the_interpreter_runs_while_hashes_are_looked_up(known: np.ndarray) -> None:
    index, ticks, over = basma.Index.build(known, structure="exhaustive"), [], threading.Event()

    def tick() -> None:
        while not over.is_set():
            ticks.append(1)
            over.wait(0.001)

    thread = threading.Thread(target=tick)
    thread.start()
    # Of twice as many queries each time, so that a fast machine has enough to do.
    ran, queries = 0, known
    while ran <= 3 and len(queries) < 1_000_000:
        before = len(ticks)
        index.lookup_batch(queries, 10)
        ran, queries = len(ticks) - before, np.tile(queries, (2, 1))
    over.set()
    thread.join()
    assert ran > 3


def test_digests_are_looked_up_too() -> None:
    index = basma.Index.build(["900150983cd24fb0d6963f7d28e17f72"], type="md5")
    assert index.lookup("900150983CD24FB0D6963F7D28E17F72", type="md5") == [basma.Hit(0, 0)]
    assert index.lookup("f0" * 32) == [] and index.counts == {"md5": 1}
    with pytest.raises(basma.HashError):
        index.lookup("f0" * 32, type="md5")
    with pytest.raises(basma.HashError):
        basma.Index.build([], type="md6")


def test_an_error_of_an_iterable_comes_through() -> None:
    def broken():
        yield "f0" * 32
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        basma.Index.build(broken())
