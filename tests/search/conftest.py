"""The shipped facts, indexed once for a module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from members.seed import seed as seed_members
from projects.seed import seed as seed_projects
from search.actions import index_changes


@pytest.fixture(scope="module")
def indexed(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Members, projects, events and learning resources as the portal ships them, in the index."""
    with django_db_blocker.unblock(), transaction.atomic():
        seed_members()
        seed_projects()
        while index_changes():
            pass
        yield
        transaction.set_rollback(True)
