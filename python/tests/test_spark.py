"""Spark and Ray against one process. They are large: the tests run where they are installed."""

from __future__ import annotations

import os
import shutil
import sys

import numpy as np
import pytest

import basma

columns = pytest.importorskip("basma._columns")
arrow = pytest.importorskip("pyarrow")


@pytest.fixture
def index(known: np.ndarray, tmp_path) -> str:
    path = str(tmp_path / "known.basma")
    basma.Index.build(known, ids=[f"case-{n}" for n in range(1000)], path=path)
    return path


def queries(known: np.ndarray) -> "list[tuple[int, str]]":
    changed = np.concatenate([known[:300], np.random.default_rng(9).integers(0, 256, (100, 32), dtype=np.uint8)])
    changed[:, 3] ^= 0x0F
    return [(number, row.tobytes().hex()) for number, row in enumerate(changed)]


def expected(known: np.ndarray, index: str) -> "list[tuple[int, int, int, str]]":
    hits = basma.Index.open(index).lookup_batch([text for _, text in queries(known)])
    return sorted((query, entry, distance, f"case-{entry}") for query, entry, distance in zip(*(c.tolist() for c in hits)))


@pytest.mark.parametrize("form", [arrow.RecordBatch.from_pydict, arrow.Table.from_pydict])
def test_a_batch_keeps_its_columns(known: np.ndarray, index: str, form) -> None:
    numbers, texts = zip(*queries(known))
    batch = form({"qid": list(numbers) + [-1], "hash": list(texts) + [None]})
    found = columns.hash_matches(batch, "hash", columns.opened(index))
    assert found.column_names == ["qid", "hash", "entry", "distance", "list", "id"]
    assert sorted(zip(*(found[name].to_pylist() for name in ("qid", "entry", "distance", "id")))) == expected(known, index)
    with pytest.raises(basma.ArgumentError):
        columns.hash_matches(batch, "hashes", columns.opened(index))


def test_a_new_generation_is_seen_and_one_that_is_gone_is_said(known: np.ndarray, index: str) -> None:
    first = columns.opened(index)
    assert columns.opened(index) is first and len(first) == 1000
    basma.Index.build(known[:10], path=index)
    assert len(columns.opened(index)) == 10 and len(first.lookup_batch(known).query) == 1000
    os.unlink(index)
    with pytest.raises(FileNotFoundError):
        columns.opened(index)


def test_no_picture_of_a_batch_is_lost() -> None:
    with open("fixtures/dump/chat/IMG-WA0003.jpg", "rb") as photo:
        data = photo.read()
    batch = arrow.table({"n": [1, 2, 3], "data": arrow.array([data, b"no picture", None], arrow.binary())})
    found = columns.media_matches(batch, "data", basma.Matcher("hashsets/demo.csv"))
    assert found["n"].to_pylist() == [1, 2, 3]
    assert found["status"].to_pylist() == ["matched", "failed", "failed"]
    assert found["id"].to_pylist() == ["figure-1", None, None]
    assert all(found["problem"].to_pylist()[1:])


@pytest.fixture(scope="module")
def spark(tmp_path_factory):
    """Two executors of their own, so that what is shipped is shipped."""
    sql = pytest.importorskip("pyspark.sql")
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java")
    os.environ["PYSPARK_PYTHON"] = sys.executable
    builder = sql.SparkSession.builder.master("local-cluster[2,1,1024]")
    settings = {
        "spark.ui.enabled": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.local.dir": str(tmp_path_factory.mktemp("spark")),
        "spark.driver.memory": "1g",
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.execution.arrow.maxRecordsPerBatch": "64",
    }
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    yield session
    session.stop()


def test_spark_finds_what_one_process_finds(known: np.ndarray, index: str, spark) -> None:
    import basma.spark

    table = spark.createDataFrame(queries(known), "qid int, hash string").repartition(4)
    spark.sparkContext.addFile(index)
    for shipped in (False, True):
        found = basma.spark.match(table, "hash", index, shipped=shipped).collect()
        assert sorted((row.qid, row.entry, row.distance, row.id) for row in found) == expected(known, index)
    with pytest.raises(ValueError):
        basma.spark.match(table.withColumnRenamed("qid", "id"), "hash", index)
    broken = spark.createDataFrame([(1, "f0")], "qid int, hash string")
    with pytest.raises(Exception, match="HashError"):
        basma.spark.match(broken, "hash", index).collect()
    with open("fixtures/dump/chat/IMG-WA0003.jpg", "rb") as photo:
        pictures = spark.createDataFrame([(1, photo.read()), (2, b"no picture")], "n int, data binary")
    found = basma.spark.match_media(pictures, "data", os.path.abspath("hashsets/demo.csv")).collect()
    assert sorted((row.n, row.status, row.id) for row in found) == [(1, "matched", "figure-1"), (2, "failed", None)]


def test_ray_finds_what_one_process_finds(known: np.ndarray, index: str, tmp_path) -> None:
    ray = pytest.importorskip("ray")
    data = pytest.importorskip("ray.data")
    import basma.ray

    ray.init(num_cpus=2, include_dashboard=False, object_store_memory=200 << 20, _node_ip_address="127.0.0.1")
    try:
        numbers, texts = zip(*queries(known))
        table = data.from_arrow(arrow.table({"qid": list(numbers), "hash": list(texts)})).repartition(4)
        found = table.map_batches(
            basma.ray.Matching, fn_constructor_args=(index, "hash"), batch_format="pyarrow", concurrency=1
        )
        rows = [(row["qid"], row["entry"], row["distance"], row["id"]) for row in found.take_all()]
        assert sorted(rows) == expected(known, index)
    finally:
        ray.shutdown()
