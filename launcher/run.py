"""`make run`: the whole portal on this machine, from services to evaluation nodes, with progress while it starts."""

from __future__ import annotations

import fcntl
import json
import os
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from launcher import nodes
from launcher.board import Progress
from launcher.errors import LauncherError
from launcher.guard import Guard
from launcher.portal import Portal, environment
from launcher.ports import is_taken
from launcher.private import private_folder
from launcher.processes import ROOT, Child, wait_until
from launcher.stopping import MakeAround, Stop, listen
from launcher.supervision import Supervisor

LOCK_SECONDS = 10.0


def say(text: str) -> None:
    """Tell the person at the keyboard."""
    print(text, flush=True)


@dataclass
class Stage:
    """Numbered progress with the seconds since the start."""

    total: int
    number: int = 0
    began: float = field(default_factory=time.monotonic)

    def step(self, text: str) -> None:
        """Announce the next step."""
        self.number += 1
        say(f"[{self.number}/{self.total}] {self.seconds:5.1f} s  {text}")

    @property
    def seconds(self) -> float:
        """Time since the start."""
        return time.monotonic() - self.began


def main() -> int:
    """Start, watch, stop; return the exit code."""
    listen()
    make = MakeAround()
    port = _port()
    data = private_folder(Path(os.environ.get("DATA_DIR") or ROOT / ".data").resolve())
    try:
        lock = _lock(data, port)
    except Stop as stop:
        return 128 + stop.number
    guard = Guard(keep_open=(lock.fileno(),))
    portal = Portal(data, port, guard, {})
    code = 0
    try:
        _refuse_taken(port)
        portal.env = environment(data, port)
        stage = Stage(total=6)
        _start(portal, stage)
        _follow(portal, make, stage)
    except Stop:
        say("\nStopping…")
    except LauncherError as error:
        say(f"\n{error}")
        code = 2 if not portal.services and not portal.programs else 1
    finally:
        portal.stop()
        guard.close()
        lock.close()
    if portal.programs or portal.services:
        say("Everything has stopped.")
    return code


def _port() -> int:
    text = os.environ.get("PORT") or "8000"
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        raise LauncherError(f"PORT must be a number from 1 to 65535, not {text!r}.")
    return int(text)


def _refuse_taken(port: int) -> None:
    if is_taken(port):
        other = port + 1 if port < 65535 else 8001
        raise LauncherError(
            f"Port {port} is taken by another program. Choose another: PORT={other} make run"
        )


def _lock(data: Path, port: int) -> IO[str]:
    """Hold the data folder; wait a little while the programs of a launcher that was killed are ended."""
    lock = (data / "lock").open("a+")
    deadline = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except OSError:
            lock.seek(0)
            holder, _, address = lock.read().strip().partition(" ")
        alive = holder.isdigit() and _is_alive(int(holder))
        if alive or time.monotonic() > deadline:
            lock.close()
            raise LauncherError(
                f"The portal with the data in {data} runs already: {address} (process {holder}). "
                f"Stop it first, or choose another folder: DATA_DIR=… make run"
            )
        time.sleep(0.1)
    lock.truncate(0)
    lock.write(f"{os.getpid()} http://127.0.0.1:{port}\n")
    lock.flush()
    return lock


def _is_alive(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _start(portal: Portal, stage: Stage) -> None:
    stage.step("starting PostgreSQL and Valkey")
    say(f"               {', '.join(portal.start_services())}")
    stage.step("starting three evaluation nodes; they begin to evaluate")
    addresses = nodes.start(portal)
    stage.step("bringing the database up to date, compiling languages, collecting static files")
    _prepare(portal)
    stage.step("loading facts and the demonstration")
    portal.manage(
        "demo",
        "--nodes",
        nodes.as_argument(addresses),
        tell=lambda line: say(f"               {line}"),
    )
    accounts = json.loads(portal.manage("demo", "--accounts"))
    stage.step("starting web, worker and beat")
    web = _start_portal(portal)
    wait_until(lambda: portal.ask("/healthz") is not None, web, 60)
    stage.step("the portal answers")
    _greet(portal, accounts)


def _prepare(portal: Portal) -> None:
    pool = ThreadPoolExecutor(1)
    migration = pool.submit(portal.manage, "migrate", "--no-input", "-v", "0")
    try:
        portal.manage("catalogues", "compile")
        portal.manage("collectstatic", "--no-input", "-v", "0")
        migration.result()
    finally:
        pool.shutdown(wait=False)  # asked to stop: the guard ends the migration


def _start_portal(portal: Portal) -> Child:
    web = portal.start(
        "web", "granian", "--interface", "rsgi", "--host", "127.0.0.1", "--port", str(portal.port),
        "--workers", "1", "--no-ws", "--log-level", "warning", "--workers-kill-timeout", "5",
        "--backpressure", "4096",  # an open stream is a request under way, and granian takes 1,024 unless told
        "alliance.front:application",
    )  # fmt: skip
    portal.start(
        "worker", "celery", "-A", "alliance", "worker", "--concurrency", "2", "--loglevel", "INFO"
    )
    portal.start(
        "beat", "celery", "-A", "alliance", "beat", "--schedule", str(portal.data / "beat-schedule"),
        "--pidfile", "", "--loglevel", "WARNING",
    )  # fmt: skip
    return web


def _greet(portal: Portal, accounts: list[dict[str, str]]) -> None:
    say(f"\n  The portal    {portal.url}/en/   (en français : {portal.url}/fr/)")
    say(f"  Leaderboard   {portal.url}/en/leaderboard/language-id/")
    say(f"  Governance    {portal.url}/en/governance/")
    say(f"  Public log    {portal.url}/en/log/")
    say(f"  E-mails       {portal.url}/en/accounts/mail/")
    say(f"  API           {portal.url}/en/api/\n")
    if accounts:
        say("  Demonstration accounts (nobody real)")
        for account in accounts:
            say(f"    {account['email']:<28} {account['password']:<16} {account['who']}")
    say(f"\n  Logs are in {portal.logs}. Ctrl-C stops everything.\n")


def _follow(portal: Portal, make: MakeAround, stage: Stage) -> None:
    """Show the board filling, then only watch, until somebody asks to stop."""
    supervisor = Supervisor(portal.services + portal.programs, say)
    progress = Progress(portal, say, stage.began)
    while True:
        make.check()
        portal.guard.revive()
        supervisor.look()
        progress.look()
        time.sleep(1)
