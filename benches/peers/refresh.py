"""How much processor time and memory does a refresh take, beside threatexchange doing the same?

A server on loopback answers `threat_updates` with pages of PDQ records, made from a seed. Both follow the pages from an
empty state to something that can be looked up: `basma refresh` to an index that was verified, `threatexchange fetch` to
its state and its indexes. Beside it the package does the same from a file of its own: bare hashes, one a line, without
what contributors say. `basma build` reads that file, too. Times are processor time of the whole process, threads included;
memory is the most that was resident. What the server takes is not counted.
"""

import argparse
import http.server
import json
import multiprocessing
import os
import pathlib
import random
import shutil
import subprocess
import sys
import urllib.parse

GROUP = 1000
RECORDS_BEGIN = 1_767_225_600
# In the form of a token: the client refuses others.
TOKEN = f"{10**14}|{'x' * 27}"


def hashes(count):
    """With 128 bits set, as those of pictures have."""
    rng = random.Random(20261201)
    places = list(range(256))
    for _ in range(count):
        rng.shuffle(places)
        yield sum(1 << place for place in places[:128]).to_bytes(32, "big").hex()


def record(number, digest):
    contributor = {
        "id": str(2_000_000_000_000_000 + number),
        "owner": {"id": "3000000000000001"},
        "status": "MALICIOUS",
        "added_on": "2026-01-01T00:00:00+0000",
        "tags": {"data": [{"id": "1", "text": "example_tag"}]},
    }
    return {
        "id": str(1_000_000_000_000_000 + number),
        "indicator": digest,
        "type": "HASH_PDQ",
        "last_updated": RECORDS_BEGIN + number,
        "should_delete": False,
        "descriptors": {"data": [contributor]},
    }


def serve(pages, asked):
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            query = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query)
            number = int(query.get("after", ["0"])[0])
            body = pages[number]
            if number + 1 < len(pages):
                link = f"http://127.0.0.1:{self.server.server_port}/{GROUP}/threat_updates?after={number + 1}"
                body = body[:-1] + b',"paging":{"next":' + json.dumps(link).encode() + b"}}"
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    asked.put(server.server_port)
    server.serve_forever()


def run(name, command, **more):
    """The processor seconds and the MiB of memory that a command took, its children included."""
    child = os.fork()
    if child == 0:
        try:
            os.execvpe(command[0], command, {**os.environ, **more})
        except OSError as error:
            print(error, file=sys.stderr)
        os._exit(127)
    _, status, used = os.wait4(child, 0)
    if status != 0:
        sys.exit(f"{name}: {' '.join(map(str, command))} failed with {os.waitstatus_to_exitcode(status)}")
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", type=pathlib.Path, required=True)
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--page-size", type=int, default=1_000, help="records a page, whatever the client asks for")
    parser.add_argument("--basma", type=pathlib.Path, default="target/release/basma")
    args = parser.parse_args()
    folder = (args.folder / "refresh").resolve()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)

    listed = list(hashes(args.entries))
    bare = folder / "bare.txt"
    bare.write_text("".join(f"{digest}\n" for digest in listed))
    pages = []
    for start in range(0, args.entries, args.page_size):
        records = [record(start + place, digest) for place, digest in enumerate(listed[start : start + args.page_size])]
        pages.append(json.dumps({"data": records}, separators=(",", ":")).encode())
    asked = multiprocessing.Queue()
    server = multiprocessing.Process(target=serve, args=(pages, asked), daemon=True)
    server.start()
    url = f"http://127.0.0.1:{asked.get()}"

    basma = args.basma.resolve()
    store = folder / "store"
    subprocess.run([basma, "refresh", "--init", "--store", store, "--quiet"], check=True, stdout=subprocess.DEVNULL)
    (store / "sources.toml").write_text(
        f"""[[source]]
list = "group"
purpose = "a measurement"
kind = "delta"
at_most = "review"
[source.from.http]
url = "{url}/{GROUP}/threat_updates"
insecure_http = true
interface = {{ threatexchange = {{ page_size = {args.page_size} }} }}
timeout_seconds = 7200
"""
    )
    # Its client has an address of its own, and no option for another.
    patched = (
        "from threatexchange.exchanges.clients.fb_threatexchange.api import ThreatExchangeAPI as api;"
        f"api._TE_BASE_URL = '{url}';"
        "from threatexchange.cli.main import main; main()"
    )

    def peer(state, *arguments):
        return run("threatexchange", [sys.executable, "-c", patched, *arguments], TX_STATEDIR=str(folder / state))

    for state in ("pages", "file"):
        (folder / state).mkdir()
    peer("pages", "config", "api", "fb_threatexchange", "--api-token", TOKEN)
    peer("pages", "config", "collab", "edit", "fb_threatexchange", "--create", "group", "--privacy-group", str(GROUP))
    peer("file", "config", "collab", "edit", "local_file", "--create", "group", "--filename", str(bare), "--signal-type", "pdq")
    rows = [
        ("pages", "basma refresh", run("basma", [basma, "refresh", "--store", store, "--quiet"])),
        ("pages", "threatexchange fetch", peer("pages", "fetch")),
        ("bare lines", "basma build", run("basma", [basma, "build", bare, "-o", folder / "bare.basma", "--type", "pdq", "--quiet"])),
        ("bare lines", "threatexchange fetch", peer("file", "fetch")),
    ]
    server.kill()
    # What was fetched last is found: a refresh that stopped early would look fast.
    last = subprocess.run([basma, "lookup", listed[-1], "--list", store, "--quiet"], stdout=subprocess.DEVNULL)
    if last.returncode != 1:
        sys.exit("basma did not find the last hash")

    size = {"pages": sum(map(len, pages)), "bare lines": bare.stat().st_size}
    print(f"\n{args.entries:,} PDQ hashes, {len(pages):,} pages\n")
    print("| from | MB | job | processor s | MiB | times the time | times the memory |\n|---|---|---|---|---|---|---|")
    for (source, job, (seconds, memory)), (_, _, (base, base_memory)) in zip(rows, [rows[0], rows[0], rows[2], rows[2]], strict=True):
        print(f"| {source} | {size[source] / 1e6:,.0f} | {job} | {seconds:.1f} | {memory:,.0f} | {seconds / base:.1f} | {memory / base_memory:.1f} |")


if __name__ == "__main__":
    main()
