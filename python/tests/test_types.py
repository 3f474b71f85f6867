"""Types, stubs and examples against the module."""

from __future__ import annotations

import doctest
import importlib
import subprocess
import sys

import pytest

import basma
from conftest import ROOT


def check(*arguments: str) -> None:
    ended = subprocess.run([sys.executable, "-m", *arguments], capture_output=True, text=True, cwd=ROOT / "python")
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_the_package_is_typed() -> None:
    pytest.importorskip("mypy")
    pytest.importorskip("threatexchange")
    check("mypy", "--ignore-missing-imports")


def test_the_stubs_are_those_of_the_module() -> None:
    pytest.importorskip("mypy")
    check("mypy.stubtest", "basma._basma", "--ignore-missing-stub")


@pytest.mark.parametrize("name", ["", ".pdqhash", "._errors", "._hashes", "._index", "._matcher", "._store", ".tx._pdq"])
def test_examples_run(name: str) -> None:
    if name.startswith(".tx"):
        pytest.importorskip("threatexchange")
    module = importlib.import_module("basma" + name)
    result = doctest.testmod(module)
    assert result.failed == 0 and (result.attempted > 0 or name == "._store")


def test_everything_public_is_there_and_documented() -> None:
    for name in basma.__all__:
        value = getattr(basma, name)
        assert name.isupper() or name.startswith("__") or value.__doc__, name
