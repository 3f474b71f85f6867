"""How many pictures per second, from file to hash, beside the peers?

Pictures are made from a seed: octaves of smooth noise, edges, and grain, so that files are as large as those of cameras and
messengers; or are those of a folder, by size. Peers: PyPI pdqhash after Pillow (what python-threatexchange and HMA
run), the crates pdqhash (generate_pdq) and image_hasher (dHash), and libjpeg-turbo, through Pillow, decoding to grey at
full size and nothing more. Times are processor time of one thread, files are in the page cache; ratios within one run
are what counts. Fails where basma's hash is not that of PyPI's pdqhash, but for 6 bits exact and 12 by default: two JPEG
decoders round differently.
"""

import argparse
import collections
import io
import pathlib
import subprocess
import time

import numpy as np
import pdqhash
from PIL import Image

# Name, width, height, format, its options, and the standard deviation of the grain.
SIZES = [
    ("12 MP JPEG", 4000, 3000, "jpg", {"quality": 90}, 3.6),
    ("2 MP JPEG", 1600, 1200, "jpg", {"quality": 80}, 4.5),
    ("0.5 MP JPEG", 800, 600, "jpg", {"quality": 75}, 5.5),
    ("12 MP progressive", 4000, 3000, "jpg", {"quality": 90, "progressive": True}, 3.6),
    ("2 MP progressive", 1600, 1200, "jpg", {"quality": 80, "progressive": True}, 4.5),
    ("2 MP PNG", 1080, 1920, "png", {}, 0.0),
]
PICTURES = 4


def photograph(rng, width, height, grain):
    def smooth(cells):
        shape = (max(2, cells * height // width), cells)
        noise = Image.fromarray(rng.standard_normal(shape).astype(np.float32))
        return np.asarray(noise.resize((width, height), Image.Resampling.BICUBIC))

    luma = sum(smooth(2**octave) * 48 * 0.7**octave for octave in range(1, 10))
    # Things have edges.
    luma += np.sign(smooth(6)) * 18 + np.sign(smooth(40)) * 6
    luma += rng.standard_normal((height, width)).astype(np.float32) * grain
    red, blue = smooth(5) * 20 + smooth(60) * 4, smooth(5) * 20 + smooth(60) * 4
    rgb = np.stack([luma + red, luma - (red + blue) / 3, luma + blue], axis=2) + 128
    return Image.fromarray(rgb.clip(0, 255).astype(np.uint8))


def made(folder):
    sets = {}
    for name, width, height, suffix, options, grain in SIZES:
        files = []
        for number in range(PICTURES):
            file = folder / f"{name.replace(' ', '-')}-{grain}-{number}.{suffix}"
            if not file.exists():
                rng = np.random.default_rng((20261122, width, number))
                photograph(rng, width, height, grain).save(file, **options)
            files.append(file)
        sets[name] = files
    return sets


def found(folder):
    """The JPEG and PNG files of a folder, by size."""
    sets = collections.defaultdict(list)
    for file in sorted(folder.rglob("*")):
        if file.suffix.lower() not in (".jpg", ".jpeg", ".png"):
            continue
        with Image.open(file) as picture:
            pixels = picture.width * picture.height / 1e6
            kind = "PNG" if picture.format == "PNG" else "progressive" if picture.info.get("progressive") else "JPEG"
        bounds = [(0.25, "under 0.25"), (1, "0.25 to 1"), (4, "1 to 4"), (1e9, "over 4")]
        size = next(name for bound, name in bounds if pixels < bound)
        sets[f"{size} MP {kind}"].append(file)
    return dict(sorted(sets.items()))


def pypi(file):
    with Image.open(io.BytesIO(file.read_bytes())) as picture:
        bits, _ = pdqhash.compute(np.asarray(picture.convert("RGB")))
    return np.packbits(bits).tobytes().hex()


def grey(file):
    with Image.open(io.BytesIO(file.read_bytes())) as picture:
        picture.draft("L", picture.size)
        picture.load()


def rate(files, seconds, work):
    begun, done = time.process_time(), 0
    while done == 0 or time.process_time() - begun < seconds:
        for file in files:
            work(file)
            done += 1
    return done / (time.process_time() - begun)


def rust(folder, engine, files, seconds):
    command = [folder / "cargo/release/hash", engine, str(seconds), *files]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    pairs = [pair.split("=") for pair in printed.split()]
    figures = {name: float(value) for name, value in pairs if name != "hash"}
    return figures, [value for name, value in pairs if name == "hash"]


def compare(truth, found, most, files):
    for expected, hash, file in zip(truth, found, files, strict=True):
        bits = (int(expected, 16) ^ int(hash, 16)).bit_count()
        if bits > most:
            raise SystemExit(f"{file}: {bits} bits from PyPI's pdqhash")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", type=pathlib.Path, required=True)
    parser.add_argument("--pictures", type=pathlib.Path, help="a folder of yours")
    parser.add_argument("--seconds", type=float, default=4)
    args = parser.parse_args()
    pictures = args.folder / "pictures"
    pictures.mkdir(exist_ok=True)
    sets = found(args.pictures) if args.pictures else made(pictures)

    stages = []
    print("\nfile to hash, pictures per second, one core; in brackets how many times as fast basma's PDQ is\n")
    print("| pictures | KiB | **basma** | basma --exact | PyPI pdqhash | pdqhash crate | image_hasher dHash | libjpeg-turbo grey | basma dHash |")
    print("|---|---|---|---|---|---|---|---|---|")
    for name, files in sets.items():
        ours, hashes = rust(args.folder, "basma", files, args.seconds)
        exact, exact_hashes = rust(args.folder, "basma-exact", files, args.seconds)
        crate, _ = rust(args.folder, "pdqhash", files, args.seconds)
        dhash, _ = rust(args.folder, "image_hasher", files, args.seconds)
        our_dhash, _ = rust(args.folder, "basma-dhash", files, args.seconds)
        truth = [pypi(file) for file in files]
        if not args.pictures:
            compare(truth, exact_hashes, 6, files)
            compare(truth, hashes, 12, files)
        peers = [exact["rate"], rate(files, args.seconds, pypi), crate["rate"], dhash["rate"]]
        peers.append(rate(files, args.seconds, grey) if "PNG" not in name else None)
        peers.append(our_dhash["rate"])
        show = lambda peer: "-" if peer is None else f"{peer:,.1f} ({ours['rate'] / peer:.1f}x)"
        size = sum(file.stat().st_size for file in files) / len(files) / 1024
        print(f"| {name} | {size:,.0f} | **{ours['rate']:,.0f}** | {' | '.join(map(show, peers))} |", flush=True)
        stages.append((name, ours))
    print("\nwhere basma's time goes, milliseconds a picture\n")
    print("| pictures | read | decode (of large pictures the samples too) | hash and quality |\n|---|---|---|---|")
    for name, ours in stages:
        print(f"| {name} | " + " | ".join(f"{ours[f'{stage}_ms']:.3f}" for stage in ("read", "decode", "hash")) + " |")


if __name__ == "__main__":
    main()
