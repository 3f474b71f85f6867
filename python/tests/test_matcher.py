"""Lists and files to findings."""

from __future__ import annotations

import json
import pathlib
import pickle
import subprocess

import numpy as np
import pytest

import basma
import report_classes
from conftest import command

PHOTO = "fixtures/dump/chat/IMG-WA0003.jpg"
LISTED = "19c67389c67ccda632d9d99bc71e0c6438e76193ce4a2619f9e62596c659d261"


def test_the_classes_are_those_of_the_schema() -> None:
    assert report_classes.MODULE.read_text() == report_classes.module(), "run python python/tests/report_classes.py"


def test_findings_are_the_lines_of_the_command() -> None:
    program = command()
    if program is None:
        pytest.skip("the command basma is not built")
    arguments = [program, "scan", "fixtures/dump", "--list", "hashsets/demo.csv", "--format", "jsonl", "--quiet", "--sandbox", "off"]
    printed = subprocess.run(arguments, capture_output=True, text=True).stdout.splitlines()
    scan = basma.Matcher("hashsets/demo.csv").scan("fixtures/dump")
    assert [finding.to_json() for finding in scan] == printed[:-1]
    assert scan.summary is not None
    assert scan.summary.to_dict() == json.loads(printed[-1])["summary"]
    assert [basma.Finding.from_json(line).to_json() for line in printed[:-1]] == printed[:-1]


def test_a_scan_accounts_for_every_file() -> None:
    scan = basma.Matcher("hashsets/demo.csv").scan(["fixtures/dump"], jobs=1)
    assert scan.summary is None
    findings = list(scan)
    summary = scan.summary
    assert summary is not None and len(findings) == summary.discovered
    assert sum(finding.status == "matched" for finding in findings) == summary.matched > 0
    assert findings == list(basma.Matcher("hashsets/demo.csv").scan("fixtures/dump", jobs=8))
    assert list(scan) == []


def test_each_form_of_a_picture_has_the_same_matches(picture: np.ndarray) -> None:
    matcher = basma.Matcher("hashsets/demo.csv")
    data = pathlib.Path(PHOTO).read_bytes()
    found = matcher.match(PHOTO)
    assert found == matcher.match(data) == matcher.match(memoryview(data)) == matcher.match(pathlib.Path(PHOTO))
    assert found.status == "matched" and found.matches[0].id == "figure-1"
    images = pytest.importorskip("PIL.Image")
    assert matcher.match(images.open(PHOTO)).matches[0].id == "figure-1"
    assert matcher.match(picture).status == "no_match"
    assert matcher.match(np.zeros((64, 64), dtype=np.uint8)).status == "low_quality"


def test_what_was_not_looked_at_is_no_miss() -> None:
    matcher = basma.Matcher("hashsets/demo.csv")
    whole = pathlib.Path(PHOTO).read_bytes()
    try:
        status = matcher.match(b"no picture").status
    except basma.MediaError:
        status = "failed"
    assert status == "failed"
    assert matcher.match(whole[: len(whole) * 2 // 3]).status in ("partial", "matched")


def test_hashes_are_looked_up() -> None:
    matcher = basma.Matcher("hashsets/demo.csv")
    found = matcher.lookup(LISTED)
    assert found.query.hash == LISTED and found.matches[0].distance <= 31
    raw = bytes.fromhex(LISTED)
    array = np.frombuffer(raw, dtype=np.uint8).reshape(1, 32)
    for form in ([LISTED], [raw], array, [basma.Hash("pdq", LISTED)]):
        assert matcher.lookup_batch(form) == [found]
    assert matcher.lookup_batch([]) == []
    assert matcher.lookup("0" * 64).matches == []
    with pytest.raises(ValueError):
        matcher.lookup("f0")


def test_rules_are_as_asked_for() -> None:
    near = basma.Matcher("hashsets/demo.csv", radius=0)
    assert near.match(PHOTO).matches == []
    assert near.conditions.radii["pdq"] == 0
    assert basma.Matcher(["hashsets/demo.csv"], radius={"pdq": 40}, limit=1).conditions.limit == 1
    for wrong in ({"radius": -1}, {"radius": {"pdq2": 3}}, {"tiers": ["best"]}):
        with pytest.raises(ValueError):
            basma.Matcher("hashsets/demo.csv", **wrong)


def test_lists_that_are_not_there_or_hold_nothing(tmp_path) -> None:
    with pytest.raises(FileNotFoundError):
        basma.Matcher("nowhere.csv")
    with pytest.raises(basma.ArgumentError):
        basma.Matcher([])
    broken = tmp_path / "broken.csv"
    broken.write_text("id,type,hash\na,pdq,f0\n")
    with pytest.raises(basma.ListError):
        basma.Matcher(broken)


def test_roots_that_are_not_there() -> None:
    scan = basma.Matcher("hashsets/demo.csv").scan("nowhere")
    with pytest.raises((basma.BasmaError, OSError)):
        list(scan)
    with pytest.raises(ValueError):
        basma.Matcher("hashsets/demo.csv").scan("fixtures/dump", jobs=0)


def test_a_matcher_travels_by_its_paths() -> None:
    matcher = basma.Matcher("hashsets/demo.csv", radius=12)
    again = pickle.loads(pickle.dumps(matcher))
    assert again.conditions.radii == matcher.conditions.radii and again.match(PHOTO) == matcher.match(PHOTO)


def test_an_index_is_a_list(tmp_path) -> None:
    path = tmp_path / "known.basma"
    basma.Index.build([basma.hash_file(PHOTO).hex], ids=["photo"], name="own", path=path)
    match = basma.Matcher(path).match(PHOTO).matches[0]
    assert (match.list, match.id, match.distance) == ("own", "photo", 0)
