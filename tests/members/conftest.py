"""What tests of this room share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from alliance import clock
from members.actions import create_api_key
from members.models import ApiKey
from members.viewers import viewer_of_person
from tests.cast import Cast

NOW = datetime.now(UTC)


@pytest.fixture
def make_key(cast: Cast) -> Callable[..., tuple[ApiKey, str]]:
    """Make a key of organisation A, through the action its representative uses."""

    def make(**wanted: Any) -> tuple[ApiKey, str]:
        choice = {"name": "CI", "scopes": ["read"], "expires_at": None, "now": NOW} | wanted
        return create_api_key(
            viewer=viewer_of_person(cast.rep_a), organisation=cast.org_a, **choice
        )

    return make


@pytest.fixture
def later() -> datetime:
    """A moment an hour from now."""
    return NOW + timedelta(hours=1)


@pytest.fixture
def move_clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Set the database's clock ahead of the real one by so much."""
    real = clock.database_now

    def move(by: timedelta) -> None:
        monkeypatch.setattr(clock, "database_now", lambda: real() + by)

    return move
