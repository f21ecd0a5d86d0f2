"""Directory, sign-in, keys and facts: what readers, members and their systems rely on."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from members import seed, tokens
from members.actions import create_api_key, revoke_api_key
from members.errors import FactsError, KeyRefused
from members.models import ApiKey, MembersEvent, Organisation
from members.viewers import viewer_of_person

pytestmark = pytest.mark.django_db


def new_key(cast, **changes) -> tuple[ApiKey, str]:
    wanted = {
        "name": "test",
        "scopes": ["read"],
        "expires_at": None,
        "now": timezone.now(),
    } | changes
    return create_api_key(viewer=viewer_of_person(cast.rep_a), organisation=cast.org_a, **wanted)


def test_the_facts_load_and_loading_them_again_changes_nothing() -> None:
    seed.seed()
    before = list(Organisation.objects.values_list("slug", "name", "kind"))
    seed.seed()
    assert list(Organisation.objects.values_list("slug", "name", "kind")) == before
    assert len(before) == 93
    assert Organisation.objects.with_membership("founding").count() == 57


def test_a_broken_file_names_every_line_and_writes_nothing(tmp_path: Path) -> None:
    good = (seed.DATA / "organisations.csv").read_text().splitlines()
    lines = [
        *good[:4],
        good[4].replace(",yes,", ",maybe,", 1),
        good[5].replace("2023-12-05", "5 Dec", 1),
    ]
    path = tmp_path / "organisations.csv"
    path.write_text("\n".join(lines))
    with pytest.raises(FactsError) as refusal:
        seed.seed(organisations=path)
    assert "organisations.csv:5" in refusal.value.message
    assert "organisations.csv:6" in refusal.value.message
    assert not Organisation.objects.exists()


def test_a_file_without_a_column_says_which(tmp_path: Path) -> None:
    path = tmp_path / "organisations.csv"
    path.write_text("slug,name\nx,X\n")
    with pytest.raises(FactsError, match="has no column short_name"):
        seed.seed(organisations=path)


def test_the_directory_filters_by_what_the_address_says(client: Client) -> None:
    seed.seed()
    page = client.get("/en/members/?kind=university&country=CH").content.decode()
    assert "EPFL" in page
    assert "Cornell" not in page
    assert client.get("/en/members/?q=zzzz").content.decode().count("No organisation fits") == 1
    assert client.get("/en/members/?kind=nonsense").status_code == 200


def test_exports_hold_what_the_page_shows(client: Client) -> None:
    seed.seed()
    rows = client.get("/en/members/directory.json?kind=university&country=CH").json()[
        "organisations"
    ]
    assert {row["country"] for row in rows} == {"CH"}
    lines = (
        client.get("/en/members/directory.csv?kind=university&country=CH")
        .content.decode()
        .splitlines()
    )
    assert len(lines) == len(rows) + 1


@pytest.mark.parametrize("path", ["/en/members/hidden/", "/api/v1/organisations/hidden/"])
def test_an_unlisted_organisation_is_not_there_for_others(client: Client, cast, path: str) -> None:
    assert client.get(path).status_code == 404
    assert "hidden" not in client.get("/en/members/directory.csv").content.decode()


def test_the_list_costs_the_same_for_five_and_fifty(
    client: Client, django_assert_num_queries
) -> None:
    for n in range(5):
        Organisation.objects.create(
            slug=f"o{n}", name=f"O {n}", short_name=f"O{n}", kind="research"
        )
    with django_assert_num_queries(2):
        client.get("/api/v1/organisations/?page_size=100")
    for n in range(5, 50):
        Organisation.objects.create(
            slug=f"o{n}", name=f"O {n}", short_name=f"O{n}", kind="research"
        )
    with django_assert_num_queries(2):
        client.get("/api/v1/organisations/?page_size=100")


@pytest.mark.parametrize("path", ["/en/members/me/", "/en/members/me/keys/new/"])
def test_private_pages_ask_to_sign_in(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 302
    assert "/accounts/login/?next=" in answer["Location"]


def test_the_strip_is_private_and_starts_no_session(client: Client, cast) -> None:
    answer = client.get("/en/members/me/strip/")
    assert "no-store" in answer["Cache-Control"]
    assert "session" not in answer.cookies
    client.force_login(cast.rep_a)
    assert "rep-a" in client.get("/en/members/me/strip/").content.decode()


def test_sign_in_with_a_code_from_a_letter_in_ones_language(client: Client, cast) -> None:
    cast.rep_a.preferred_language = "fr"
    cast.rep_a.save()
    cast.rep_a.emailaddress_set.create(email=cast.rep_a.email, verified=True, primary=True)
    client.post("/en/accounts/login/code/", {"email": cast.rep_a.email})
    (letter,) = mail.outbox
    code = re.search(r"^\s*([A-Z0-9-]{6,10})\s*$", letter.body, re.M)
    assert code is not None, letter.body
    answer = client.post("/en/accounts/login/code/confirm/", {"code": code[1]})
    assert answer.status_code == 302
    assert client.get("/en/members/me/").status_code == 200


def test_a_key_acts_for_its_organisation(client: Client, cast) -> None:
    key, token = new_key(cast, scopes=["vote", "read"])
    body = client.get("/api/v1/me/", headers={"Authorization": f"Bearer {token}"}).json()
    assert body == {"person": None, "organisations": ["org-a"], "scopes": ["read", "vote"]}
    key.refresh_from_db()
    assert key.last_used_at is not None
    assert token.split("_")[2] not in str(ApiKey.objects.values().get(pk=key.pk))


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (lambda token: "nonsense", "not an API key"),
        (lambda token: token[:-1], "not an API key"),
        (lambda token: token + " more", "not an API key"),
        (lambda token: str(tokens.new_token()), "not known"),
        (lambda token: token[:-1] + ("a" if token[-1] != "a" else "b"), "not known"),
    ],
)
def test_a_bad_token_is_401_with_the_reason(client: Client, cast, spoil, expected: str) -> None:
    _key, token = new_key(cast)
    answer = client.get(
        "/api/v1/organisations/", headers={"Authorization": f"Bearer {spoil(token)}"}
    )
    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer["WWW-Authenticate"]
    assert answer["Content-Type"] == "application/problem+json"
    assert expected in answer.json()["title"]


def test_expired_and_revoked_keys_stop_at_once(client: Client, cast, time_machine) -> None:
    now = timezone.now()
    _key, token = new_key(cast, expires_at=now + timedelta(hours=1))
    other, second = new_key(cast)
    time_machine.move_to(now + timedelta(hours=2))
    assert (
        "expired"
        in client.get("/api/v1/me/", headers={"Authorization": f"Bearer {token}"}).json()["title"]
    )
    revoke_api_key(viewer=viewer_of_person(cast.rep_a), key=other, now=timezone.now())
    assert (
        "revoked"
        in client.get("/api/v1/me/", headers={"Authorization": f"Bearer {second}"}).json()["title"]
    )
    assert MembersEvent.objects.filter(kind="api-key-revoked").count() == 1


@pytest.mark.parametrize("who", ["rep_b", "engineer_a", "outsider"])
def test_only_administrators_and_representatives_make_and_revoke_keys(
    client: Client, cast, who: str
) -> None:
    key, _token = new_key(cast)
    person = getattr(cast, who)
    with pytest.raises(KeyRefused):
        revoke_api_key(viewer=viewer_of_person(person), key=key, now=timezone.now())
    client.force_login(person)
    assert client.post(f"/en/members/me/keys/{key.pk}/revoke/").status_code == 404
    key.refresh_from_db()
    assert key.revoked_at is None


def test_events_are_append_only(cast) -> None:
    new_key(cast)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM members_membersevent")


def test_the_letters_of_a_demonstration_are_read_only_there(client: Client, settings) -> None:
    assert client.get("/en/accounts/mail/").status_code == 200
    settings.DEMO = False
    assert client.get("/en/accounts/mail/").status_code == 404
