"""The desk of a signed-in person, the strip in the masthead, keys through pages, roles and the admin."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest
from django.test import Client
from django.test.utils import CaptureQueriesContext

from alliance.viewer import Viewer
from members import sections
from members.actions import end_role, give_role
from members.demo import accounts, demo
from members.errors import RoleRefused
from members.models import Affiliation, ApiKey, MembersEvent, Organisation, Person
from tests.cast import Cast
from tests.factories.members import AffiliationFactory, MembershipFactory

pytestmark = pytest.mark.django_db
DESK = "/en/members/me/"
NEW = "/en/members/me/keys/new/"


@pytest.mark.parametrize("path", ["", "details/", "keys/new/"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_private_pages_ask_for_a_sign_in_in_the_same_language(
    client: Client, path: str, language: str
) -> None:
    answer = client.get(f"/{language}/members/me/{path}")
    assert answer["Location"] == f"/{language}/accounts/login/?next=/{language}/members/me/{path}"


def test_the_strip_is_private_and_starts_no_session(client: Client, cast: Cast) -> None:
    answer = client.get("/en/members/me/strip/")
    assert "Sign in" in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert "private" in answer["Cache-Control"]
    assert not answer.cookies
    client.force_login(cast.rep_a)
    html = client.get("/fr/members/me/strip/").content.decode()
    assert "rep-a" in html
    assert "Se déconnecter" in html


def test_a_representative_makes_a_key_sees_it_once_and_ends_it(client: Client, cast: Cast) -> None:
    client.force_login(cast.rep_a)
    wanted = {"organisation": cast.org_a.pk, "name": "CI", "scopes": ["read"], "expires_on": ""}
    answer = client.post(NEW, wanted)
    assert "no-store" in answer["Cache-Control"]
    found = re.search(r"aap_[a-z0-9]{10}_[A-Za-z0-9]{46}", answer.content.decode())
    assert found
    token = found[0]
    headers = {"Authorization": f"Bearer {token}"}
    assert client.get("/api/v1/me/", headers=headers).json()["organisations"] == ["org-a"]
    desk = client.get(DESK).content.decode()
    assert token[:14] in desk
    assert token not in desk
    key = ApiKey.objects.get()
    client.post(f"/en/members/me/keys/{key.pk}/revoke/")
    assert client.get("/api/v1/me/", headers=headers).status_code == 401
    assert "no longer works" in client.get(DESK).content.decode()


@pytest.mark.parametrize(
    "change",
    [
        {"name": ""},
        {"scopes": []},
        {"scopes": ["everything"]},
        {"expires_on": "2020-01-01"},
        {"organisation": "b"},
    ],
)
def test_a_key_that_can_not_be_is_refused_in_words(
    client: Client, cast: Cast, change: dict[str, object]
) -> None:
    client.force_login(cast.rep_a)
    wanted = {"organisation": cast.org_a.pk, "name": "CI", "scopes": ["read"], "expires_on": ""}
    if change == {"organisation": "b"}:
        change = {"organisation": cast.org_b.pk}  # somebody else's
    html = client.post(NEW, wanted | change).content.decode()
    assert 'class="error"' in html or 'role="alert"' in html
    assert not ApiKey.objects.exists()


@pytest.mark.parametrize("name", ["engineer_a", "rep_b", "outsider", "staff"])
def test_others_neither_see_nor_make_nor_end_keys_of_a(
    client: Client, cast: Cast, make_key: Callable[..., tuple[ApiKey, str]], name: str
) -> None:
    key, _token = make_key(name="secret errand")
    client.force_login(getattr(cast, name))
    assert "secret errand" not in client.get(DESK).content.decode()
    assert client.get(NEW).status_code == (200 if name == "rep_b" else 404)
    assert client.post(f"/en/members/me/keys/{key.pk}/revoke/").status_code == 404
    key.refresh_from_db()
    assert key.revoked_at is None


def test_ending_a_key_takes_a_post(
    client: Client, cast: Cast, make_key: Callable[..., tuple[ApiKey, str]]
) -> None:
    key, _token = make_key()
    client.force_login(cast.rep_a)
    assert client.get(f"/en/members/me/keys/{key.pk}/revoke/").status_code == 405


def test_name_and_language_of_letters_are_ones_own(client: Client, cast: Cast) -> None:
    client.force_login(cast.outsider)
    wanted = {"full_name": "Élodie O’Hara", "preferred_language": "fr", "is_staff": "on"}
    assert client.post("/en/members/me/details/", wanted)["Location"] == DESK
    cast.outsider.refresh_from_db()
    assert (cast.outsider.full_name, cast.outsider.preferred_language) == ("Élodie O’Hara", "fr")
    assert not cast.outsider.is_staff
    assert client.post("/en/members/me/details/", {"preferred_language": "de"}).status_code == 200


@pytest.mark.usefixtures("_panels_kept")
def test_other_rooms_add_panels(client: Client, cast: Cast) -> None:
    def for_a(request: HttpRequest, viewer: Viewer) -> dict[str, object] | None:
        return {"token": "a vote waits"} if cast.org_a.pk in viewer.organisation_ids else None

    sections.register_panel("members/new_key.html", for_a)
    client.force_login(cast.rep_a)
    assert "a vote waits" in client.get(DESK).content.decode()
    client.force_login(cast.rep_b)
    assert "a vote waits" not in client.get(DESK).content.decode()


@pytest.fixture
def _panels_kept() -> Iterator[None]:
    kept = list(sections._PANELS)
    yield
    sections._PANELS[:] = kept


def test_as_many_queries_for_fifty_colleagues_and_keys_as_for_five(
    client: Client, cast: Cast
) -> None:
    client.force_login(cast.rep_a)
    counts = []
    for batch in (5, 45):
        AffiliationFactory.create_batch(batch, organisation=cast.org_a, role="engineer")
        for n in range(batch):
            ApiKey.objects.create(organisation=cast.org_a, name="k", prefix=f"{batch:05}{n:05}", secret_hash="0" * 64,
                                  scopes=["read"], created_by=cast.rep_a)  # fmt: skip
        with CaptureQueriesContext(connection) as queries:
            assert client.get(DESK).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_roles_are_given_once_and_ended_once_with_events(cast: Cast) -> None:
    since = date(2026, 2, 1)
    held = give_role(person=cast.outsider, organisation=cast.org_b, role="delegate", since=since)
    again = give_role(
        person=cast.outsider, organisation=cast.org_b, role="delegate", since=date(2026, 3, 1)
    )
    assert (again.pk, again.since) == (held.pk, since)
    with pytest.raises(RoleRefused):
        end_role(affiliation=held, until=date(2026, 1, 31))
    end_role(affiliation=held, until=date(2026, 4, 1), actor=cast.staff)
    end_role(affiliation=held, until=date(2026, 5, 1))
    held.refresh_from_db()
    assert held.until == date(2026, 4, 1)
    kinds = MembersEvent.objects.filter(details__person=cast.outsider.pk).order_by("pk")
    assert [event.kind for event in kinds] == ["role-given", "role-ended"]


def test_representatives_are_those_in_force_on_the_day(cast: Cast) -> None:
    on = date(2026, 6, 1)
    AffiliationFactory(organisation=cast.org_a, until=date(2026, 5, 31))
    AffiliationFactory(organisation=cast.org_a, since=date(2026, 6, 2))
    last_day = AffiliationFactory(organisation=cast.org_a, until=on).person
    people = Person.objects.representatives_of([cast.org_a.pk], on)
    assert set(people) == {cast.rep_a, last_day}
    assert set(Person.objects.representatives_of([cast.org_a.pk, cast.org_b.pk], on)) == {
        cast.rep_a, cast.rep_b, last_day
    }  # fmt: skip


@pytest.mark.parametrize(
    "sql", ["DELETE FROM members_membersevent", "UPDATE members_membersevent SET kind = 'x'"]
)
def test_events_stay_whoever_asks(cast: Cast, sql: str) -> None:
    give_role(
        person=cast.outsider, organisation=cast.org_a, role="engineer", since=date(2026, 1, 1)
    )
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_operators_change_entries_through_events_and_never_see_secrets(
    client: Client, cast: Cast, make_key: Callable[..., tuple[ApiKey, str]]
) -> None:
    key, _token = make_key()
    client.force_login(cast.staff)
    page = client.get(f"/staff/members/apikey/{key.pk}/change/").content.decode()
    assert key.prefix in page
    assert key.secret_hash not in page
    assert (
        client.post(f"/staff/members/apikey/{key.pk}/delete/", {"post": "yes"}).status_code == 403
    )
    wanted = {
        "person": cast.outsider.pk,
        "organisation": cast.org_b.pk,
        "role": "engineer",
        "since": "2026-01-01",
    }
    assert client.post("/staff/members/affiliation/add/", wanted).status_code == 302
    assert Affiliation.objects.filter(person=cast.outsider, organisation=cast.org_b).count() == 1
    assert MembersEvent.objects.get(kind="role-given").actor == cast.staff
    client.force_login(cast.rep_a)
    assert client.get("/staff/members/organisation/").status_code == 302


def test_an_entry_changed_by_an_operator_is_an_event(client: Client, cast: Cast) -> None:
    period = MembershipFactory(organisation=cast.org_a)
    client.force_login(cast.staff)
    wanted = {
        "slug": "org-a", "name": "New name", "short_name": "A", "kind": "research", "country": "FR",
        "website_domain": "", "domain_source": "", "is_listed": "on", "memberships-TOTAL_FORMS": 1,
        "memberships-INITIAL_FORMS": 1, "memberships-0-id": period.pk, "memberships-0-organisation": cast.org_a.pk,
        "memberships-0-kind": "founding", "memberships-0-announced_on": "2023-12-05",
        "memberships-0-announced_to": "day", "memberships-0-source": "another source", "memberships-0-confirmed": "on",
    }  # fmt: skip
    answer = client.post(f"/staff/members/organisation/{cast.org_a.pk}/change/", wanted)
    assert answer.status_code == 302, answer.content.decode()
    event = MembersEvent.objects.get(kind="amended")
    assert event.actor == cast.staff
    assert {"name", "memberships"} <= set(event.details["fields"])


def test_the_demonstration_is_made_once_and_says_what_it_is(client: Client) -> None:
    demo()
    rows = list(Organisation.objects.values_list("slug", flat=True))
    people = list(Person.objects.values_list("email", flat=True))
    demo()
    assert sorted(rows) == [f"demo-{letter}" for letter in "abcdefghijklmno"]
    assert sorted(Person.objects.values_list("email", flat=True)) == sorted(people)
    assert all("demonstration" in person.full_name for person in Person.objects.all())
    for account in accounts():
        entered = {"login": account["email"], "password": account["password"]}
        assert Client().post("/en/accounts/login/", entered)["Location"] == DESK


def test_there_is_no_demonstration_on_a_real_portal(settings) -> None:  # type: ignore[no-untyped-def]
    settings.DEMO = False
    with pytest.raises(RuntimeError):
        demo()
    assert not Organisation.objects.exists()
