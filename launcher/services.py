"""PostgreSQL and Valkey of our own: loopback only, with a password, stopped with the launcher."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psycopg

from launcher import binaries
from launcher.errors import LauncherError
from launcher.guard import Guard
from launcher.processes import Child, free_port, is_taken, wait_until

THROW_AWAY = ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]


@dataclass(frozen=True)
class Service:
    """A running service and its address."""

    child: Child
    url: str

    def stop(self) -> None:
        """Stop it in good order."""
        self.child.stop()


def private_folder(path: Path) -> Path:
    """Make a folder that only this user can enter."""
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(0o700)
    return path


def secret_file(path: Path, make: str | None = None) -> str:
    """Read a secret, making it at first use; the file is readable by this user only."""
    if not path.exists():
        private_folder(path.parent)
        path.touch(mode=0o600)
        path.write_text(make or secrets.token_urlsafe(32))
    return path.read_text().strip()


def kept_port(path: Path) -> int:
    """Return the port used last time when it is still free, else a new one."""
    port = int(path.read_text()) if path.exists() else 0
    if not port or is_taken(port):
        port = free_port()
        path.write_text(str(port))
    return port


def as_nobody(command: Sequence[str | Path]) -> list[str]:
    """PostgreSQL refuses to run as root: give it an ordinary user of its own name space.

    `unshare` changes only what the process believes: files stay root's, no account is made, no folder is opened.
    """
    words = [str(word) for word in command]
    if os.geteuid() != 0:
        return words
    if not shutil.which("unshare"):
        raise LauncherError(
            "PostgreSQL can't run as root here. Use another user, or set DATABASE_URL."
        )
    return ["unshare", "--user", "--map-user=65534", "--map-group=65534", *words]


def start_postgres(folder: Path, logs: Path, guard: Guard, *, throw_away: bool = False) -> Service:
    """Start PostgreSQL on a data folder (made at first use) and return it with the address of its database."""
    programs = binaries.postgres_folder()
    private_folder(folder)
    password = secret_file(folder / "password")
    data = folder / "data"
    if not (data / "PG_VERSION").exists():
        _init(programs, data, folder / "password", logs)
    port = kept_port(folder / "port")
    command: list[str | Path] = [
        programs / "postgres",
        "-D",
        data,
        "-p",
        str(port),
        "-k",
        "",
        "-c",
        "listen_addresses=127.0.0.1",
        "-c",
        "max_connections=120",
        "-c",
        "log_min_duration_statement=-1",
        *(THROW_AWAY if throw_away else []),
    ]
    child = Child(
        "PostgreSQL", as_nobody(command), logs / "postgres.log", os.environ, guard, signal.SIGINT
    )
    child.start()
    server = f"postgres://portal:{password}@127.0.0.1:{port}"
    wait_until(lambda: _answers(f"{server}/postgres"), child, 30)
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = 'portal'").fetchone():
            connection.execute("CREATE DATABASE portal")
    return Service(child, f"{server}/portal")


def _init(programs: Path, data: Path, password_file: Path, logs: Path) -> None:
    shutil.rmtree(data, ignore_errors=True)  # a start that was cut off
    options: list[str | Path] = [
        "-D",
        data,
        "-U",
        "portal",
        "-E",
        "UTF8",
        "--locale=C.UTF-8",
        "--no-sync",
        "--no-instructions",
        "--auth-local=scram-sha-256",
        "--auth-host=scram-sha-256",
        f"--pwfile={password_file}",
    ]
    done = subprocess.run(
        as_nobody([programs / "initdb", *options]), capture_output=True, text=True, check=False
    )
    logs.mkdir(parents=True, exist_ok=True)
    (logs / "initdb.log").write_text(done.stdout + done.stderr)
    if done.returncode:
        shutil.rmtree(data, ignore_errors=True)
        raise LauncherError(f"PostgreSQL could not make its data folder:\n{done.stderr[-1500:]}")


def _answers(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def start_valkey(folder: Path, logs: Path, guard: Guard) -> Service:
    """Start Valkey without files of its own: PostgreSQL is the record, so nothing here needs to survive."""
    program = binaries.valkey_program()
    private_folder(folder)
    password = secret_file(folder / "password")
    port = kept_port(folder / "port")
    configuration = folder / "valkey.conf"
    configuration.touch(mode=0o600)
    lines = [f"port {port}", "bind 127.0.0.1", f"requirepass {password}", 'save ""', "appendonly no",
             "maxmemory-policy noeviction", f'dir "{folder}"']  # fmt: skip
    configuration.write_text("\n".join(lines) + "\n")
    child = Child(
        "Valkey", [str(program), str(configuration)], logs / "valkey.log", os.environ, guard
    )
    child.start()
    wait_until(lambda: _listens(port), child, 15)
    return Service(child, f"redis://:{password}@127.0.0.1:{port}/0")


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True
