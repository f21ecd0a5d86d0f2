"""Applications for membership through the API: anybody sends, operators read and move."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail
from django.test import Client
from pytest_django import Settings

from members.models import Application, Organisation
from tests.cast import Cast

pytestmark = pytest.mark.django_db
LIST = "/api/v1/applications/"
GIVEN = {
    "name": "A New Laboratory", "short_name": "New Lab", "kind": "research", "country": "ch",
    "website_domain": "lab.example", "motivation": "Evaluate openly.", "contact_name": "Ada Contact",
    "contact_email": "ada@lab.example", "language": "fr",
}  # fmt: skip


def send(client: Client, path: str = LIST, body: dict[str, Any] | None = None) -> Any:
    return client.post(path, body or {}, content_type="application/json")


@pytest.fixture
def reference(client: Client, django_capture_on_commit_callbacks: Any) -> str:
    with django_capture_on_commit_callbacks(execute=True):
        made = send(client, body=GIVEN)
    assert made.status_code == 201, made.content
    assert set(made.json()) == {"reference", "state", "received_at", "closed_at", "decision_number"}
    return str(made.json()["reference"])


def test_anybody_applies_and_reads_how_far_it_is_but_not_who_applied(
    client: Client, reference: str
) -> None:
    row = Application.objects.get()
    assert (row.country, row.language, row.state) == ("CH", "fr", "received")
    assert [letter.to for letter in mail.outbox] == [["ada@lab.example"]]
    answer = client.get(f"{LIST}{reference}/")
    assert answer.json()["state"] == "received"
    assert "lab" not in answer.content.decode().lower()
    assert send(client, body=GIVEN).json()["code"] == "applied"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"website_domain": "https://lab.example"}, "website_domain"),
        ({"country": "Switzerland"}, "country"),
        ({"country": "1!"}, "country"),
        ({"kind": "empire"}, "kind"),
        ({"contact_email": "ada"}, "contact_email"),
        ({"motivation": ""}, "motivation"),
    ],
)
def test_what_makes_no_sense_is_refused_by_field(
    client: Client, change: dict[str, str], field: str
) -> None:
    answer = send(client, body=GIVEN | change)
    assert answer.status_code == 400
    assert field in answer.json()["errors"]
    assert not Application.objects.exists()


def test_nobody_writes_what_is_not_theirs_to_say(client: Client, cast: Cast) -> None:
    forged = GIVEN | {"state": "admitted", "organisation": "org-a", "decision_number": "TOC-1"}
    assert send(client, body=forged).status_code == 201
    row = Application.objects.get()
    assert (row.state, row.organisation, row.decision_number) == ("received", None, "")


def test_operators_list_review_and_decline_with_a_reason(
    client: Client, cast: Cast, reference: str, django_capture_on_commit_callbacks: Any
) -> None:
    client.force_login(cast.staff)
    (listed,) = client.get(f"{LIST}?state=received").json()["results"]
    assert listed["contact_email"] == "ada@lab.example"
    assert send(client, f"{LIST}{reference}/review/").json()["state"] == "reviewed"
    assert send(client, f"{LIST}{reference}/decline/").status_code == 400
    with django_capture_on_commit_callbacks(execute=True):
        done = send(client, f"{LIST}{reference}/decline/", {"reason": "Not an organisation."})
    assert done.json()["state"] == "declined"
    assert "Not an organisation." in mail.outbox[-1].body
    assert send(client, f"{LIST}{reference}/review/").json()["code"] == "wrong-state"
    assert not Organisation.objects.filter(name=GIVEN["name"]).exists()


@pytest.mark.parametrize("name", ["", "rep_a", "outsider"])
def test_others_neither_list_nor_move(
    client: Client, cast: Cast, reference: str, name: str
) -> None:
    if name:
        client.force_login(getattr(cast, name))
    refused = 403 if name else 401
    assert client.get(LIST).status_code == refused
    for verb in ("review", "decline"):
        assert send(client, f"{LIST}{reference}/{verb}/", {"reason": "no"}).status_code == refused
    assert Application.objects.get().state == "received"


def test_moving_asks_for_a_recent_sign_in(
    client: Client, cast: Cast, reference: str, settings: Settings
) -> None:
    client.force_login(cast.staff)
    settings.STEP_UP_AGE = 0
    answer = send(client, f"{LIST}{reference}/review/")
    assert (answer.status_code, answer.json()["code"]) == (403, "sign-in-again")
