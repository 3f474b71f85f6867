"""The source archive, which ``pip`` builds where no wheel fits."""

from __future__ import annotations

import pathlib
import subprocess
import sys
import tarfile

import pytest

from conftest import ROOT

pytest.importorskip("maturin")
tomllib = pytest.importorskip("tomllib")


def test_cargo_accepts_the_manifest_of_the_source_archive(tmp_path: pathlib.Path) -> None:
    made = [sys.executable, "-m", "maturin", "sdist", "--manifest-path", str(ROOT / "python/Cargo.toml"), "--out", str(tmp_path)]
    subprocess.run(made, check=True, capture_output=True)
    (archive,) = tmp_path.glob("basma-*.tar.gz")
    with tarfile.open(archive) as files:
        files.extractall(tmp_path)
    (manifest,) = tmp_path.glob("basma-*/Cargo.toml")
    targets = tomllib.loads(manifest.read_text(encoding="utf-8"))
    # Cargo looks for a target that says no path, and refuses to build anything where its file is left out.
    folders = {"test": "tests", "bench": "benches", "example": "examples"}
    sought = [
        f"{folder}/{target['name']}"
        for kind, folder in folders.items()
        for target in targets.get(kind, ())
        if "path" not in target
    ]
    assert targets["test"]
    root = manifest.parent
    lacking = [path for path in sought if not (root / f"{path}.rs").is_file() and not (root / path / "main.rs").is_file()]
    assert lacking == []
    assert (root / "Cargo.lock").is_file(), "other versions than those that were tested"
