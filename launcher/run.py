"""`make run`: the whole portal on this machine, from services to evaluation nodes, with progress while it starts."""

from __future__ import annotations

import base64
import fcntl
import json
import os
import secrets
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import IO, Any
from urllib.request import urlopen

from launcher import services
from launcher.errors import LauncherError
from launcher.guard import Guard
from launcher.processes import Child, is_taken, wait_until

ROOT = Path(__file__).parent.parent
CRASHES_ALLOWED = 3
CRASH_WINDOW = 30.0


class Stop(Exception):
    """Somebody asked the launcher to stop."""


def say(text: str) -> None:
    """Tell the person at the keyboard."""
    print(text, flush=True)


@dataclass
class Stage:
    """Numbered progress with the seconds each step took."""

    total: int
    number: int = 0
    began: float = field(default_factory=time.monotonic)

    def step(self, text: str) -> None:
        """Announce the next step."""
        self.number += 1
        say(f"[{self.number}/{self.total}] {time.monotonic() - self.began:5.1f} s  {text}")


@dataclass
class Portal:
    """Everything that runs, in the order it was started."""

    data: Path
    port: int
    guard: Guard
    env: dict[str, str]
    started: list[Child] = field(default_factory=list)
    crashes: dict[str, list[float]] = field(default_factory=dict)

    @property
    def logs(self) -> Path:
        return self.data / "logs"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def child(self, name: str, *command: str) -> Child:
        """Start a program of the portal in its own log."""
        log = self.logs / f"{name}.log"
        if log.exists():
            log.replace(log.with_suffix(".log.1"))
        child = Child(name, command, log, self.env, self.guard)
        child.start()
        self.started.append(child)
        return child

    def manage(self, *arguments: str) -> str:
        """Run a management command to its end; its failure is the reader's to see."""
        done = subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), *arguments],
            env=self.env, cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise LauncherError(
                f"manage.py {arguments[0]} failed:\n{(done.stderr or done.stdout)[-3000:]}"
            )
        return done.stdout

    def watch(self) -> None:
        """Start again what crashed; three crashes within half a minute end the portal."""
        for child in self.started:
            if child.is_running:
                continue
            moments = [
                at
                for at in self.crashes.get(child.name, [])
                if time.monotonic() - at < CRASH_WINDOW
            ]
            moments.append(time.monotonic())
            self.crashes[child.name] = moments
            if len(moments) >= CRASHES_ALLOWED:
                raise LauncherError(f"{child.name} keeps stopping. Its last words:\n{child.tail()}")
            say(f"{child.name} stopped by itself; starting it again (see {child.log}).")
            child.stop()
            time.sleep(len(moments))
            child.start()

    def stop(self) -> None:
        """Ask everything to stop at once, then wait for each, newest first."""
        for child in self.started:
            if child.is_running and child.process:
                child.process.send_signal(child.stop_signal)
        for child in reversed(self.started):
            child.stop(8)


def main() -> int:
    """Start, watch, stop; return the exit code."""
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, _stop)
    data = services.private_folder(Path(os.environ.get("DATA_DIR") or ROOT / ".data").resolve())
    port = _port()
    lock = _lock(data)
    guard = Guard()
    own: list[services.Service] = []
    portal = Portal(data, port, guard, _environment(data, port))
    code = 0
    try:
        _start(portal, own)
        _follow(portal)
    except Stop:
        say("Stopping…")
        code = 130
    except LauncherError as error:
        say(f"\n{error}")
        code = 1
    finally:
        portal.stop()
        for service in reversed(own):
            service.stop()
        guard.close()
        lock.close()
    say("Stopped.")
    return code


def _stop(number: int, frame: FrameType | None) -> None:
    raise Stop


def _port() -> int:
    text = os.environ.get("PORT") or "8000"
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise LauncherError(f"PORT must be a number from 1 to 65535, not {text!r}.")
    if is_taken(int(text)):
        raise LauncherError(
            f"Port {text} is taken by another program. Choose another: PORT={int(text) + 1} make run"
        )
    return int(text)


