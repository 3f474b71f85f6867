"""The source archive, which ``pip`` builds where no wheel fits."""

from __future__ import annotations

import pathlib
import shutil
import subprocess
import sys
import tarfile

import pytest

from conftest import ROOT

pytest.importorskip("maturin")
if shutil.which("cargo") is None:
    pytest.skip("cargo is not installed", allow_module_level=True)


def test_cargo_accepts_the_manifest_of_the_source_archive(tmp_path: pathlib.Path) -> None:
    made = [sys.executable, "-m", "maturin", "sdist", "--manifest-path", str(ROOT / "python/Cargo.toml"), "--out", str(tmp_path)]
    subprocess.run(made, check=True, capture_output=True)
    (archive,) = tmp_path.glob("basma-*.tar.gz")
    with tarfile.open(archive) as files:
        files.extractall(tmp_path)
    (manifest,) = tmp_path.glob("basma-*/python/Cargo.toml")
    # Every target that a manifest names must be there, or say its path.
    read = ["cargo", "metadata", "--locked", "--format-version", "1", "--manifest-path", str(manifest)]
    told = subprocess.run(read, capture_output=True, text=True)
    assert told.returncode == 0, told.stderr
    assert (manifest.parent.parent / "Cargo.lock").is_file(), "other versions than those that were tested"
