"""What belongs to one running portal on this machine: its folder, environment, programs and services."""

from __future__ import annotations

import base64
import json
import os
import secrets
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import ProxyHandler, build_opener

from launcher import services
from launcher.errors import LauncherError
from launcher.guard import Guard
from launcher.ports import Ports
from launcher.private import secret_file
from launcher.processes import ROOT, Child, kill_group, rotate, stop_all

STOP_SECONDS = 7.0
SERVICE_STOP_SECONDS = 2.5
_open = build_opener(ProxyHandler({})).open  # loopback never goes through a proxy


def environment(data: Path, port: int) -> dict[str, str]:
    """Return what every program of the portal is told; keys are made at the first start."""
    seed = base64.b64encode(secrets.token_bytes(32)).decode()
    defaults = {
        "DATABASE_KEEP_SECONDS": "60",
        "DEMO": "1",
        "SITE_ORIGIN": f"http://127.0.0.1:{port}",
        "STATIC_ROOT": str(data / "static"),
    }
    fixed = {
        "DATA_DIR": str(data),
        "DJANGO_SETTINGS_MODULE": "alliance.settings",
        "PYTHONUNBUFFERED": "1",
    }
    keys = {
        "SECRET_KEY": lambda: secret_file(data / "keys" / "secret_key"),
        "LOG_SIGNING_KEY": lambda: secret_file(data / "keys" / "log_signing_key", seed),
    }
    made = {name: make() for name, make in keys.items() if not os.environ.get(name)}
    return defaults | dict(os.environ) | made | fixed


def _refuse_unreachable(variable: str, url: str) -> None:
    parts = urlsplit(url)
    if not parts.hostname:
        return  # a socket file; the first program to use it will tell
    port = parts.port or {"DATABASE_URL": 5432, "REDIS_URL": 6379}[variable]
    try:
        socket.create_connection((parts.hostname, port), 5).close()
    except OSError as error:
        raise LauncherError(
            f"{variable} is set, but nothing answers at {parts.hostname}:{port} ({error}). "
            f"Start that server, or unset {variable} to have one started here."
        ) from None


@dataclass
class Portal:
    """Everything that runs, in the order it was started."""

    data: Path
    port: int
    guard: Guard
    env: dict[str, str]
    services: list[Child] = field(default_factory=list)
    programs: list[Child] = field(default_factory=list)

    @property
    def logs(self) -> Path:
        """The folder of every log."""
        return self.data / "logs"

    @property
    def url(self) -> str:
        """Where people find it."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def ports(self) -> Ports:
        """Ports of the nodes, kept from start to start."""
        return Ports(self.data / "ports.json")

    def start_services(self) -> list[str]:
        """Start PostgreSQL and Valkey where no address is given; return what is used."""
        self.logs.mkdir(parents=True, exist_ok=True)
        used = []
        for variable, name, folder, start in (
            ("DATABASE_URL", "PostgreSQL", "postgres", services.start_postgres),
            ("REDIS_URL", "Valkey", "valkey", services.start_valkey),
        ):
            if self.env.get(variable):
                _refuse_unreachable(variable, self.env[variable])
                used.append(f"{name} of {variable}")
                continue
            rotate(self.logs / f"{folder}.log")
            service = start(self.data / folder, self.logs, self.guard)
            self.services.append(service.child)
            self.env[variable] = service.url
            used.append(name)
        return used

    def start(self, name: str, module: str, *arguments: str) -> Child:
        """Start a program of the portal, `python -m module arguments`, in its own log."""
        log = self.logs / f"{name}.log"
        rotate(log)
        child = Child(name, [sys.executable, "-m", module, *arguments], log, self.env, self.guard)
        self.programs.append(child)
        child.start()
        return child

    def manage(self, *arguments: str, tell: Callable[[str], None] | None = None) -> str:
        """Run a management command to its end and return what it wrote; `tell` hears each line as it comes."""
        return self.run([sys.executable, str(ROOT / "manage.py"), *arguments], tell)

    def run(self, command: Sequence[str], tell: Callable[[str], None] | None = None) -> str:
        """Run a command to its end; a failure carries its last words."""
        process = subprocess.Popen(
            command, env=self.guard.environment(self.env), cwd=ROOT, start_new_session=True, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        self.guard.add(process.pid)
        errors: list[str] = []
        assert process.stdout
        assert process.stderr
        listener = threading.Thread(target=errors.extend, args=(process.stderr,), daemon=True)
        listener.start()
        lines = []
        try:
            for line in process.stdout:
                lines.append(line)
                if tell:
                    tell(line.rstrip())
            code = process.wait()
            listener.join()
        finally:
            kill_group(process.pid)
            process.wait()
            self.guard.remove(process.pid)
        if code:
            said = ("".join(errors) or "".join(lines))[-3000:]
            name = " ".join(Path(word).name if "/" in word else word for word in command[1:3])
            raise LauncherError(f"`{name}` failed (exit code {code}):\n{said}")
        return "".join(lines)

    def ask(self, path: str) -> Any | None:
        """Fetch JSON from the running portal; None while it can't be had."""
        try:
            with _open(self.url + path, timeout=3) as answer:
                return json.load(answer)
        except (OSError, ValueError):
            return None

    def stop(self) -> None:
        """Stop programs first, then what they stand on."""
        stop_all(self.programs, STOP_SECONDS)
        stop_all(self.services, SERVICE_STOP_SECONDS)
