"""The environment is read strictly: a missing or unclear value stops the start and names itself."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured

from alliance.settings import env


def test_a_database_address_becomes_settings() -> None:
    got = env.database("postgres://us%40er:p%2Fw@db.example:5433/portal?sslmode=require")
    assert got["NAME"] == "portal"
    assert (got["USER"], got["PASSWORD"]) == ("us@er", "p/w")
    assert (got["HOST"], got["PORT"]) == ("db.example", "5433")
    assert got["OPTIONS"] == {"sslmode": "require"}


@pytest.mark.parametrize("url", ["sqlite:///portal.db", "mysql://db/portal", ""])
def test_only_postgresql_will_do(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="PostgreSQL"):
        env.database(url)


def test_a_missing_secret_names_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SECRET_KEY", raising=False)
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY"):
        env.text("SECRET_KEY")


@pytest.mark.parametrize(
    ("given", "expected"), [("1", True), ("yes", True), ("0", False), ("", False)]
)
def test_flags(monkeypatch: pytest.MonkeyPatch, given: str, expected: bool) -> None:
    monkeypatch.setenv("SOME_FLAG", given)
    assert env.flag("SOME_FLAG") is expected


def test_an_unclear_flag_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_FLAG", "maybe")
    with pytest.raises(ImproperlyConfigured, match="SOME_FLAG must be 1 or 0"):
        env.flag("SOME_FLAG")


def test_a_number_that_is_none_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_NUMBER", "many")
    with pytest.raises(ImproperlyConfigured, match="whole number"):
        env.number("SOME_NUMBER", 3)
