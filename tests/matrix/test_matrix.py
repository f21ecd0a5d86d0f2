"""The walk of the permission matrix: every route × role × own, foreign and hidden thing × method, against the table.

The message of a failure holds the lines that describe what happens today: check first whether that is right.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import transaction
from django.template.backends.django import Template
from django.test import override_settings
from django.utils import translation
from drf_spectacular.generators import SchemaGenerator
from pytest_django import DjangoDbBlocker

from alliance import apidoc, doorbell
from leaderboard import actions
from tests.matrix.roles import ROLES, read, write
from tests.matrix.routes import routes
from tests.matrix.table import lines, unproved
from tests.matrix.walk import as_lines, ask, ask_all, is_let_in
from tests.matrix.world import World, build

pytestmark = pytest.mark.django_db
ROUTES = routes()
TABLE = lines()
OPEN = {
    "admin:login",
    "admin:logout",
    "admin:jsi18n",
    "admin:unnamed",
}  # the last catches what is nowhere
ADMIN = sorted(name for name in ROUTES if name.startswith("admin:") and name not in OPEN)
SOME_ROW = {"object_id": 0, "app_label": "members", "content_type_id": 0, "url": "x"}


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """Build the world once; pages are not drawn, since only who is let in matters here."""
    patch = pytest.MonkeyPatch()
    patch.setattr(doorbell, "ring", lambda *_args: None)
    patch.setattr(actions, "look_for_keys", lambda **_more: None)  # it asks the node
    patch.setattr(Template, "render", lambda *_args, **_kwargs: "")
    patch.setattr(SchemaGenerator, "get_schema", lambda *_args, **_kwargs: {"paths": {}})
    off = override_settings(SECOND_FACTOR_REQUIRED=False)  # the gate has tests of its own
    with django_db_blocker.unblock(), off, translation.override("en"), transaction.atomic():
        yield build()
        transaction.set_rollback(True)
    patch.undo()
    apidoc.operations.cache_clear()


@pytest.mark.parametrize("name", sorted({line.route for line in TABLE} - unproved()))
def test_a_route_lets_in_whom_the_table_names(world: World, name: str) -> None:
    route = ROUTES[name]
    mine = [line for line in TABLE if line.route == name]
    kinds = list(dict.fromkeys(line.of for line in mine))
    methods = {line.method for line in mine}
    found = {of: ask_all(world, route, of, methods) for of in kinds}
    today = [line for of in kinds for line in as_lines(route, of, found[of])]
    listed = [line for line in mine if any(line.allowed.values())]
    assert {str(line) for line in listed} == {str(line) for line in today}, "\n".join(
        ["what happens today is", *map(str, today)]
    )


@pytest.mark.parametrize(
    "name", [name for name in ADMIN if set(ROUTES[name].takes) <= set(SOME_ROW)]
)
def test_the_operators_pages_are_theirs_alone(world: World, name: str) -> None:
    route = ROUTES[name]
    for role in ("anonymous", "administrator"):
        assert not is_let_in(ask(world, route, SOME_ROW, role, "GET"))


def test_words_for_roles_are_read_strictly() -> None:
    with pytest.raises(ValueError, match="no role"):
        read("king")
    assert read("managers+staff") == {"representative", "administrator", "staff"}
    assert write(frozenset(ROLES)) == "everyone"
    assert read(write(read("own+key"))) == read("own+key")
