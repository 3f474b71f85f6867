"""Spark on two workers beside one process: the same table of hashes against the same index, in one run on one machine.

    pip install --release -e python; pip install pyspark; python python/benches/spark.py [ENTRIES [QUERIES]]

Both read the table from Parquet and count what they find. The memory is what the workers of Python have for themselves:
the pages of the index belong to the system. Linux, with Java for Spark.
"""

from __future__ import annotations

import glob
import os
import sys
import tempfile
import time

import numpy as np
import pyarrow as arrow
import pyarrow.parquet as parquet

import basma
import basma.spark
from basma import _columns as columns


def one_process(table: str, index: str) -> int:
    found = 0
    for batch in parquet.ParquetFile(table).iter_batches(10_000):
        found += len(columns.hash_matches(batch, "hash", columns.opened(index)))
    return found


def session(folder: str) -> object:
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = sys.executable
    builder = SparkSession.builder.master("local-cluster[2,1,1024]").config("spark.ui.enabled", "false")
    builder = builder.config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1")
    spark = builder.config("spark.local.dir", folder).config("spark.log.level", "ERROR").getOrCreate()
    return spark


def private_mebibytes(index: str) -> list[float]:
    """Of each process that maps the index, but this one: memory of its own, and what of it is of the index."""
    sizes = []
    for path in glob.glob("/proc/[0-9]*/smaps"):
        try:
            with open(path) as smaps:
                text = smaps.read()
        except OSError:
            continue
        if index not in text or path == f"/proc/{os.getpid()}/smaps":
            continue
        own = sum(int(line.split()[1]) for line in text.splitlines() if line.startswith("Private_Dirty:"))
        sizes.append(own / 1024)
    return sizes


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    asked = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
    random = np.random.default_rng(1)
    known = random.integers(0, 256, (count, 32), dtype=np.uint8)
    queries = random.integers(0, 256, (asked, 32), dtype=np.uint8)
    queries[: asked // 10] = known[random.integers(0, count, asked // 10)]
    with tempfile.TemporaryDirectory() as folder:
        index, table = os.path.join(folder, "known.basma"), os.path.join(folder, "asked.parquet")
        basma.Index.build(known, path=index)
        hashes = arrow.FixedSizeBinaryArray.from_buffers(arrow.binary(32), asked, [None, arrow.py_buffer(queries)])
        parquet.write_table(arrow.table({"hash": hashes}), table, row_group_size=asked // 8, compression="none")
        begun = time.monotonic()
        expected = one_process(table, index)
        alone = time.monotonic() - begun
        spark = session(folder)
        # The first job starts the workers of Python.
        for name in ("first", "second"):
            begun = time.monotonic()
            found = basma.spark.match(spark.read.parquet(table), "hash", index).count()
            took = time.monotonic() - begun
            assert found == expected, f"{found} and {expected} matches"
            print(f"{name} job of Spark: {took:.1f} s; one process: {alone:.1f} s; {took / alone:.2f} times")
        sizes = ", ".join(f"{size:.0f}" for size in private_mebibytes(index))
        print(f"{count:,} entries in {os.path.getsize(index) >> 20} MiB; memory of the workers' own, in MiB: {sizes}")
        spark.stop()


if __name__ == "__main__":
    main()