def _lock(data: Path) -> IO[str]:
    lock = (data / "lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        message = f"Another `make run` uses {data}. Stop it first, or choose another folder with DATA_DIR=…"
        raise LauncherError(message) from None
    return lock


def _environment(data: Path, port: int) -> dict[str, str]:
    seed = base64.b64encode(secrets.token_bytes(32)).decode()
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    return dict(os.environ) | {
        "PATH": path,
        "DEMO": os.environ.get("DEMO", "1"),
        "DATA_DIR": str(data),
        "STATIC_ROOT": str(data / "static"),
        "SITE_ORIGIN": os.environ.get("SITE_ORIGIN", f"http://127.0.0.1:{port}"),
        "SECRET_KEY": services.secret_file(data / "keys" / "secret_key"),
        "LOG_SIGNING_KEY": services.secret_file(data / "keys" / "log_signing_key", seed),
        "PYTHONUNBUFFERED": "1",
    }


def _start(portal: Portal, own: list[services.Service]) -> None:
    stage = Stage(total=6)
    stage.step("starting PostgreSQL" if "DATABASE_URL" not in portal.env else "using DATABASE_URL")
    if not portal.env.get("DATABASE_URL"):
        own.append(services.start_postgres(portal.data / "postgres", portal.logs, portal.guard))
        portal.env["DATABASE_URL"] = own[-1].url
    stage.step("starting Valkey" if "REDIS_URL" not in portal.env else "using REDIS_URL")
    if not portal.env.get("REDIS_URL"):
        own.append(services.start_valkey(portal.data / "valkey", portal.logs, portal.guard))
        portal.env["REDIS_URL"] = own[-1].url
    stage.step("bringing the database up to date, compiling languages, collecting static files")
    portal.manage("migrate", "--no-input", "-v", "0")
    portal.manage("catalogues", "compile")
    portal.manage("collectstatic", "--no-input", "-v", "0")
    stage.step("loading facts and the demonstration")
    portal.manage("demo")
    accounts = json.loads(portal.manage("demo", "--accounts"))
    stage.step("starting web, worker and beat")
    web = _start_portal(portal)
    wait_until(lambda: _ask(f"{portal.url}/healthz") is not None, web, 60)
    stage.step("ready")
    _greet(portal, accounts)


def _start_portal(portal: Portal) -> Child:
    beat_file = portal.data / "beat-schedule"
    web = portal.child(
        "web", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(portal.port),
        "--workers", "1", "--no-ws", "--log-level", "warning", "alliance.wsgi:application",
    )  # fmt: skip
    portal.child(
        "worker", "celery", "-A", "alliance", "worker", "--concurrency", "2", "--loglevel", "INFO"
    )
    portal.child(
        "beat",
        "celery",
        "-A",
        "alliance",
        "beat",
        "--schedule",
        str(beat_file),
        "--loglevel",
        "WARNING",
    )
    return web


def _greet(portal: Portal, accounts: list[dict[str, str]]) -> None:
    say(f"\n  The portal:   {portal.url}/en/   (français : {portal.url}/fr/)")
    say(f"  Public log:   {portal.url}/en/log/")
    say(f"  Letters:      {portal.url}/en/accounts/mail/")
    say(f"  API:          {portal.url}/en/api/\n")
    if accounts:
        say("  Demonstration accounts:")
        for account in accounts:
            say(f"    {account['email']:<28} {account['password']:<16} {account['who']}")
        say("\n  Try: sign in as rep-a@demo.example and make an API key for your organisation.")
    say(f"  Logs are in {portal.logs}. Ctrl-C stops everything.\n")


def _ask(url: str) -> Any | None:
    try:
        with urlopen(url, timeout=3) as answer:  # noqa: S310 - our own loopback address
            return json.load(answer)
    except (OSError, ValueError):
        return None


def _follow(portal: Portal) -> None:
    """Watch until somebody asks to stop."""
    while True:
        portal.watch()
        time.sleep(1)
