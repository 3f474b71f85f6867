"""What tests share."""

from __future__ import annotations

import os
import pathlib
import shutil
from typing import Optional

import numpy as np
import pytest

ROOT = pathlib.Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def at_root(monkeypatch: pytest.MonkeyPatch) -> None:
    """Examples name files from the root of the repository."""
    monkeypatch.chdir(ROOT)


@pytest.fixture
def known() -> np.ndarray:
    """A thousand hashes."""
    return np.random.default_rng(1).integers(0, 256, (1000, 32), dtype=np.uint8)


@pytest.fixture
def picture() -> np.ndarray:
    """A picture with something to see."""
    rows, columns = np.mgrid[0:240, 0:320]
    waves = [np.sin(rows / 17 + n) * np.cos(columns / (23 - n)) for n in range(3)]
    return (np.stack(waves, axis=-1) * 127 + 128).astype(np.uint8)


def command() -> Optional[str]:
    """The command ``basma``, where it was built."""
    named = os.environ.get("BASMA")
    built = [ROOT / "target/release/basma", ROOT / "target/debug/basma"]
    candidates = [named] if named else [str(path) for path in built if path.exists()]
    return next(iter(candidates), None) or shutil.which("basma")
