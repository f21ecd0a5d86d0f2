"""A key that others can read ends at once, and those who manage it are told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from alliance.clock import database_now
from members import actions
from members.errors import KeyRefused
from members.models import ApiKey, MembersEvent
from tests.cast import Cast

pytestmark = [pytest.mark.django_db(transaction=True)]
REPORT = "/api/v1/leaked-keys/"
ADMIN = "/staff/members/apikey/"
Make = Callable[..., tuple[ApiKey, str]]


def report(client: Client, token: str, **more: str) -> Any:
    return client.post(REPORT, {"token": token, **more}, content_type="application/json")


def works(client: Client, token: str) -> bool:
    answer = client.get("/api/v1/me/", headers={"Authorization": f"Bearer {token}"})
    return bool(answer.status_code == 200)


def test_whoever_holds_the_whole_key_ends_it(client: Client, cast: Cast, make_key: Make) -> None:
    cast.rep_a.preferred_language = "fr"
    cast.rep_a.save()
    key, token = make_key()
    assert report(client, token, found="https://paste.example/1").json() == {"revoked": True}
    assert not works(client, token)
    (letter,) = mail.outbox
    assert letter.to == ["rep-a@cast.example"]
    assert "divulguée" in letter.subject
    assert "https://paste.example/1" in letter.body
    assert token not in letter.body
    event = MembersEvent.objects.about_key(key).get(kind="api-key-leaked")
    assert event.details == {"prefix": key.prefix, "found": "https://paste.example/1"}
    assert report(client, token).json() == {"revoked": False}
    assert len(mail.outbox) == 1


def test_a_part_of_a_key_or_another_secret_ends_nothing(client: Client, make_key: Make) -> None:
    key, token = make_key()
    _client_row, secret = make_key(is_client=True)
    _other, other = make_key()
    swapped = f"aap_{key.prefix}_{other.split('_')[2]}"
    for text in (key.prefix, token[:-1], f"{token}x", swapped, secret, "aap_"):
        assert report(client, text).json() == {"revoked": False}
    assert report(client, "").status_code == 400
    assert works(client, token)
    assert not mail.outbox


def test_operators_find_a_key_by_what_a_scanner_saw_and_revoke_it(
    client: Client, cast: Cast, make_key: Make
) -> None:
    key, token = make_key()
    _other, kept = make_key(name="kept")
    client.force_login(cast.staff)
    for seen in (token, f"aap_{key.prefix}_…", key.prefix):
        html = client.get(ADMIN, {"q": seen}).content.decode()
        assert key.prefix in html
        assert "kept" not in html
    asked = {"action": "revoke_leaked", "_selected_action": key.pk, "reason": "a public repository"}
    client.post(ADMIN, asked)
    assert not works(Client(), token)
    assert works(Client(), kept)
    assert "a public repository" in mail.outbox[0].body
    assert MembersEvent.objects.get(kind="api-key-leaked").actor == cast.staff


def test_other_people_revoke_no_keys_of_others(cast: Cast, make_key: Make) -> None:
    key, _token = make_key()
    with pytest.raises(KeyRefused):
        actions.revoke_leaked_key(key=key, found="", actor=cast.rep_b, now=database_now())
    key.refresh_from_db()
    assert key.revoked_at is None
