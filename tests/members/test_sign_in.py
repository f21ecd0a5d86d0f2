"""Signing in and up: by password, by code, in the reader's language, and never for guessers."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core import mail
from django.test import Client
from pytest_django import Settings

from members.models import Person
from tests.cast import Cast

pytestmark = pytest.mark.django_db
PASSWORD = "a good password"
DESK = "/en/members/me/"


@pytest.fixture
def rep(cast: Cast) -> Person:
    """The representative of organisation A, with a confirmed address."""
    cast.rep_a.emailaddress_set.create(email=cast.rep_a.email, verified=True, primary=True)
    return cast.rep_a


def _code(body: str) -> str:
    found = re.search(r"^\s*([A-Z0-9-]{6,10})\s*$", body, re.M)
    assert found, body
    return found[1]


def _link(body: str, part: str) -> str:
    found = re.search(rf"https?://[^/]+(/\S*{part}\S*)", body)
    assert found, body
    return found[1]


def test_a_password_leads_where_one_wanted_to_go(client: Client, rep: Person) -> None:
    answer = client.get("/fr/members/me/keys/new/")
    assert answer.status_code == 302
    assert answer["Location"] == "/fr/accounts/login/?next=/fr/members/me/keys/new/"
    entered = {"login": rep.email.upper(), "password": PASSWORD, "next": "/fr/members/me/keys/new/"}
    answer = client.post("/fr/accounts/login/", entered)
    assert answer["Location"] == "/fr/members/me/keys/new/"
    assert client.get(DESK).status_code == 200


def test_a_wrong_password_says_so_beside_the_form(client: Client, rep: Person) -> None:
    answer = client.post("/en/accounts/login/", {"login": rep.email, "password": "wrong"})
    assert answer.status_code == 200
    assert 'role="alert"' in answer.content.decode()
    assert client.get(DESK).status_code == 302


def test_no_redirect_leaves_the_portal(client: Client, rep: Person) -> None:
    entered = {"login": rep.email, "password": PASSWORD, "next": "https://elsewhere.example/"}
    assert client.post("/en/accounts/login/", entered)["Location"] == DESK


def test_guessing_passwords_ends_soon(client: Client, rep: Person) -> None:
    for _n in range(6):
        answer = client.post("/en/accounts/login/", {"login": rep.email, "password": "guess"})
    assert "Too many failed login attempts" in answer.content.decode()
    answer = client.post("/en/accounts/login/", {"login": rep.email, "password": PASSWORD})
    assert answer.status_code == 200  # even the right one has to wait
    assert client.get(DESK).status_code == 302


@pytest.mark.parametrize(
    ("language", "subject", "words"),
    [
        ("en", "Your code for signing in", "Enter it on the page"),
        ("fr", "Votre code de connexion", "Saisissez-le sur la page"),
    ],
)
def test_a_code_comes_in_the_readers_language_and_signs_in(
    client: Client, rep: Person, language: str, subject: str, words: str
) -> None:
    Person.objects.filter(pk=rep.pk).update(preferred_language=language)
    answer = client.post("/en/accounts/login/code/", {"email": rep.email})
    assert answer["Location"] == "/en/accounts/login/code/confirm/"
    (letter,) = mail.outbox
    assert letter.to == [rep.email]
    assert subject in letter.subject
    assert words in letter.body
    answer = client.post("/en/accounts/login/code/confirm/", {"code": _code(letter.body)})
    assert answer.status_code == 302
    assert client.get(DESK).status_code == 200


def test_a_wrong_code_does_not_sign_in(client: Client, rep: Person) -> None:
    client.post("/en/accounts/login/code/", {"email": rep.email})
    for _n in range(3):
        answer = client.post("/en/accounts/login/code/confirm/", {"code": "ZZZ-ZZZ"})
    assert answer.status_code == 302  # tried too often: begin again
    right = _code(mail.outbox[0].body)
    client.post("/en/accounts/login/code/confirm/", {"code": right})
    assert client.get(DESK).status_code == 302


def test_a_stranger_learns_nothing_about_who_has_an_account(client: Client, rep: Person) -> None:
    for path in ("login/code/", "password/reset/"):
        known = client.post(f"/en/accounts/{path}", {"email": rep.email})
        unknown = Client().post(f"/en/accounts/{path}", {"email": "nobody@elsewhere.example"})
        assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert {letter.to[0] for letter in mail.outbox} == {rep.email}


def test_signing_up_needs_a_confirmed_mailbox_and_gives_no_role(client: Client) -> None:
    entered = {"email": "New@Person.example", "password1": "a very long sentence"}
    answer = client.post("/fr/accounts/signup/", entered)
    assert answer["Location"] == "/fr/accounts/confirm-email/"
    assert client.get("/fr/members/me/").status_code == 302
    person = Person.objects.get(email="new@person.example")
    assert person.preferred_language == "fr"
    (letter,) = mail.outbox
    assert "Veuillez confirmer votre adresse" in letter.subject
    page = _link(letter.body, "confirm-email")
    assert "new@person.example" in client.get(page).content.decode()
    client.post(page)
    client.post("/fr/accounts/login/", {"login": person.email, "password": "a very long sentence"})
    html = client.get("/fr/members/me/").content.decode()
    assert "Pas encore d’organisation" in html
    assert "me/keys/new/" not in html
    assert client.get("/fr/members/me/keys/new/").status_code == 404


def test_signing_up_with_a_taken_address_looks_alike_and_writes_to_its_owner(
    client: Client, rep: Person
) -> None:
    entered = {"email": rep.email, "password1": "a very long sentence"}
    assert client.post("/en/accounts/signup/", entered)["Location"] == "/en/accounts/confirm-email/"
    (letter,) = mail.outbox
    assert "You have an account already" in letter.subject
    assert Person.objects.filter(email=rep.email).count() == 1


@pytest.mark.parametrize("password", ["short", "password", "1234567890123"])
def test_a_weak_password_is_refused(client: Client, password: str) -> None:
    answer = client.post("/en/accounts/signup/", {"email": "x@y.example", "password1": password})
    assert answer.status_code == 200
    assert 'class="error"' in answer.content.decode()
    assert not Person.objects.filter(email="x@y.example").exists()


def test_a_forgotten_password_is_replaced_by_letter(client: Client, rep: Person) -> None:
    client.post("/en/accounts/password/reset/", {"email": rep.email})
    link = _link(mail.outbox[0].body, "password/reset/key")
    page = client.get(link)
    form = page["Location"]
    answer = client.post(
        form, {"password1": "quite another sentence", "password2": "quite another sentence"}
    )
    assert answer.status_code == 302
    entered = {"login": rep.email, "password": "quite another sentence"}
    assert client.post("/en/accounts/login/", entered)["Location"] == DESK
    assert "expired or was used before" in Client().get(link, follow=True).content.decode()


@pytest.mark.parametrize(
    "path",
    [
        "login/",
        "signup/",
        "login/code/",
        "password/reset/",
        "password/reset/done/",
        "confirm-email/",
        "inactive/",
    ],
)
@pytest.mark.parametrize(("language", "word"), [("en", "Sign in"), ("fr", "Se connecter")])
def test_entrance_pages_are_ours_private_and_in_both_languages(
    client: Client, path: str, language: str, word: str
) -> None:
    answer = client.get(f"/{language}/accounts/{path}")
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    html = answer.content.decode()
    assert word in html
    assert 'class="page-head"' in html
    assert "placeholder" not in html.split("<main")[1]


@pytest.mark.parametrize("path", ["email/", "password/change/", "logout/", "reauthenticate/"])
@pytest.mark.parametrize(("language", "word"), [("en", "Your desk"), ("fr", "Votre bureau")])
def test_pages_about_ones_account_open_for_their_owner_alone(
    client: Client, rep: Person, path: str, language: str, word: str
) -> None:
    url = f"/{language}/accounts/{path}"
    assert client.get(url).status_code == 302
    client.post("/en/accounts/login/", {"login": rep.email, "password": PASSWORD})
    answer = client.get(url)
    assert answer.status_code == 200
    if path != "reauthenticate/":
        assert word in answer.content.decode()


def test_an_address_is_added_confirmed_and_made_the_main_one(client: Client, rep: Person) -> None:
    client.post("/en/accounts/login/", {"login": rep.email, "password": PASSWORD})
    client.post("/en/accounts/email/", {"action_add": "", "email": "second@cast.example"})
    letter = mail.outbox[-1]
    assert letter.to == ["second@cast.example"]
    assert "not confirmed" in client.get("/en/accounts/email/").content.decode()
    client.post(_link(letter.body, "confirm-email"))
    client.post("/en/accounts/email/", {"action_primary": "", "email": "second@cast.example"})
    rep.refresh_from_db()
    assert rep.email == "second@cast.example"


def test_signing_out_ends_the_session(client: Client, rep: Person) -> None:
    client.force_login(rep)
    assert client.get("/en/accounts/logout/").status_code == 200
    assert client.get(DESK).status_code == 200  # looking is not leaving
    client.post("/en/accounts/logout/")
    assert client.get(DESK).status_code == 302


def test_letters_of_a_demonstration_can_be_read(
    client: Client, rep: Person, settings: Settings, tmp_path: Path
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)
    settings.MAIL_DIR = tmp_path
    assert "No letter has been written" in client.get("/en/accounts/mail/").content.decode()
    client.post("/en/accounts/password/reset/", {"email": rep.email})
    answer = client.get("/en/accounts/mail/")
    html = answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert rep.email in html
    assert re.search(r'<a href="https?://[^"]+/password/reset/key/[^"]+"', html)
    settings.DEMO = False
    assert client.get("/en/accounts/mail/").status_code == 404


def test_a_letter_is_escaped(client: Client, settings: Settings, tmp_path: Path) -> None:
    settings.MAIL_DIR = tmp_path
    (tmp_path / "1.log").write_text("To: a@b.example\nSubject: <b>x</b>\n\n<script>1</script>\n")
    html = client.get("/en/accounts/mail/").content.decode()
    assert "<script>1" not in html
    assert "<b>x</b>" not in html
