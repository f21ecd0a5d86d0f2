"""`python -m launcher exec -- COMMAND`: one command on throw-away services."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from types import FrameType

from launcher import services
from launcher.guard import Guard
from launcher.processes import kill_group

PREFIX = "alliance-portal-"


def remove_leftovers() -> None:
    """Remove the folders of launchers that were killed."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        owner = folder / "owner"
        try:
            alive = Path(f"/proc/{int(owner.read_text())}").exists()
        except (OSError, ValueError):
            continue
        if not alive:
            shutil.rmtree(folder, ignore_errors=True)


def main(command: list[str]) -> int:
    """Run a command with DATABASE_URL and REDIS_URL of fresh services, unless they are set; return its exit code."""
    remove_leftovers()
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    (folder / "owner").write_text(str(os.getpid()))
    guard = Guard()
    started: list[services.Service] = []
    signal.signal(signal.SIGTERM, _stop)
    env = dict(os.environ)
    try:
        if not env.get("DATABASE_URL"):
            started.append(
                services.start_postgres(
                    folder / "postgres", folder / "logs", guard, throw_away=True
                )
            )
            env["DATABASE_URL"] = started[-1].url
        if not env.get("REDIS_URL"):
            started.append(services.start_valkey(folder / "valkey", folder / "logs", guard))
            env["REDIS_URL"] = started[-1].url
        return _run(command, env, guard)
    except KeyboardInterrupt:
        return 130
    finally:
        for service in reversed(started):
            service.stop()
        guard.close()
        shutil.rmtree(folder, ignore_errors=True)


def _run(command: list[str], env: dict[str, str], guard: Guard) -> int:
    process = subprocess.Popen(command, env=env, start_new_session=True)
    guard.add(process.pid)
    try:
        code = process.wait()
    except KeyboardInterrupt:
        process.send_signal(signal.SIGINT)
        try:
            code = process.wait(10)
        except subprocess.TimeoutExpired:
            code = 130
    finally:
        kill_group(process.pid)
        guard.remove(process.pid)
    return code if code >= 0 else 128 - code


def _stop(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
