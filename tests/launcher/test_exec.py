"""`python -m launcher exec`: real services for one command, and nothing left afterwards."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest

from launcher import execute
from tests.launcher.conftest import Launches, wait_for

SLEEP = "import os, sys, time; open(sys.argv[1], 'w').write('here'); time.sleep(600)"


def folders(launches: Launches) -> list[Path]:
    return list(launches.folder.glob(f"{execute.PREFIX}*"))


def test_the_command_gets_real_services_and_its_exit_code_is_returned(launches: Launches) -> None:
    code, out, errors = launches.run_python(
        "import os, psycopg, redis, sys\n"
        "with psycopg.connect(os.environ['DATABASE_URL']) as c:\n"
        "    c.execute('create extension pg_trgm')\n"
        "    print(c.execute('select current_database(), 40 + 2').fetchone())\n"
        "print(redis.Redis.from_url(os.environ['REDIS_URL']).set('a', 1)); sys.exit(7)"
    )
    assert out.splitlines() == ["('portal', 42)", "True"], errors
    assert code == 7
    assert launches.left() == {}
    assert folders(launches) == []


def test_services_refuse_whoever_has_no_password(launches: Launches) -> None:
    code, out, errors = launches.run_python(
        "import os, psycopg, redis\n"
        "from urllib.parse import urlsplit\n"
        "d, r = urlsplit(os.environ['DATABASE_URL']), urlsplit(os.environ['REDIS_URL'])\n"
        "try: psycopg.connect(f'postgres://portal:guess@127.0.0.1:{d.port}/portal')\n"
        "except psycopg.OperationalError as e: print('password' in str(e))\n"
        "try: redis.Redis(port=r.port).ping()\n"
        "except redis.AuthenticationError: print('refused')\n"
    )
    assert (code, out.split()) == (0, ["True", "refused"]), errors


def test_addresses_that_are_set_are_used_and_nothing_is_started(launches: Launches) -> None:
    given = {"DATABASE_URL": "postgres://elsewhere/x", "REDIS_URL": "redis://elsewhere/1"}
    code, out, _ = launches.run_python(
        "import os; from pathlib import Path\n"
        "print(os.environ['DATABASE_URL'], os.environ['REDIS_URL'])\n"
        "print([p.name for p in Path(os.environ['TMPDIR']).glob('*throw-away*/*')])",
        **given,
    )
    assert code == 0
    assert out.splitlines() == [" ".join(given.values()), "['lock']"]


def test_a_command_that_is_not_there_is_named(launches: Launches) -> None:
    code, _, errors = launches.run("exec", "--", "no-such-program-here")
    assert code == 2
    assert "no-such-program-here can't be started" in errors
    assert "Traceback" not in errors
    assert launches.left() == {}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_reaches_the_command_and_all_ends(launches: Launches, number: int) -> None:
    here = launches.folder / "here"
    process = launches.start("exec", "--", sys.executable, "-c", SLEEP, str(here))
    assert wait_for(here.exists, 60)
    process.send_signal(number)
    assert process.wait(20) == 128 + number
    assert launches.left() == {}
    assert folders(launches) == []


def test_a_killed_launcher_leaves_neither_process_nor_folder(launches: Launches) -> None:
    """The command has a child that left its group and a grandchild, as browsers have; all must go."""
    here = launches.folder / "here"
    family = (
        "import subprocess, sys, time\n"
        "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(601)'], start_new_session=True)\n"
        "subprocess.Popen(['sh', '-c', 'trap \"\" TERM; sleep 602; sleep 603'])\n"
        "open(sys.argv[1], 'w').write('here'); time.sleep(600)"
    )
    process = launches.start("exec", "--", sys.executable, "-c", family, str(here))
    assert wait_for(here.exists, 60)
    assert wait_for(lambda: "sleep 602" in " ".join(launches.left().values()))
    commands = " ".join(launches.left().values())
    assert all(word in commands for word in ("sleep(601)", "valkey", "postgres"))
    process.kill()
    process.wait()
    assert wait_for(lambda: not launches.left(), 6), launches.left()
    assert wait_for(lambda: not folders(launches), 3)


def test_folders_of_dead_launchers_are_removed_and_those_of_living_ones_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, launches: Launches
) -> None:
    here = tmp_path / "here"
    launches.start("exec", "--", sys.executable, "-c", SLEEP, str(here))
    assert wait_for(here.exists, 60)
    (living,) = folders(launches)
    dead = tmp_path / f"{execute.PREFIX}dead"
    (dead / "postgres").mkdir(parents=True)
    young = tmp_path / f"{execute.PREFIX}young"
    young.mkdir()
    for folder in (living, dead):
        os.utime(folder, (0, 0))
    monkeypatch.setattr(execute.tempfile, "gettempdir", lambda: str(tmp_path))
    execute.remove_leftovers()
    assert (living.exists(), dead.exists(), young.exists()) == (True, False, True)
