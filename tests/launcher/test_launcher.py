"""The launcher on real services: up, down, killed, taken."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from launcher import execute
from launcher.processes import free_port

ROOT = Path(__file__).parent.parent.parent
MARK = "LAUNCHER_TEST_MARK"


def environment(mark: str, **more: str) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return kept | {MARK: mark} | more


def marked(mark: str) -> list[int]:
    """Every living process that carries the mark in its environment."""
    needle = f"{MARK}={mark}".encode()
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if needle in (folder / "environ").read_bytes().split(b"\0"):
                state = (folder / "stat").read_text().rsplit(")", 1)[1].split()[0]
                if state != "Z":
                    found.append(int(folder.name))
        except OSError:
            continue
    return found


def wait_for(condition, seconds: float = 15.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.1)
    return False


def run_exec(mark: str, code: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "launcher", "exec", "--", sys.executable, "-c", code]
    return subprocess.run(
        command, env=environment(mark), cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_exec_gives_real_services_and_returns_the_exit_code(tmp_path: Path) -> None:
    code = (
        "import os, psycopg, redis, sys;"
        "print(psycopg.connect(os.environ['DATABASE_URL']).execute('select 40 + 2').fetchone()[0]);"
        "print(redis.Redis.from_url(os.environ['REDIS_URL']).ping()); sys.exit(7)"
    )
    done = run_exec(str(tmp_path), code)
    assert done.stdout.split() == ["42", "True"], done.stderr
    assert done.returncode == 7
    assert marked(str(tmp_path)) == []


def test_a_killed_launcher_leaves_no_process_and_its_folder_is_removed_later(
    tmp_path: Path,
) -> None:
    mark = str(tmp_path)
    command = [
        sys.executable,
        "-m",
        "launcher",
        "exec",
        "--",
        sys.executable,
        "-c",
        "import time; time.sleep(600)",
    ]
    process = subprocess.Popen(command, env=environment(mark), cwd=ROOT)
    assert wait_for(
        lambda: any("sleep(600)" in _command(pid) and pid != process.pid for pid in marked(mark)),
        40,
    )
    process.kill()
    process.wait()
    assert wait_for(lambda: not marked(mark)), marked(mark)
    execute.remove_leftovers()
    left = Path("/tmp").glob(f"{execute.PREFIX}*/owner")
    assert str(process.pid) not in [path.read_text() for path in left]


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def test_a_taken_port_gets_a_clear_message(tmp_path: Path) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        env = environment("taken", PORT=str(port), DATA_DIR=str(tmp_path))
        done = subprocess.run(
            [sys.executable, "-m", "launcher", "run"],
            env=env,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 2
    assert f"Port {port} is taken" in done.stderr
    assert f"PORT={port + 1} make run" in done.stderr


def test_an_unclear_port_gets_a_clear_message(tmp_path: Path) -> None:
    env = environment("unclear", PORT="eighty", DATA_DIR=str(tmp_path))
    done = subprocess.run(
        [sys.executable, "-m", "launcher", "run"],
        env=env,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "PORT must be a number" in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_run_starts_on_kept_data_and_leaves_nothing(tmp_path: Path, number: signal.Signals) -> None:
    mark = str(tmp_path)
    for _start in range(2 if number == signal.SIGTERM else 1):
        env = environment(mark, PORT=str(free_port()), DATA_DIR=str(tmp_path / "data"))
        log = tmp_path / "run.log"
        with log.open("wb") as out:
            process = subprocess.Popen(
                [sys.executable, "-m", "launcher", "run"],
                env=env,
                cwd=ROOT,
                stdout=out,
                stderr=subprocess.STDOUT,
            )
        assert wait_for(lambda log=log: "Ctrl-C stops everything" in log.read_text(), 90), (
            log.read_text()
        )
        process.send_signal(number)
        process.wait(40)
        assert wait_for(lambda: not marked(mark)), [_command(pid) for pid in marked(mark)]
