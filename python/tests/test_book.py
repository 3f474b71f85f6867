"""The pages of the book against the package."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from conftest import ROOT

PAGE = (ROOT / "docs/src/guides/python.md").read_text()
SESSIONS = re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("session", SESSIONS)
def test_each_session_of_the_page_runs(session: str) -> None:
    for name in ("duckdb", "polars"):
        if name in session:
            pytest.importorskip(name)
    exec(compile(session, "python.md", "exec"), {})


def test_the_page_has_every_exception() -> None:
    import basma

    names = {name for name in basma.__all__ if name.endswith("Error") and name != "BasmaError"}
    assert names <= set(re.findall(r"`(\w+Error)`", PAGE))


def test_the_plan_is_what_the_simulation_prints() -> None:
    ended = subprocess.run([sys.executable, ROOT / "python/benches/plan.py"], capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    page = (ROOT / "docs/src/method/cluster.md").read_text()
    rows = [line for line in ended.stdout.splitlines() if re.match(r"\| (\d|equal|a shard|one shard)", line)]
    assert len(rows) == 8 and all(row in page for row in rows)
