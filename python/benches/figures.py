"""The package beside its peers, in one run on one machine: a row for each figure.

    pip install --release -e python; python python/benches/figures.py [ENTRIES [QUERIES]]

Processor time of one thread counts, since the machine may be shared. Peers: faiss-cpu, pdqhash with Pillow, threatexchange.
"""

from __future__ import annotations

import io
import os
import pickle
import sys
import tempfile
import time
from typing import Callable

import numpy as np

import basma


def seconds(work: Callable[[], object], least: float = 0.5) -> float:
    """The processor time of one call, the best of three rounds."""
    best = float("inf")
    for _ in range(3):
        calls, begun = 0, time.process_time()
        while time.process_time() - begun < least:
            work()
            calls += 1
        best = min(best, (time.process_time() - begun) / calls)
    return best


def row(what: str, ours: float, theirs: float, peer: str, unit: str = "s") -> None:
    print(f"| {what} | {ours:.3g} {unit} | {theirs:.3g} {unit} | {theirs / ours:,.1f} x {peer} |", flush=True)


def lookups(known: np.ndarray, queries: np.ndarray) -> None:
    import faiss

    faiss.omp_set_num_threads(1)
    index = basma.Index.build(known)
    ours = seconds(lambda: index.lookup_batch(queries)) / len(queries)
    few = queries[: max(10, len(queries) // 1000)]
    flat = faiss.IndexBinaryFlat(256)
    flat.add(known)
    expected = int(flat.range_search(few, 32)[0][-1])
    assert expected == len(index.lookup_batch(few).query), "the answers differ"
    row("`lookup_batch`, a query", ours, seconds(lambda: flat.range_search(few, 32)) / len(few), "FAISS Flat")
    hashed = faiss.IndexBinaryMultiHash(256, 16, 16)
    hashed.nflip = 1
    hashed.add(known)
    row("`lookup_batch`, a query", ours, seconds(lambda: hashed.range_search(few, 32)) / len(few), "FAISS MultiHash")
    one = queries[0].tobytes()
    row("`lookup`, a query", seconds(lambda: index.lookup(one)), seconds(lambda: flat.range_search(few[:1], 32)), "FAISS Flat")


def hashing() -> None:
    import pdqhash
    from PIL import Image

    rows, columns = np.mgrid[0:1200, 0:1632]
    waves = [np.sin(rows / 71 + n) * np.cos(columns / (83 - n)) + np.sin(rows * columns / 9e4) for n in range(3)]
    pixels = (np.stack(waves, axis=-1) * 63 + 128).astype(np.uint8)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "2mp.jpg")
        Image.fromarray(pixels).save(path, quality=85)
        # Work of another thread is done for this one.
        theirs = seconds(lambda: pdqhash.compute(np.asarray(Image.open(path).convert("RGB"))))
        row("`hash_file`, 2 MP JPEG", seconds(lambda: basma.hash_file(path)), theirs, "pdqhash and Pillow")
    row("`hash_image`, 2 MP", seconds(lambda: basma.hash_image(pixels)), seconds(lambda: pdqhash.compute(pixels)), "pdqhash")


def extension(known: np.ndarray) -> None:
    from threatexchange.signal_type.pdq.pdq_index2 import PDQIndex2

    from basma.tx import PdqBasmaIndex

    entries = [(hash.tobytes().hex(), number) for number, hash in enumerate(known)]
    begun = time.process_time()
    ours = PdqBasmaIndex.build(entries)
    built = time.process_time()
    theirs = PDQIndex2(entries=entries)
    row(f"`tx` build, {len(known):,}", built - begun, time.process_time() - built, "PDQIndex2")
    query = entries[len(entries) // 2][0]
    row("`tx` query", seconds(lambda: ours.query(query)), seconds(lambda: theirs.query(query)), "PDQIndex2")
    sizes = []
    for index in (ours, theirs):
        out = io.BytesIO()
        pickle.dump(index, out, pickle.HIGHEST_PROTOCOL)
        sizes.append(len(out.getvalue()) / len(known))
    row("`tx` pickle, an entry", *sizes, "PDQIndex2", "bytes")


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    asked = int(sys.argv[2]) if len(sys.argv) > 2 else 100_000
    random = np.random.default_rng(1)
    known = random.integers(0, 256, (count, 32), dtype=np.uint8)
    queries = random.integers(0, 256, (asked, 32), dtype=np.uint8)
    queries[: asked // 10] = known[random.integers(0, count, asked // 10)]
    print("| | basma | peer | |\n|---|---|---|---|")
    hashing()
    lookups(known, queries)
    extension(known)


if __name__ == "__main__":
    main()
