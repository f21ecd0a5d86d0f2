"""What tests of this room share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from members.seed import seed as seed_members
from projects.seed import seed


@pytest.fixture(scope="module")
def facts(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Members and projects as the portal ships them, loaded once for a module of which every test wants them."""
    with django_db_blocker.unblock(), transaction.atomic():
        seed_members()
        seed()
        yield
        transaction.set_rollback(True)
