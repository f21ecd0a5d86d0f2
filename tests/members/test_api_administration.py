"""Domains, identity providers and invitations through the API: people write, keys with the scope read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from pytest_django import Settings
from pytest_httpserver import HTTPServer

from members import proofs
from members.models import Affiliation, ApiKey, Domain, IdentityProvider, Invitation, Person
from tests.cast import Cast
from tests.members.identity_providers import OidcProvider, SamlProvider

pytestmark = pytest.mark.django_db
BASE = "/api/v1/organisations/org-a"
LISTS = ("domains", "identity-providers", "invitations")
Make = Callable[..., tuple[ApiKey, str]]


@pytest.fixture
def admin(client: Client, cast: Cast) -> Person:
    """An administrator of organisation A, signed in just now."""
    person = Person.objects.create_user("admin@organisation.example", "a good password")
    Affiliation.objects.create(
        person=person, organisation=cast.org_a, role="administrator", since=date(2026, 1, 1)
    )
    client.force_login(person)
    return person


@pytest.fixture
def oidc(settings: Settings) -> Iterator[OidcProvider]:
    provider = OidcProvider()
    provider.start()
    settings.OUTBOUND_ALLOWED_HOSTS = [provider.host]
    yield provider
    provider.stop()


def send(client: Client, path: str, body: dict[str, Any] | None = None, **headers: str) -> Any:
    return client.post(
        f"{BASE}/{path}", body or {}, content_type="application/json", headers=headers
    )


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_a_domain_is_claimed_published_checked_and_given_up(
    client: Client, admin: Person, settings: Settings, httpserver: HTTPServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    made = send(client, "domains/", {"name": "Organisation.Example"})
    assert made.status_code == 201, made.content
    said = made.json()
    assert (said["name"], said["state"]) == ("organisation.example", "claimed")
    host = f"{httpserver.host}:{httpserver.port}"
    settings.OUTBOUND_ALLOWED_HOSTS = [host]
    monkeypatch.setattr(proofs, "file_url", lambda name: f"http://{host}/proof")
    missing = send(client, "domains/organisation.example/check/", {"method": "file"})
    assert missing.status_code == 409
    assert missing.json()["code"] == "domain-not-shown"
    httpserver.expect_request("/proof").respond_with_data(said["record_value"])
    proven = send(client, "domains/organisation.example/check/", {"method": "file"})
    assert (proven.status_code, proven.json()["state"]) == (200, "proven")
    listed = client.get(f"{BASE}/domains/").json()["results"]
    assert [row["name"] for row in listed] == ["organisation.example"]
    assert client.delete(f"{BASE}/domains/organisation.example/").status_code == 204
    assert not Domain.objects.exists()


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("domains/", {}, "name"),
        ("invitations/", {"email": "nobody", "role": "engineer"}, "email"),
        ("invitations/", {"email": "a@b.example", "role": "emperor"}, "role"),
        ("identity-providers/", {"kind": "oidc", "issuer": "https://idp.example"}, "client_id"),
        ("identity-providers/", {"kind": "saml"}, "metadata"),
        ("identity-providers/", {"kind": "saml", "role": "administrator"}, "role"),
    ],
)
def test_what_makes_no_sense_is_refused_by_field(
    client: Client, admin: Person, path: str, body: dict[str, Any], field: str
) -> None:
    answer = send(client, path, body)
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert field in answer.json()["errors"]


def test_no_domain_and_no_issuer_are_refused_in_words(
    client: Client, admin: Person, oidc: OidcProvider
) -> None:
    assert send(client, "domains/", {"name": "https://x"}).json()["code"] == "domain-refused"
    inside = {"kind": "oidc", "issuer": "https://127.0.0.1", "client_id": "portal"}
    assert send(client, "identity-providers/", inside).json()["code"] == "private-address"
    other = {"kind": "oidc", "issuer": f"{oidc.issuer}/", "client_id": "portal"}
    assert send(client, "identity-providers/", other).status_code == 403
    assert not IdentityProvider.objects.exists()


def test_a_provider_is_drafted_and_enabled_only_when_tested(
    client: Client, admin: Person, oidc: OidcProvider
) -> None:
    wanted = {
        "kind": "oidc",
        "issuer": oidc.issuer,
        "client_id": "portal",
        "secret": "s3cret words",
    }
    made = send(client, "identity-providers/", wanted)
    assert made.status_code == 201, made.content
    assert "s3cret" not in made.content.decode()
    said = made.json()
    assert said["state"] == "draft"
    assert said["callback_url"].endswith(f"/sign-in/{said['key']}/callback/")
    assert said["test_url"].endswith(f"/sign-in/{said['key']}/?test=1")
    one = f"identity-providers/{said['key']}/"
    assert send(client, f"{one}enable/").json()["code"] == "identity-provider-refused"
    IdentityProvider.objects.update(state="tested", tested_at="2026-11-24T12:00:00Z")
    assert client.get(f"{BASE}/{one}").json()["state"] == "tested"
    assert send(client, f"{one}enable/").json()["state"] == "enabled"
    assert send(client, f"{one}disable/").json()["state"] == "off"


def test_a_saml_provider_by_its_metadata_and_a_draft_dropped(client: Client, admin: Person) -> None:
    text = SamlProvider().metadata().decode()
    made = send(client, "identity-providers/", {"kind": "saml", "metadata": text})
    assert made.status_code == 201, made.content
    said = made.json()
    assert said["sso_url"] == "https://idp.organisation.example/sso"
    assert said["metadata_url"].endswith(f"/sign-in/{said['key']}/metadata/")
    assert send(client, f"identity-providers/{said['key']}/disable/").status_code == 204
    assert not IdentityProvider.objects.exists()


def test_an_invitation_is_sent_listed_and_withdrawn(
    client: Client, admin: Person, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        made = send(
            client, "invitations/", {"email": "New@Organisation.example", "role": "engineer", "language": "fr"}
        )  # fmt: skip
    assert made.status_code == 201, made.content
    assert [letter.to for letter in mail.outbox] == [["new@organisation.example"]]
    said = made.json()
    assert said["state"] == "open"
    token = mail.outbox[0].body.split("/invitations/")[1].split("/")[0]
    assert token not in made.content.decode()
    done = send(client, f"invitations/{said['id']}/withdraw/")
    assert (done.status_code, done.json()["state"]) == (200, "withdrawn")
    (listed,) = client.get(f"{BASE}/invitations/").json()["results"]
    assert (listed["email"], listed["state"]) == ("new@organisation.example", "withdrawn")


def test_keys_read_with_the_scope_and_never_write(
    client: Client, cast: Cast, make_key: Make
) -> None:
    _key, reader = make_key(scopes=["read", "administration"])
    _key, plain = make_key(scopes=["read", "propose", "vote"])
    for name in LISTS:
        assert client.get(f"{BASE}/{name}/").status_code == 401
        assert client.get(f"{BASE}/{name}/", headers=bearer(reader)).status_code == 200
        refused = client.get(f"{BASE}/{name}/", headers=bearer(plain))
        assert (refused.status_code, refused.json()["code"]) == (403, "insufficient_scope")
        foreign = f"/api/v1/organisations/org-b/{name}/"
        assert client.get(foreign, headers=bearer(reader)).status_code == 404
        written = send(client, f"{name}/", {}, **bearer(reader))
        assert (written.status_code, written.json()["code"]) == (403, "people-only")


@pytest.mark.parametrize("name", ["rep_a", "engineer_a", "rep_b", "outsider", "staff"])
def test_whoever_does_not_administer_finds_nothing(client: Client, cast: Cast, name: str) -> None:
    row = Invitation.objects.create(
        organisation=cast.org_a, email="a@b.example", role="engineer", token_hash="x",
        invited_by=cast.rep_a, expires_at="2027-01-01T00:00:00Z",
    )  # fmt: skip
    client.force_login(getattr(cast, name))
    for path in LISTS:
        assert client.get(f"{BASE}/{path}/").status_code == 404
        assert send(client, f"{path}/", {"name": "organisation.example"}).status_code == 404
    assert send(client, f"invitations/{row.pk}/withdraw/").status_code == 404
    assert Invitation.objects.get().withdrawn_at is None


def test_rows_of_another_organisation_are_not_reached_through_ones_own(
    client: Client, admin: Person, cast: Cast
) -> None:
    theirs = Invitation.objects.create(
        organisation=cast.org_b, email="a@b.example", role="engineer", token_hash="x",
        invited_by=cast.rep_b, expires_at="2027-01-01T00:00:00Z",
    )  # fmt: skip
    Domain.objects.create(
        organisation=cast.org_b, name="b.example", token="t", claimed_by=cast.rep_b
    )
    assert send(client, f"invitations/{theirs.pk}/withdraw/").status_code == 404
    assert send(client, "domains/b.example/check/", {"method": "dns"}).status_code == 404
    assert client.delete(f"{BASE}/domains/b.example/").status_code == 404


def test_writing_asks_for_a_recent_sign_in_and_reading_does_not(
    client: Client, admin: Person, settings: Settings
) -> None:
    settings.STEP_UP_AGE = 0
    refused = send(client, "domains/", {"name": "organisation.example"})
    assert (refused.status_code, refused.json()["code"]) == (403, "sign-in-again")
    assert client.get(f"{BASE}/domains/").status_code == 200
    assert not Domain.objects.exists()


def test_only_those_who_agreed_are_named(client: Client, cast: Cast) -> None:
    for person in (cast.rep_a, cast.rep_b, cast.engineer_a):
        person.is_public = person != cast.rep_b
        person.save()
    Affiliation.objects.filter(person=cast.engineer_a).update(until=date(2026, 2, 1))
    Affiliation.objects.create(
        person=cast.rep_a, organisation=cast.hidden, role="delegate", since=date(2026, 1, 1)
    )
    answer = client.get("/api/v1/people/")
    assert answer.json()["results"] == [
        {"name": "rep-a", "organisation": "org-a", "role": "representative", "since": "2026-01-01"}
    ]
    assert "@" not in answer.content.decode()
    assert client.get("/api/v1/people/?organisation=org-b").json()["results"] == []
    client.force_login(cast.rep_a)
    assert len(client.get("/api/v1/people/").json()["results"]) == 2
