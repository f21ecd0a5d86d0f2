"""`make check` runs everything and sums up what failed."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from launcher import check

GOOD = [sys.executable, "-c", "print('fine')"]
BAD = [sys.executable, "-c", "import sys; sys.exit('a broken thing')"]


def test_all_checks_run_even_after_one_failed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    listed = [check.Check("first", BAD), check.Check("second", GOOD), check.Check("third", BAD)]
    monkeypatch.setattr(check, "checks", lambda: listed)
    assert check.main() == 1
    said = capsys.readouterr().out
    assert "ok     second" in said
    assert said.count("a broken thing") == 2
    assert "fine" not in said
    assert said.endswith("1 passed, 2 failed\n")


def test_a_check_sees_its_own_environment(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    command = [sys.executable, "-c", "import os, sys; sys.exit(os.environ['DEMO'] != '0')"]
    monkeypatch.setattr(check, "checks", lambda: [check.Check("env", command, check.PRODUCTION)])
    assert check.main() == 0
    assert capsys.readouterr().out.endswith("1 passed, 0 failed\n")


def test_every_tool_that_is_named_is_there() -> None:
    for one in check.checks():
        assert Path(one.command[0]).exists(), one.name
