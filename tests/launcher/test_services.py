"""PostgreSQL and Valkey of our own: kept data, kept ports, leftovers, other accounts."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from launcher import binaries, privilege, services
from launcher.errors import LauncherError
from launcher.guard import Guard
from launcher.processes import stop_all
from tests.launcher.conftest import belonging_to

DEEP = pytest.mark.skipif(os.geteuid() != 0, reason="only root starts programs as somebody else")


def remember(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept AS SELECT 1 AS one")


def remembered(url: str) -> bool:
    with psycopg.connect(url) as connection:
        return connection.execute("SELECT one FROM kept").fetchone() == (1,)


def test_data_and_port_survive_an_orderly_stop_and_a_kill(tmp_path: Path, guard: Guard) -> None:
    folder, logs = tmp_path / "postgres", tmp_path / "logs"
    first = services.start_postgres(folder, logs, guard)
    remember(first.url)
    stop_all([first.child], 10)
    second = services.start_postgres(folder, logs, guard)
    assert second.url == first.url
    assert remembered(second.url)
    assert second.child.process
    second.child.process.kill()
    second.child.process.wait()
    third = services.start_postgres(folder, logs, guard)
    assert remembered(third.url)
    stop_all([third.child], 10)
    assert belonging_to(tmp_path) == {}


def test_everything_is_private(tmp_path: Path, guard: Guard) -> None:
    logs = tmp_path / "logs"
    started = [
        services.start_postgres(tmp_path / "postgres", logs, guard),
        services.start_valkey(tmp_path / "valkey", logs, guard),
    ]
    stop_all([service.child for service in started], 10)
    modes = {
        path: stat.S_IMODE((tmp_path / path).stat().st_mode)
        for path in (
            "postgres",
            "postgres/password",
            "valkey",
            "valkey/password",
            "valkey/valkey.conf",
        )
    }
    assert set(modes.values()) == {0o700, 0o600}
    assert [path for path, mode in modes.items() if mode == 0o700] == ["postgres", "valkey"]


def test_a_taken_port_is_exchanged(tmp_path: Path, guard: Guard) -> None:
    one = services.start_valkey(tmp_path / "one", tmp_path / "logs", guard)
    (tmp_path / "two").mkdir()
    shutil.copy(tmp_path / "one" / "ports.json", tmp_path / "two" / "ports.json")
    two = services.start_valkey(tmp_path / "two", tmp_path / "logs", guard)
    assert one.url.rpartition("@")[2] != two.url.rpartition("@")[2]
    stop_all([one.child, two.child], 10)


def test_data_of_another_version_are_refused_with_a_way_out(tmp_path: Path, guard: Guard) -> None:
    data = tmp_path / "postgres" / "data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("9\n")
    with pytest.raises(LauncherError, match=r"made by PostgreSQL 9, and version .* is installed"):
        services.start_postgres(tmp_path / "postgres", tmp_path / "logs", guard)


def test_a_start_that_was_cut_off_is_made_again(tmp_path: Path, guard: Guard) -> None:
    draft = tmp_path / "postgres" / "data.new"
    draft.mkdir(parents=True)
    (draft / "half").touch()
    service = services.start_postgres(tmp_path / "postgres", tmp_path / "logs", guard)
    remember(service.url)
    stop_all([service.child], 10)
    assert not draft.exists()


def test_a_lock_file_whose_number_is_now_another_programs_is_removed(tmp_path: Path) -> None:
    (tmp_path / "postmaster.pid").write_text(f"{os.getppid()}\n/somewhere\n")
    services.end_leftover(tmp_path)
    assert not (tmp_path / "postmaster.pid").exists()


def test_a_server_that_outlived_its_launcher_is_stopped(tmp_path: Path) -> None:
    code = (
        "import os, signal, sys\n"
        "def stop(*_): os.remove(sys.argv[1] + '/postmaster.pid'); os._exit(0)\n"
        "signal.signal(signal.SIGINT, stop); print('up', flush=True); signal.pause()"
    )
    orphan = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert orphan.stdout
    (tmp_path / "postmaster.pid").write_text(f"{orphan.pid}\n")
    assert orphan.stdout.readline() == "up\n"
    services.end_leftover(tmp_path)
    assert orphan.wait(5) == 0
    orphan.stdout.close()


@DEEP
def test_where_name_spaces_are_forbidden_root_runs_it_as_nobody(
    tmp_path: Path, guard: Guard, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Programs lie under a folder only root can enter, so they are copied, with their libraries."""
    monkeypatch.setattr(privilege, "name_spaces_work", lambda: False)
    monkeypatch.setattr(privilege, "REACHABLE", Path("/var/tmp"))
    package = binaries.postgres_folder().parent.parent
    hidden = tmp_path / "hidden"
    hidden.mkdir(mode=0o700)
    for part in (package, package.with_name(package.name + ".libs")):
        if part.is_dir():
            shutil.copytree(part, hidden / part.name)
    here = hidden / package.name / "pginstall" / "bin"
    monkeypatch.setattr(binaries, "postgres_folder", lambda: here)
    service = services.start_postgres(tmp_path / "pg", tmp_path / "logs", guard, throw_away=True)
    place = privilege.account().folder(tmp_path / "pg")
    try:
        remember(service.url)
        assert service.child.process
        status = Path(f"/proc/{service.child.process.pid}/status").read_text()
        assert f"Uid:\t{privilege.account().user}\t" in status
    finally:
        stop_all([service.child], 10)
        shutil.rmtree(place, ignore_errors=True)


def test_missing_programs_are_an_error_that_names_both_ways_out(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(binaries, "find_spec", lambda name: None)
    monkeypatch.setattr(binaries, "SYSTEM_POSTGRES", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(LauncherError, match=r"requirements/demo.txt.*DATABASE_URL"):
        binaries.postgres_folder()
    with pytest.raises(LauncherError, match=r"requirements/demo.txt.*REDIS_URL"):
        binaries.valkey_program()


def test_without_wheels_the_systems_programs_are_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(binaries, "find_spec", lambda name: None)
    monkeypatch.setattr(binaries, "SYSTEM_POSTGRES", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    for version in ("9", "15", "16"):
        for program in ("initdb", "postgres"):
            path = tmp_path / version / "bin" / program
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
    (tmp_path / "redis-server").touch(mode=0o755)
    assert binaries.postgres_folder() == tmp_path / "16" / "bin"
    assert binaries.valkey_program() == tmp_path / "redis-server"
