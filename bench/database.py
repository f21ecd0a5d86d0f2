"""Databases for measurements: migrated once, copied for each measurement."""

from __future__ import annotations

import os
import subprocess
import sys
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

TEMPLATE = "bench_template"
PORTAL = {"DEMO": "1", "PLAIN_STATIC": "1", "DJANGO_SETTINGS_MODULE": "alliance.settings"}


def _named(url: str, name: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"/{name}"))


def make_template(url: str) -> None:
    """Make and migrate the database that every measurement gets a copy of."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {TEMPLATE} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {TEMPLATE}")
    env = os.environ | PORTAL | {"DATABASE_URL": _named(url, TEMPLATE)}
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--no-input", "-v", "0"], env=env, check=True
    )


def copy_for(url: str, measure: str) -> str:
    """Return the address of a fresh copy for one measurement."""
    name = f"bench_{measure}"
    with psycopg.connect(url, autocommit=True) as connection:
        quoted = sql.Identifier(name)
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(quoted))
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(quoted, sql.Identifier(TEMPLATE))
        )
    return _named(url, name)


def drop(url: str, measure: str) -> None:
    """Remove a measurement's database."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(
                sql.Identifier(f"bench_{measure}")
            )
        )
