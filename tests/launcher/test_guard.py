"""The guard ends groups and strays, revives, and holds what it is given."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from pathlib import Path

from launcher import guard as guards
from launcher.guard import Guard
from tests.launcher.conftest import wait_for

SLEEP = [sys.executable, "-c", "import time; time.sleep(600)"]


def test_closing_ends_groups_and_marked_strays(guard: Guard) -> None:
    known = subprocess.Popen(SLEEP, start_new_session=True)
    stray = subprocess.Popen(SLEEP, start_new_session=True, env=guard.environment(os.environ))
    other = subprocess.Popen(SLEEP, start_new_session=True)
    guard.add(known.pid)
    assert wait_for(lambda: stray.pid in guards.marked(guard.mark))
    guard.close()
    try:
        assert (known.wait(5), stray.wait(5)) == (-15, -15)
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


def test_a_group_taken_from_the_list_is_let_be(guard: Guard) -> None:
    process = subprocess.Popen(SLEEP, start_new_session=True)
    guard.add(process.pid)
    guard.remove(process.pid)
    guard.close()
    assert process.poll() is None
    process.kill()
    process.wait()


def test_a_guard_that_was_killed_is_replaced_and_knows_everything_again(
    guard: Guard, tmp_path: Path
) -> None:
    process = subprocess.Popen(SLEEP, start_new_session=True)
    folder = tmp_path / "throw away"
    folder.mkdir()
    guard.add(process.pid)
    guard.remove_folder_at_the_end(folder)
    guard.process.kill()
    guard.process.wait()
    guard.add(os.getpid())  # writing to the dead one is no error
    guard.remove(os.getpid())
    guard.revive()
    guard.close()
    assert process.wait(5) == -15
    assert not folder.exists()


def test_marks_of_launchers_within_launchers_add_up(guard: Guard) -> None:
    inner = Guard()
    env = inner.environment(guard.environment({}))
    process = subprocess.Popen(SLEEP, start_new_session=True, env=env)
    try:
        assert wait_for(lambda: process.pid in guards.marked(guard.mark))
        assert process.pid in guards.marked(inner.mark)
        assert process.pid not in guards.marked("0" * 16)
    finally:
        inner.close()
    assert process.wait(5) == -15


def test_a_lock_is_held_until_the_guard_has_ended_everything(tmp_path: Path) -> None:
    ours = (tmp_path / "lock").open("w")
    fcntl.flock(ours, fcntl.LOCK_EX)
    watcher = Guard(keep_open=(ours.fileno(),))
    ours.close()
    with (tmp_path / "lock").open("w") as theirs:
        assert _is_held(theirs.fileno())
        watcher.close()
        assert not _is_held(theirs.fileno())


def _is_held(number: int) -> bool:
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    return False
