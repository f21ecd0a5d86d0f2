"""Privacy: everything about a person comes out, is forgotten on demand, and nobody's name lies in the public log."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.idp.oidc.models import Token
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.db import transaction
from django.test import Client
from django.utils import timezone

from alliance import clock, doorbell
from members import actions, personal_data, retention, webhooks
from members.models import (
    Affiliation,
    ApiKey,
    Application,
    Invitation,
    MembersEvent,
    Membership,
    Person,
    WebhookEvent,
)
from members.tasks import apply_retention
from members.viewers import viewer_of_person
from tests.cast import SINCE, Cast
from tests.factories.governance import make_chamber, overdue

pytestmark = pytest.mark.django_db
DATA = "/en/members/me/data/"


@pytest.fixture(autouse=True)
def _silent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doorbell, "ring", lambda *_args: None)


def test_the_export_holds_what_is_known_and_no_secret(
    client: Client, cast: Cast, make_key: Callable[..., tuple[ApiKey, str]]
) -> None:
    key, token = make_key(name="CI of ours")
    EmailAddress.objects.create(user=cast.rep_a, email="second@cast.example")
    Authenticator.objects.create(user=cast.rep_a, type="totp", data={"secret": "sealed-thing"})
    client.force_login(cast.rep_a)
    answer = client.get(f"{DATA}export.json")
    assert answer["Content-Disposition"].startswith("attachment")
    assert "no-store" in answer["Cache-Control"]
    text = answer.content.decode()
    body = json.loads(text)
    assert body["person"]["email"] == "rep-a@cast.example"
    assert body["records"]["members.ApiKey.created_by"][0]["name"] == "CI of ours"
    assert body["records"]["account.EmailAddress.user"][0]["email"] == "second@cast.example"
    assert "members.Affiliation.person" in body["records"]
    for secret in (key.secret_hash, token, cast.rep_a.password, "sealed-thing"):
        assert secret not in text
    page = client.get(DATA).content.decode()
    assert "rep-a@cast.example" in page
    assert "members.ApiKey.created_by" in page


def test_every_relation_to_a_person_is_exported() -> None:
    """A room that adds a model with a person in it is covered at once."""
    seen = {relation.related_model._meta.label for relation in personal_data.relations()}
    assert {
        "governance.Proposal", "governance.Ballot", "governance.Notice", "members.MembersEvent",
        "mfa.Authenticator", "account.EmailAddress", "usersessions.UserSession", "members.Webhook",
    } <= seen  # fmt: skip


def test_being_forgotten_ends_access_and_keeps_what_was_done(
    client: Client, cast: Cast, make_key: Callable[..., tuple[ApiKey, str]]
) -> None:
    _key, token = make_key()
    EmailAddress.objects.create(user=cast.rep_a, email="second@cast.example")
    Authenticator.objects.create(user=cast.rep_a, type="totp", data={})
    headers = {"Authorization": f"Bearer {token}"}
    client.force_login(cast.rep_a)
    wrong = client.post(f"{DATA}erase/", {"email": "rep-b@cast.example"})
    assert wrong.status_code == 400
    assert client.post(f"{DATA}erase/", {"email": "Rep-A@cast.example"})["Location"] == "/en/"
    person = Person.objects.get(pk=cast.rep_a.pk)
    assert person.email == f"erased-{person.pk}@erased.invalid"
    assert str(person) == f"Former member {person.pk}"
    assert not person.is_active
    assert not person.has_usable_password()
    assert client.get("/en/members/me/").status_code == 302
    assert Client().get("/api/v1/me/", headers=headers).status_code == 401
    assert not EmailAddress.objects.filter(user=person).exists()
    assert not Authenticator.objects.filter(user=person).exists()
    assert not Affiliation.objects.filter(person=person, until=None).exists()
    assert MembersEvent.objects.filter(kind="api-key-created", actor=person).exists()
    assert MembersEvent.objects.filter(kind="person-erased", organisation=cast.org_a).exists()
    left = json.dumps(personal_data.export(person), default=str)
    assert "rep-a" not in left


def test_the_last_administrator_stays(client: Client, cast: Cast) -> None:
    Membership.objects.create(organisation=cast.org_a, kind="later", source="test")
    Affiliation.objects.create(
        person=cast.rep_a, organisation=cast.org_a, role="administrator", since=SINCE
    )
    client.force_login(cast.rep_a)
    answer = client.post(f"{DATA}erase/", {"email": "rep-a@cast.example"})
    assert answer.status_code == 400
    assert "last administrator" in answer.content.decode()
    cast.rep_a.refresh_from_db()
    assert cast.rep_a.is_active


def test_the_pages_are_for_their_person_alone(client: Client, cast: Cast) -> None:
    for path in (DATA, f"{DATA}export.json"):
        assert client.get(path).status_code == 302
    client.force_login(cast.outsider)
    assert "rep-a@cast.example" not in client.get(f"{DATA}export.json").content.decode()
    assert client.get(f"{DATA}erase/").status_code == 405


def test_retention_deletes_what_is_past_its_time_and_nothing_else(
    cast: Cast, move_clock: Callable[[timedelta], None]
) -> None:
    actions.create_webhook(
        viewer=viewer_of_person(cast.rep_a), organisation=cast.org_a, url="https://hooks.example/", kinds=[],
        now=timezone.now(),
    )  # fmt: skip
    with transaction.atomic():
        webhooks.emit("vote.closed", "/", {})
    soon = timezone.now() + timedelta(hours=1)
    Token.objects.create(type=Token.Type.ACCESS_TOKEN, hash="x", expires_at=soon)
    Session.objects.create(session_key="old", session_data="", expire_date=soon)
    move_clock(timedelta(hours=24))
    apply_retention()
    assert WebhookEvent.objects.exists()
    assert Token.objects.exists()
    move_clock(timedelta(hours=26))
    apply_retention()
    assert not Token.objects.exists()
    assert not Session.objects.filter(session_key="old").exists()
    assert WebhookEvent.objects.exists()
    move_clock(timedelta(days=31))
    gone = retention.apply(clock.database_now())
    assert gone["webhook-log"] == 2  # the event and its delivery
    assert MembersEvent.objects.exists()


def test_retention_forgets_invitations_and_applicants(
    cast: Cast, move_clock: Callable[[timedelta], None]
) -> None:
    now = clock.database_now()
    Invitation.objects.create(
        organisation=cast.org_a, email="a@b.example", role="engineer", token_hash="x", invited_by=cast.rep_a,
        expires_at=now + timedelta(days=7),
    )  # fmt: skip
    for state in ("received", "declined", "withdrawn", "admitted"):
        is_admitted = state == "admitted"
        Application.objects.create(
            name=state, short_name=state, kind="research", country="CH", website_domain="a.example", motivation="x",
            contact_name="Ada", contact_email="ada@a.example", token_hash=state, state=state,
            closed_at=None if state == "received" else now, organisation=cast.org_a if is_admitted else None,
            decision_number="B-1" if is_admitted else "",
        )  # fmt: skip
    move_clock(timedelta(days=96))
    apply_retention()
    assert (Invitation.objects.count(), Application.objects.count()) == (1, 4)
    move_clock(timedelta(days=98))
    apply_retention()
    assert (Invitation.objects.count(), Application.objects.count()) == (0, 4)
    move_clock(timedelta(days=181))
    apply_retention()
    kept = {row.state: row.contact_email for row in Application.objects.all()}
    assert kept == {"received": "ada@a.example", "admitted": ""}
    assert Application.objects.get(state="admitted").contact_name == ""


def test_no_leaf_of_the_public_log_names_a_person() -> None:
    from governance.actions import close_vote
    from transparency.models import Entry

    chamber = make_chamber(5)
    vote = chamber.call()
    chamber.cast_all(vote, "ffaff")
    close_vote(vote_id=overdue(vote).pk)
    leaves = " ".join(bytes(body).decode() for body in Entry.objects.values_list("body", flat=True))
    assert "governance" in leaves or '"vote"' in leaves
    for person in Person.objects.all():
        assert person.email not in leaves
        assert not person.full_name or person.full_name not in leaves
