"""PostgreSQL and Valkey of our own: loopback only, with a password, stopped with the launcher."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from launcher import binaries
from launcher.errors import LauncherError
from launcher.guard import Guard
from launcher.ports import Ports, is_taken
from launcher.private import private_folder, secret_file, write_private
from launcher.privilege import Account, account
from launcher.processes import Child, wait_until

THROW_AWAY = ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]
CONNECTIONS = 200  # parallel tests with threads, or web + worker + front with room to spare
ATTEMPTS = 3


@dataclass(frozen=True)
class Service:
    """A running service and its address."""

    child: Child
    url: str


def start_postgres(
    folder: Path, logs: Path, guard: Guard, *, throw_away: bool = False, durable: bool = False
) -> Service:
    """Start PostgreSQL on a data folder (made at first use); its database is `portal`.

    Throw-away data do not wait for the disk, unless they shall be `durable` all the same.
    """
    private_folder(folder)
    runs_as = account()
    place = runs_as.folder(folder)
    if place != folder and throw_away:
        guard.remove_folder_at_the_end(place)
    programs = runs_as.programs(binaries.postgres_folder(), place)
    password = secret_file(folder / "password")
    data = place / "data"
    if not data.exists():
        _make_cluster(programs, data, password, runs_as, logs)
    _check_version(programs, data)
    end_leftover(data)
    ports = Ports(folder / "ports.json")

    def child_on(port: int) -> Child:
        command = [
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
            f"max_connections={CONNECTIONS}",
            *(THROW_AWAY if throw_away and not durable else []),
        ]
        return Child("PostgreSQL", runs_as.command(command), logs / "postgres.log", os.environ, guard,
                     signal.SIGINT, runs_as.user, cwd=place)  # fmt: skip

    child, port = _start(child_on, ports, lambda child, port: _postgres_is_ready(data, child), 60)
    return Service(child, f"postgres://portal:{password}@127.0.0.1:{port}/portal")


def start_valkey(folder: Path, logs: Path, guard: Guard) -> Service:
    """Start Valkey without files of its own: PostgreSQL is the record, so nothing here needs to survive."""
    program = binaries.valkey_program()
    private_folder(folder)
    password = secret_file(folder / "password")

    def child_on(port: int) -> Child:
        lines = [f"port {port}", "bind 127.0.0.1", f"requirepass {password}", 'save ""', "appendonly no",
                 "maxmemory-policy noeviction", f'dir "{folder}"']  # fmt: skip
        write_private(folder / "valkey.conf", "\n".join(lines) + "\n")
        return Child(
            "Valkey",
            [str(program), str(folder / "valkey.conf")],
            logs / "valkey.log",
            os.environ,
            guard,
        )

    child, port = _start(
        child_on,
        Ports(folder / "ports.json"),
        lambda child, port: _valkey_answers(port, password),
        15,
    )
    return Service(child, f"redis://:{password}@127.0.0.1:{port}/0")


def _start(
    child_on: Callable[[int], Child],
    ports: Ports,
    ready: Callable[[Child, int], bool],
    seconds: float,
) -> tuple[Child, int]:
    """Start a service on its kept port; where somebody was quicker to take the port, on another."""
    for attempt in range(1, ATTEMPTS + 1):
        port = ports.keep("port")
        child = child_on(port)
        child.start()
        try:
            wait_until(lambda: ready(child, port), child, seconds)  # noqa: B023 - called at once
        except LauncherError:
            child.end(0)
            if attempt == ATTEMPTS or not is_taken(port):
                raise
        else:
            return child, port
    raise AssertionError("unreachable")


def _make_cluster(programs: Path, data: Path, password: str, runs_as: Account, logs: Path) -> None:
    """Make the data folder with its database; a start that is cut off leaves only a draft behind."""
    draft = data.with_name("data.new")
    shutil.rmtree(draft, ignore_errors=True)
    password_file = data.with_name("password.new")
    write_private(password_file, password)
    if runs_as.user is not None:
        os.chown(password_file, runs_as.user, runs_as.user)
    initdb = [
        programs / "initdb",
        "-D",
        draft,
        "-U",
        "portal",
        "-E",
        "UTF8",
        *_locale(programs),
        "--no-sync",
        "--no-instructions",
        "--auth=scram-sha-256",
        f"--pwfile={password_file}",
    ]
    create = [programs / "postgres", "--single", "-D", draft, "postgres"]
    written = []
    try:
        for command, text in ((initdb, None), (create, "CREATE DATABASE portal;\n")):
            done = subprocess.run(
                runs_as.command(command), input=text, capture_output=True, text=True, check=False,
                cwd=data.parent, user=runs_as.user, group=runs_as.user,
                extra_groups=None if runs_as.user is None else [],
            )  # fmt: skip
            written.append(done.stdout + done.stderr)
            if done.returncode:
                raise LauncherError(
                    f"PostgreSQL could not make its data folder:\n{done.stderr[-1500:]}"
                )
    finally:
        password_file.unlink(missing_ok=True)
        logs.mkdir(parents=True, exist_ok=True)
        (logs / "initdb.log").write_text("\n".join(written))
    draft.rename(data)


def _major(programs: Path) -> int:
    words = subprocess.run(
        [programs / "postgres", "--version"], capture_output=True, text=True, check=True
    ).stdout
    found = re.search(r"\) (\d+)", words)
    return int(found[1]) if found else 0


def _locale(programs: Path) -> list[str]:
    """C.UTF-8 comes from the system on Linux; macOS has none, there PostgreSQL (17 and later) has its own."""
    if sys.platform == "darwin" and _major(programs) >= 17:
        return ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    return ["--locale=C.UTF-8"]


def _check_version(programs: Path, data: Path) -> None:
    made, here = (data / "PG_VERSION").read_text().strip(), str(_major(programs))
    if made != here:
        raise LauncherError(
            f"{data} was made by PostgreSQL {made}, and version {here} is installed. Keep the data by moving it with "
            f"pg_dump and pg_restore of both versions, or begin anew with `make clean-data`."
        )


def end_leftover(data: Path) -> None:
    """Deal with the lock file of a server that did not stop in good order.

    A server that really still runs on these data is stopped. A number that now belongs to another program would make
    PostgreSQL refuse to start, so the file is removed.
    """
    lock = data / "postmaster.pid"
    try:
        number = int(lock.read_text().splitlines()[0])
    except (OSError, ValueError, IndexError):
        return
    if str(data) not in _command_line(number):
        lock.unlink(missing_ok=True)
        return
    with suppress(ProcessLookupError):
        os.kill(number, signal.SIGINT)
    deadline = time.monotonic() + 10
    while lock.exists() and time.monotonic() < deadline:
        time.sleep(0.1)


def _command_line(number: int) -> str:
    try:
        return (
            Path(f"/proc/{number}/cmdline")
            .read_bytes()
            .replace(b"\0", b" ")
            .decode(errors="replace")
        )
    except OSError:
        pass
    if Path("/proc/self").exists() or not shutil.which("ps"):
        return ""
    return subprocess.run(
        ["ps", "-o", "command=", "-p", str(number)], capture_output=True, text=True, check=False
    ).stdout


def _postgres_is_ready(data: Path, child: Child) -> bool:
    """Read the server's own word: process number in line 1, status in line 8 of its lock file."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
    except OSError:
        return False
    here = child.process is not None and lines[:1] == [str(child.process.pid)]
    return here and len(lines) > 7 and lines[7].strip() == "ready"


def _valkey_answers(port: int, password: str) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), 2) as connection:
            connection.sendall(f"AUTH {password}\r\nPING\r\n".encode())
            answer = b""
            while answer.count(b"\n") < 2 and (part := connection.recv(200)):
                answer += part
    except OSError:
        return False
    return b"+PONG" in answer
