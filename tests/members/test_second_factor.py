"""Second factors: enrolling, the second step of signing in, recovery, and the gate before duties."""

from __future__ import annotations

import time
from datetime import date

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail
from django.test import Client
from pytest_django import Settings

from governance.models import Body, Office
from members.actions import give_role
from members.models import Person
from members.second_factor import MfaAdapter
from tests.cast import Cast

pytestmark = pytest.mark.django_db
PASSWORD = "a good password"
DESK = "/en/members/me/"
ENROL = "/en/accounts/2fa/"


@pytest.fixture
def strict(settings: Settings) -> None:
    """As on a real portal: duties ask for a second factor."""
    settings.SECOND_FACTOR_REQUIRED = True


@pytest.fixture
def rep(cast: Cast) -> Person:
    """A representative with a confirmed address."""
    cast.rep_a.emailaddress_set.create(email=cast.rep_a.email, verified=True, primary=True)
    return cast.rep_a


def code_of(secret: str) -> str:
    """What an app would show now."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def sign_in(client: Client, person: Person) -> None:
    client.post("/en/accounts/login/", {"login": person.email, "password": PASSWORD})


def add_app(client: Client) -> str:
    """Add an app as a person would, and return its secret."""
    page = client.get("/en/accounts/2fa/totp/activate/")
    secret = str(page.context["form"].secret)
    answer = client.post("/en/accounts/2fa/totp/activate/", {"code": code_of(secret)})
    assert answer["Location"] == "/en/accounts/2fa/recovery-codes/"
    return secret


@pytest.mark.django_db(transaction=True)
def test_an_app_is_added_and_then_asked_for(client: Client, rep: Person) -> None:
    sign_in(client, rep)
    secret = add_app(client)
    assert mail.outbox[-1].subject.endswith("An app was added")
    kept = Authenticator.objects.get(user=rep, type="totp").data["secret"]
    assert secret not in kept
    assert MfaAdapter().decrypt(kept) == secret
    other = Client()
    answer = other.post("/en/accounts/login/", {"login": rep.email, "password": PASSWORD})
    assert answer["Location"] == "/en/accounts/2fa/authenticate/"
    assert other.get(DESK).status_code == 302  # half a sign-in opens nothing
    wrong = other.post("/en/accounts/2fa/authenticate/", {"code": "000000"})
    assert "This doesn’t fit" in wrong.content.decode()


def test_recovery_codes_are_shown_once_and_work_once(client: Client, rep: Person) -> None:
    sign_in(client, rep)
    add_app(client)
    codes = client.get("/en/accounts/2fa/recovery-codes/").context["unused_codes"]
    assert len(codes) == 10
    assert codes[0] not in client.get("/en/accounts/2fa/recovery-codes/").content.decode()
    for expected in (True, False):
        other = Client()
        sign_in(other, rep)
        other.post("/en/accounts/2fa/authenticate/", {"code": codes[0]})
        assert (other.get(DESK).status_code == 200) is expected


@pytest.mark.usefixtures("strict")
@pytest.mark.parametrize("duty", ["administrator", "officer", "staff"])
def test_a_duty_leads_to_enrolment_before_anything_else(
    client: Client, rep: Person, cast: Cast, duty: str
) -> None:
    sign_in(client, rep)
    assert client.get(DESK).status_code == 200
    if duty == "administrator":
        give_role(person=rep, organisation=cast.org_a, role="administrator", since=date(2026, 1, 1))
    elif duty == "officer":
        body = Body.objects.create(
            slug="board",
            code="B",
            kind="board",
            name_en="Board",
            name_fr="Conseil",
            default_rule={},
        )
        Office.objects.create(body=body, person=rep, role="chair", since=date(2026, 1, 1))
    else:
        Person.objects.filter(pk=rep.pk).update(is_staff=True)
    assert client.get(DESK)["Location"] == ENROL
    refused = client.get("/api/v1/me/")
    assert refused.status_code == 403
    assert refused.json()["code"] == "second-factor-needed"
    assert client.get(ENROL).status_code == 200
    assert client.get("/en/members/").status_code == 200  # what everybody reads stays open
    add_app(client)
    assert client.get(DESK).status_code == 200


@pytest.mark.usefixtures("strict")
def test_the_last_factor_of_a_duty_stays(client: Client, rep: Person, cast: Cast) -> None:
    sign_in(client, rep)
    add_app(client)
    give_role(person=rep, organisation=cast.org_a, role="administrator", since=date(2026, 1, 1))
    page = client.post("/en/accounts/2fa/totp/deactivate/")
    assert "Add another one first" in page.content.decode()
    assert Authenticator.objects.filter(user=rep, type="totp").exists()


@pytest.mark.usefixtures("strict")
def test_demonstration_accounts_are_not_held_up(client: Client, rep: Person) -> None:
    Person.objects.filter(pk=rep.pk).update(is_staff=True, is_demo=True)
    sign_in(client, rep)
    assert client.get(DESK).status_code == 200


def test_operators_sign_in_at_the_front_door(client: Client, rep: Person) -> None:
    answer = client.get("/staff/", follow=True)
    assert answer.redirect_chain[-1][0].startswith("/en/accounts/login/?next=")
    sign_in(client, rep)
    assert client.get("/staff/login/").status_code == 403


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("", {"en": "Passkeys and second factor", "fr": "Clés d’accès et second facteur"}),
        ("totp/activate/", {"en": "Add an app", "fr": "Ajouter une application"}),
        ("webauthn/add/", {"en": "Add a passkey", "fr": "Ajouter une clé d’accès"}),
    ],
)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_enrolment_pages_are_ours_private_and_without_inline_script(
    client: Client, rep: Person, path: str, language: str, words: dict[str, str]
) -> None:
    sign_in(client, rep)
    answer = client.get(f"/{language}/accounts/2fa/{path}")
    text = answer.content.decode()
    assert answer.status_code == 200
    assert 'class="skip"' in text
    assert f"<h1>{words[language]}</h1>" in text
    assert "no-store" in answer["Cache-Control"]
    for piece in text.split("<script")[1:]:
        assert "src=" in piece.split(">")[0] or 'type="application/json"' in piece.split(">")[0]
