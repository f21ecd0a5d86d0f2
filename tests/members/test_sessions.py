"""Sessions are listed to their owner and end at once; decisions ask for a recent sign-in."""

from __future__ import annotations

import time
from urllib.parse import unquote

import pytest
import time_machine
from django.test import Client
from pytest_django import Settings

from members.models import ApiKey, Person
from tests.cast import Cast

pytestmark = pytest.mark.django_db
PASSWORD = "a good password"
DESK = "/en/members/me/"
SESSIONS = "/en/accounts/sessions/"
NEW_KEY = "/en/members/me/keys/new/"


@pytest.fixture
def rep(cast: Cast) -> Person:
    """A representative with a confirmed address."""
    cast.rep_a.emailaddress_set.create(email=cast.rep_a.email, verified=True, primary=True)
    return cast.rep_a


def signed_in(person: Person, browser: str) -> Client:
    client = Client(headers={"user-agent": browser})
    client.post("/en/accounts/login/", {"login": person.email, "password": PASSWORD})
    assert client.get(DESK).status_code == 200
    return client


def key_for(cast: Cast) -> dict[str, object]:
    return {"organisation": cast.org_a.pk, "name": "CI", "scopes": ["read"]}


def test_one_session_or_all_others_end_at_once(rep: Person) -> None:
    here, phone, library = (signed_in(rep, name) for name in ("Here", "Phone", "Library"))
    page = here.get(SESSIONS)
    assert all(name in page.content.decode() for name in ("Here", "Phone", "Library"))
    phones = next(s for s in page.context["sessions"] if s.user_agent == "Phone")
    here.post(f"{SESSIONS}{phones.pk}/end/")
    assert phone.get(DESK).status_code == 302
    assert library.get(DESK).status_code == 200
    here.post(f"{SESSIONS}end/")
    assert library.get(DESK).status_code == 302
    assert here.get(DESK).status_code == 200


def test_nobody_ends_another_persons_session(rep: Person, cast: Cast) -> None:
    mine = signed_in(rep, "Mine")
    session = mine.get(SESSIONS).context["sessions"][0]
    cast.rep_b.emailaddress_set.create(email=cast.rep_b.email, verified=True, primary=True)
    stranger = signed_in(cast.rep_b, "Stranger")
    assert stranger.post(f"{SESSIONS}{session.pk}/end/").status_code == 404
    assert mine.get(DESK).status_code == 200


def test_a_fresh_sign_in_may_decide_and_a_stale_one_is_asked(rep: Person, cast: Cast) -> None:
    client = signed_in(rep, "Browser")
    assert client.post(NEW_KEY, key_for(cast)).status_code == 200
    with time_machine.travel(time_in(16 * 60), tick=True):
        assert client.get(NEW_KEY).status_code == 200  # reading asks nothing
        answer = client.post(NEW_KEY, key_for(cast))
        assert unquote(answer["Location"]) == f"/en/accounts/reauthenticate/?next={NEW_KEY}"
        assert ApiKey.objects.count() == 1
        wrong = client.post(answer["Location"], {"password": "guess", "next": NEW_KEY})
        assert wrong.status_code == 200
        assert ApiKey.objects.count() == 1
        done = client.post(answer["Location"], {"password": PASSWORD, "next": NEW_KEY})
        assert "aap_" in done.content.decode()  # what was sent is done after the answer
        assert ApiKey.objects.count() == 2
        assert client.post(NEW_KEY, key_for(cast)).status_code == 200


def test_the_age_is_a_setting(rep: Person, cast: Cast, settings: Settings) -> None:
    settings.STEP_UP_AGE = settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 3600
    client = signed_in(rep, "Browser")
    with time_machine.travel(time_in(50 * 60), tick=True):
        assert client.post(NEW_KEY, key_for(cast)).status_code == 200


def test_without_password_or_factor_one_signs_in_again(rep: Person, cast: Cast) -> None:
    client = signed_in(rep, "Browser")
    rep.set_unusable_password()
    rep.save()
    client.force_login(rep)
    with time_machine.travel(time_in(16 * 60), tick=True):
        answer = client.post(NEW_KEY, key_for(cast))
        assert unquote(answer["Location"]) == f"/en/accounts/again/?next={NEW_KEY}"
        page = client.get(answer["Location"]).content.decode()
        assert "Sign out and in again" in page
        assert ApiKey.objects.count() == 0


def time_in(seconds: int) -> float:
    """Return a moment from now."""
    return time.time() + seconds
