"""Crashed programs start again with patience; what keeps crashing ends the portal with its last words."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from launcher.errors import LauncherError
from launcher.guard import Guard
from launcher.processes import Child, rotate, stop_all
from launcher.supervision import Supervisor
from tests.launcher.conftest import wait_for


@pytest.fixture
def worker(tmp_path: Path, guard: Guard) -> Iterator[Child]:
    code = "import time; print('at work', flush=True); time.sleep(600)"
    command = [sys.executable, "-c", code]
    child = Child("worker", command, tmp_path / "worker.log", dict(os.environ), guard)
    child.start()
    yield child
    stop_all([child], 5)


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def crash(child: Child) -> None:
    assert child.process
    child.process.kill()
    child.process.wait()


def test_a_crash_is_told_and_mended_after_a_wait(worker: Child) -> None:
    told: list[str] = []
    clock = Clock()
    supervisor = Supervisor([worker], told.append, clock)
    supervisor.look()
    assert told == []
    crash(worker)
    supervisor.look()
    assert "worker stopped by itself; starting it again in 1 s" in told[0]
    supervisor.look()
    assert not worker.is_running
    clock.now += 1
    supervisor.look()
    assert worker.is_running
    assert len(told) == 1


def test_three_crashes_within_the_window_are_an_error_with_the_log(worker: Child) -> None:
    clock = Clock()
    supervisor = Supervisor([worker], lambda _: None, clock)
    for wait in (1, 2):
        assert wait_for(lambda: "at work" in worker.tail())
        crash(worker)
        supervisor.look()
        clock.now += wait
        supervisor.look()
        assert worker.is_running
    crash(worker)
    with pytest.raises(LauncherError, match=r"(?s)worker stopped by itself 3 times.*at work"):
        supervisor.look()


def test_crashes_long_ago_are_forgotten(worker: Child) -> None:
    clock = Clock()
    supervisor = Supervisor([worker], lambda _: None, clock)
    for _ in range(4):
        crash(worker)
        supervisor.look()
        clock.now += 31
        supervisor.look()
        assert worker.is_running


def test_a_program_that_ignores_the_request_is_ended(tmp_path: Path, guard: Guard) -> None:
    code = "import signal, time; signal.signal(15, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"
    child = Child(
        "deaf", [sys.executable, "-c", code], tmp_path / "deaf.log", dict(os.environ), guard
    )
    child.start()
    assert wait_for(lambda: "deaf" in child.tail())
    process = child.process
    stop_all([child], 0.2)
    assert process
    assert process.returncode == -9


def test_logs_of_the_start_before_are_kept(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    rotate(log)
    log.write_text("first")
    rotate(log)
    assert (tmp_path / "web.log.1").read_text() == "first"
    assert not log.exists()
