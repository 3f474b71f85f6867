"""What becomes of forks, signals, shutdowns, other interpreters and faults."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import textwrap

import numpy as np
import pytest

import basma

forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")


def run(program: str, *arguments: str, **options: object) -> "subprocess.CompletedProcess[str]":
    """Runs a program in another interpreter, which ends by itself."""
    program = textwrap.dedent(program)
    return subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, timeout=120, **options
    )


def in_child(work: object) -> object:
    """What work gives back in a forked process."""
    context = multiprocessing.get_context("fork")
    results = context.SimpleQueue()
    child = context.Process(target=lambda: results.put(work()))
    child.start()
    child.join(60)
    if child.exitcode is None:
        child.kill()
        raise AssertionError("the forked process hangs")
    assert child.exitcode == 0
    return results.get()


@forks
def test_a_forked_process_looks_up_builds_hashes_and_scans(known: np.ndarray, tmp_path) -> None:
    memory = basma.Index.build(known)
    mapped = basma.Index.build(known, path=tmp_path / "known.basma")
    matcher = basma.Matcher("hashsets/demo.csv")
    # The parent has used its threads.
    matched = sum(finding.status == "matched" for finding in matcher.scan("fixtures/dump"))

    def work() -> "tuple[int, ...]":
        built = basma.Index.build(np.tile(known, (20, 1)))
        found = [len(index.lookup_batch(known).query) for index in (memory, mapped)]
        again = sum(finding.status == "matched" for finding in matcher.scan("fixtures/dump"))
        hashed = basma.hash_file("fixtures/dump/chat/IMG-WA0003.jpg").quality
        return (len(built.lookup(known[0].tobytes())), *found, again, hashed)

    assert in_child(work) == (20, 1000, 1000, matched, 100) == work()


@forks
def test_a_scan_of_the_parent_is_refused_in_the_child() -> None:
    scan = basma.Matcher("hashsets/demo.csv").scan("fixtures/dump")
    next(scan)

    def work() -> str:
        try:
            next(scan)
        except basma.ArgumentError as error:
            return error.code
        return "nothing"

    assert in_child(work) == "argument"
    assert sum(1 for _ in scan) == 30


def test_spawned_processes_map_one_file(known: np.ndarray, tmp_path) -> None:
    path = tmp_path / "known.basma"
    basma.Index.build(known, path=path)
    program = """
        import sys, basma
        index = basma.Index.open(sys.argv[1])
        print(len(index.lookup_batch(index.hashes()).query))
    """
    assert run(program, str(path)).stdout == "1000\n"


LONG_SCAN = """
    import os, pathlib, sys, tempfile, threading, signal, time
    import basma
    folder = pathlib.Path(sys.argv[1])
    data = open("fixtures/dump/chat/IMG-WA0003.jpg", "rb").read()
    # Each differs from the others: copies of one file are not decoded again, and the scan would end at once.
    for n in range(3000):
        (folder / f"{n}.jpg").write_bytes(data + str(n).encode())
    matcher = basma.Matcher("hashsets/demo.csv")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_control_c_ends_a_scan_while_it_waits(tmp_path) -> None:
    program = textwrap.dedent(LONG_SCAN) + textwrap.dedent(
        """
        scan = matcher.scan(folder, jobs=1)
        next(scan)
        threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT)).start()
        try:
            for finding in scan:
                pass
        except KeyboardInterrupt:
            scan.cancel()
            list(scan)
            print("interrupted", scan.summary.interrupted)
        """
    )
    assert run(program, str(tmp_path)).stdout == "interrupted True\n"


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_an_exception_of_a_signal_handler_ends_a_lookup() -> None:
    program = """
        import os, signal, threading
        import numpy as np
        import basma

        class Enough(Exception):
            pass

        def handle(*_):
            raise Enough

        signal.signal(signal.SIGINT, handle)
        known = np.random.default_rng(1).integers(0, 256, (30_000, 32), dtype=np.uint8)
        index = basma.Index.build(known, structure="exhaustive")
        threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
        try:
            while True:
                index.lookup_batch(known, 31)
        except Enough:
            print("enough")
    """
    assert run(program).stdout == "enough\n"


def test_a_shutdown_while_a_scan_runs_is_quiet(tmp_path) -> None:
    program = textwrap.dedent(LONG_SCAN) + "scan = matcher.scan(folder)\nprint(next(scan).status)\n"
    ended = run(program, str(tmp_path))
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "matched\n", "")


def test_a_scan_that_is_left_early_ends(tmp_path) -> None:
    program = textwrap.dedent(LONG_SCAN) + textwrap.dedent(
        """
        with matcher.scan(folder, jobs=1) as scan:
            for finding in scan:
                break
        rest = sum(1 for _ in scan)
        print(rest < 2900, scan.summary.interrupted)
        """
    )
    assert run(program, str(tmp_path)).stdout == "True True\n"


def test_another_interpreter_of_the_process_is_refused_with_a_sentence() -> None:
    program = """
        try:
            import _xxsubinterpreters as interpreters
        except ImportError:
            import _interpreters as interpreters
        import basma
        other = interpreters.create()
        try:
            failed = interpreters.run_string(other, "import basma")
        except Exception as error:
            failed = error
        print(failed)
    """
    if sys.version_info < (3, 9):
        pytest.skip("has no interpreters within interpreters")
    ended = run(program)
    assert ended.returncode == 0, ended.stderr
    assert "ImportError" in ended.stdout and "first interpreter of a process" in ended.stdout


def test_a_free_threaded_interpreter_is_refused_with_a_sentence() -> None:
    program = """
        import sysconfig
        sysconfig.get_config_vars()["Py_GIL_DISABLED"] = 1
        try:
            import basma
        except ImportError as error:
            print(error)
    """
    ended = run(program)
    assert ended.returncode == 0 and "free-threaded" in ended.stdout, ended.stderr


def test_a_fault_is_an_exception_and_the_process_lives_on() -> None:
    with pytest.raises(basma.InternalError, match="report it: asked for"):
        basma._basma._fail()
    assert basma.hash_file("fixtures/dump/chat/IMG-WA0003.jpg").quality == 100


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_that_nobody_writes_to_is_refused_at_once(tmp_path) -> None:
    pipe = tmp_path / "pipe.jpg"
    os.mkfifo(pipe)
    with pytest.raises(basma.ArgumentError):
        basma.hash_file(pipe)
