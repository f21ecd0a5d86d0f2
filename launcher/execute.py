"""`python -m launcher exec [--durable] -- COMMAND`: one command on throw-away services."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from launcher import services
from launcher.errors import LauncherError
from launcher.guard import Guard
from launcher.processes import Child, kill_group, stop_all
from launcher.stopping import Stop, listen

PREFIX = "portal-throw-away-"
YOUNG_SECONDS = 10.0


def remove_leftovers() -> None:
    """Remove the folders of launchers that were killed together with their guard."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        try:
            if folder.is_symlink() or folder.stat().st_uid != os.geteuid():
                continue
            if time.time() - folder.stat().st_mtime < YOUNG_SECONDS:
                continue  # its launcher may be about to lock it
            with (folder / "lock").open("a") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
        except OSError:
            continue


def main(command: list[str], *, durable: bool = False) -> int:
    """Run a command with DATABASE_URL and REDIS_URL of fresh services, unless they are set; return its exit code.

    `durable` makes PostgreSQL wait for the disk at each commit, as in production; measurements ask for it.
    """
    listen()
    remove_leftovers()
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    started: list[Child] = []
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        guard = Guard(keep_open=(lock.fileno(),))
        guard.remove_folder_at_the_end(folder)
        try:
            env = _services(folder, guard, started, durable)
            return _run(command, env, guard)
        except Stop as stop:
            return 128 + stop.number
        finally:
            stop_all(started, 5)
            guard.close()


def _services(folder: Path, guard: Guard, started: list[Child], durable: bool) -> dict[str, str]:
    env = dict(os.environ)
    if not env.get("DATABASE_URL"):
        postgres = services.start_postgres(
            folder / "postgres", folder / "logs", guard, throw_away=True, durable=durable
        )
        started.append(postgres.child)
        env["DATABASE_URL"] = postgres.url
    if not env.get("REDIS_URL"):
        valkey = services.start_valkey(folder / "valkey", folder / "logs", guard)
        started.append(valkey.child)
        env["REDIS_URL"] = valkey.url
    return env


def _run(command: list[str], env: dict[str, str], guard: Guard) -> int:
    """Run the command in a group of its own and pass on the signals that ask to stop."""
    try:
        process = subprocess.Popen(command, env=guard.environment(env), start_new_session=True)
    except OSError as error:
        raise LauncherError(f"{command[0]} can't be started: {error.strerror}.") from error
    guard.add(process.pid)
    try:
        code = process.wait()
    except Stop as stop:
        process.send_signal(stop.number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(10)
        raise
    finally:
        kill_group(process.pid)
        process.wait()
        guard.remove(process.pid)
    return code if code >= 0 else 128 - code
