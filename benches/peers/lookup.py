"""How many lookups per second, beside the peers, and do all exact engines find the same?

256-bit hashes at radius 31: FAISS IndexBinaryFlat and IndexBinaryMultiHash(11, 23 bits, 2 flips) are exact;
IndexBinaryIVF and usearch are not, and what they lose is shown. 64-bit hashes at radius 10: the crates mih-rs and
bk-tree. Lists: half uniform with 128 bits set, half PDQ-like (the signs of a few shared components around their
median), seeded. Queries: four in five are strangers, one is an entry with 0 to 31 bits flipped. Times are processor
time of one thread; ratios within one run are what counts.
"""

import argparse
import os
import pathlib
import subprocess
import time

import faiss
import numpy as np

COMPARED = 200


def hashes(rng, count, bits):
    """Half uniform, half PDQ-like, each with half of its bits set."""
    components = rng.standard_normal((24, bits)).astype(np.float32)
    out = np.empty((count, bits // 8), dtype=np.uint8)
    for start in range(0, count, 50_000):
        rows = min(50_000, count - start)
        values = rng.standard_normal((rows, bits)).astype(np.float32)
        like = rng.standard_normal((rows // 2, 24)).astype(np.float32) @ components
        values[: rows // 2] = values[: rows // 2] * 2.5 + like
        median = np.partition(values, bits // 2, axis=1)[:, bits // 2 : bits // 2 + 1]
        out[start : start + rows] = np.packbits(values >= median, axis=1)
    return out


def queries_of(rng, entries, count, flips):
    bits = entries.shape[1] * 8
    queries = hashes(rng, count, bits)
    rng.shuffle(queries)
    for i in range(0, count, 5):
        code = np.unpackbits(entries[rng.integers(len(entries))])
        code[rng.choice(bits, rng.integers(flips + 1), replace=False)] ^= 1
        queries[i] = np.packbits(code)
    return queries


def rate(queries, seconds, look_up):
    begun, done = time.process_time(), 0
    for query in queries:
        look_up(query)
        done += 1
        if time.process_time() - begun > seconds:
            break
    return done / (time.process_time() - begun)


class Faiss:
    """An index and its answers within a radius. FAISS's own radius is exclusive."""

    def __init__(self, index, entries, radius):
        begun = time.process_time()
        if not index.is_trained:
            index.train(entries)
        index.add(entries)
        self.index, self.entries, self.radius = index, entries, radius + 1
        self.build = time.process_time() - begun

    def single(self, queries, seconds):
        return rate(queries, seconds, lambda q: self.index.range_search(q[None], self.radius))

    def batch(self, queries, seconds, size):
        blocks = [queries[at : at + size] for at in range(0, len(queries) - size + 1, size)]
        return rate(blocks, seconds, lambda block: self.index.range_search(block, self.radius)) * size

    def answers(self, queries):
        limits, _, ids = self.index.range_search(queries[:COMPARED], self.radius)
        return [
            sorted({bytes(self.entries[i]).hex() for i in ids[a:b]}) for a, b in zip(limits, limits[1:], strict=False)
        ]


def rust(engine, folder, listed, queries, radius, seconds, batch):
    answers = folder / f"{engine}.answers"
    # The first lookups are to be those of a file that is not in memory.
    with open(listed, "rb") as file:
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    command = [folder / "cargo/release/basma-peers", engine, listed, queries, str(radius), str(seconds), str(batch), answers]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    figures = {name: float(value) for name, value in (pair.split("=") for pair in printed.split())}
    return figures, [line.split() for line in answers.read_text().splitlines()]


def build(folder, name, hash_type, entries):
    text, index = folder / f"{name}.txt", folder / f"{name}.basma"
    with open(text, "w") as file:
        for start in range(0, len(entries), 100_000):
            file.write("".join(f"{hash_type} {bytes(e).hex()}\n" for e in entries[start : start + 100_000]))
    begun = os.times()
    command = ["target/release/basma", "build", text, "-o", index, "--allow-unusual-pdq", "--quiet"]
    subprocess.run(command, check=True)
    ended = os.times()
    text.unlink()
    return index, ended.children_user - begun.children_user + ended.children_system - begun.children_system


def lost(truth, answers):
    found = sum(len(set(a) & set(t)) for a, t in zip(answers, truth, strict=True))
    return 100 * (1 - found / max(1, sum(map(len, truth))))


def row(name, single, batch, base, exact, build_s):
    show = lambda x: "-" if x is None else f"{x:,.0f}"
    ratio = lambda x, of: "-" if x is None or of is None else f"{x / of:,.2f}x"
    print(f"| {name} | {show(single)} | {ratio(single, base[0])} | {show(batch)} | {ratio(batch, base[1])} | {exact} | {build_s:.1f} |")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", type=pathlib.Path, required=True)
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--queries", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--batch", type=int, default=4_096, help="queries at a time, for every engine")
    args = parser.parse_args()
    if args.batch > args.queries:
        parser.error("a batch is a part of the queries")
    faiss.omp_set_num_threads(1)
    rng = np.random.default_rng(20261122)

    entries = hashes(rng, args.entries, 256)
    queries = queries_of(rng, entries, args.queries, 31)
    files = {name: args.folder / f"{name}.bin" for name in ("entries", "queries", "entries64", "queries64")}
    entries.tofile(files["entries"])
    queries.tofile(files["queries"])

    print(f"\n256 bits, {args.entries:,} entries, radius 31, one core\n")
    print("| engine | single/s | of Flat | batch/s | of Flat | lost | build s |\n|---|---|---|---|---|---|---|")
    flat = Faiss(faiss.IndexBinaryFlat(256), entries, 31)
    truth = flat.answers(queries)
    base = flat.single(queries, args.seconds), flat.batch(queries, args.seconds, args.batch)
    row("FAISS IndexBinaryFlat", *base, base, "0", flat.build)
    del flat

    best = None
    if args.entries <= 2_000_000:
        multi = faiss.IndexBinaryMultiHash(256, 11, 23)
        multi.nflip = 2
        multi = Faiss(multi, entries, 31)
        if lost(truth, multi.answers(queries)) != 0:
            raise SystemExit("FAISS MultiHash differs from Flat")
        best = multi.single(queries, args.seconds), multi.batch(queries, args.seconds, args.batch)
        row("FAISS MultiHash 11x23, 2 flips", *best, base, "0", multi.build)
        del multi

    if args.entries <= 2_000_000:
        ivf = faiss.IndexBinaryIVF(faiss.IndexBinaryFlat(256), 256, 1024)
        ivf.nprobe = 32
        ivf = Faiss(ivf, entries, 31)
        share = lost(truth, ivf.answers(queries))
        row("FAISS IVF 1024, 32 probes", ivf.single(queries, args.seconds), ivf.batch(queries, args.seconds, args.batch), base, f"{share:.0f} %", ivf.build)
        del ivf
    if args.entries <= 200_000:
        from usearch.index import Index

        begun = time.process_time()
        graph = Index(ndim=256, metric="hamming", dtype="b1")
        graph.add(np.arange(len(entries)), entries, threads=1)
        took = time.process_time() - begun
        found = [
            [bytes(entries[m.key]).hex() for m in graph.search(q, 50, threads=1) if m.distance <= 31]
            for q in queries[:COMPARED]
        ]
        single = rate(queries, args.seconds, lambda q: graph.search(q, 10, threads=1))
        row("usearch HNSW, 10 nearest", single, None, base, f"{lost(truth, found):.0f} %", took)

    index, built = build(args.folder, "list", "pdq", entries)
    ours, answers = rust("basma", args.folder, index, files["queries"], 31, args.seconds, args.batch)
    if answers != truth:
        raise SystemExit("basma differs from FAISS Flat")
    row("basma, exhaustive", ours["exhaustive"], None, base, "0", built)
    row("basma, file not in memory", ours["cold"], None, base, "0", built)
    row("**basma**", ours["single"], ours["batch"], base, "0", built)
    if best:
        print(f"\nof FAISS MultiHash: single {ours['single'] / best[0]:.1f}x, batch {ours['batch'] / best[1]:.1f}x")
    print(f"open {ours['open_ms']:.2f} ms, first lookup {ours['first_ms']:.2f} ms, {index.stat().st_size / args.entries:.0f} bytes an entry")
    index.unlink()
    if args.entries > 2_000_000:
        return

    entries = hashes(rng, min(args.entries, 1_000_000), 64)
    queries = queries_of(rng, entries, args.queries, 10)
    entries.tofile(files["entries64"])
    queries.tofile(files["queries64"])
    print(f"\n64 bits, {len(entries):,} entries, radius 10, one core\n")
    print("| engine | single/s | of mih-rs | batch/s | build s |\n|---|---|---|---|---|")
    peer, truth = rust("mih-rs", args.folder, files["entries64"], files["queries64"], 10, args.seconds, args.batch)
    print(f"| mih-rs | {peer['single']:,.0f} | 1x | - | {peer['build_s']:.1f} |")
    tree, answers = rust("bk-tree", args.folder, files["entries64"], files["queries64"], 10, args.seconds, args.batch)
    if answers != truth:
        raise SystemExit("bk-tree differs from mih-rs")
    print(f"| bk-tree crate | {tree['single']:,.1f} | {tree['single'] / peer['single']:.3f}x | - | {tree['build_s']:.1f} |")
    index, built = build(args.folder, "list64", "gradient64-ih3-lsb", entries)
    ours, answers = rust("basma64", args.folder, index, files["queries64"], 10, args.seconds, args.batch)
    if answers != truth:
        raise SystemExit("basma differs from mih-rs")
    print(f"| **basma** | {ours['single']:,.0f} | {ours['single'] / peer['single']:.2f}x | {ours['batch']:,.0f} | {built:.1f} |")
    for file in [index, *files.values()]:
        file.unlink(missing_ok=True)


if __name__ == "__main__":
    main()
