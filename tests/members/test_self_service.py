"""What administrators do for their organisation, and what nobody else may."""

from __future__ import annotations

import io
import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import dns.message
import dns.rrset
import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone
from PIL import Image
from pytest_django import Settings

from governance.models import Appointment, Body, Seat
from members import actions, proofs
from members.errors import LogoRefused, RoleRefused
from members.models import (
    Affiliation,
    Domain,
    IdentityProvider,
    Invitation,
    Logo,
    MembersEvent,
    Membership,
    Person,
)
from members.pictures import read_logo
from members.viewers import viewer_of_person
from tests.cast import Cast

pytestmark = pytest.mark.django_db
BEFORE = date(2026, 1, 1)
PAGES = ["people", "domains", "sign-in", "entry", "trail"]


@pytest.fixture
def admin(cast: Cast) -> Person:
    """An administrator of organisation A, a member."""
    person = Person.objects.create_user("admin@cast.example", "a good password", full_name="Admin")
    Affiliation.objects.create(
        person=person, organisation=cast.org_a, role="administrator", since=BEFORE
    )
    Membership.objects.create(
        organisation=cast.org_a, kind="founding", source="a test", confirmed=True
    )
    return person


def desk(cast: Cast, page: str) -> str:
    return f"/en/members/me/{cast.org_a.slug}/{page}/"


def confirmed(person: Person) -> Person:
    person.emailaddress_set.create(email=person.email, verified=True, primary=True)
    return person


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_pages_are_for_administrators_alone(
    client: Client, admin: Person, cast: Cast, page: str, language: str
) -> None:
    path = desk(cast, page).replace("/en/", f"/{language}/")
    assert client.get(path).status_code == 302
    for stranger in (cast.rep_a, cast.engineer_a, cast.rep_b, cast.outsider, cast.staff):
        client.force_login(stranger)
        assert client.get(path).status_code == 404
        assert client.post(path, {"name": "x.example"}).status_code in {404, 405}
    client.force_login(admin)
    answer = client.get(path)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db(transaction=True)
def test_an_invited_person_is_given_the_role(client: Client, admin: Person, cast: Cast) -> None:
    client.force_login(admin)
    asked = {"email": "Outsider@cast.example", "role": "delegate", "language": "fr"}
    assert client.post(desk(cast, "people"), asked).status_code == 302
    (letter,) = mail.outbox
    assert letter.to == ["outsider@cast.example"]
    assert "vous invite" in letter.subject
    found = re.search(r"https?://[^/]+(/fr/members/me/invitations/\S+)", letter.body)
    assert found
    guest = Client()
    assert "/fr/accounts/login/?next=" in guest.get(found[1]).content.decode()
    guest.force_login(confirmed(cast.rep_b))
    assert guest.post(found[1]).status_code == 409  # for that address alone
    guest.force_login(confirmed(cast.outsider))
    assert guest.post(found[1]).status_code == 302
    held = Affiliation.objects.get(person=cast.outsider)
    assert (held.organisation, held.role) == (cast.org_a, "delegate")
    assert guest.post(found[1]).status_code == 410  # once


def test_letters_expire_and_can_be_taken_back(client: Client, admin: Person, cast: Cast) -> None:
    client.force_login(admin)
    asked = {"email": "new@cast.example", "role": "engineer", "language": "en"}
    client.post(desk(cast, "people"), asked)
    client.post(desk(cast, "people"), asked)  # a second letter makes the first worthless
    now = timezone.now()
    (kept,) = Invitation.objects.open_at(now)
    assert Invitation.objects.open_at(now + timedelta(days=8)).count() == 0
    client.post(f"/en/members/me/{cast.org_a.slug}/invitations/{kept.pk}/withdraw/")
    assert Invitation.objects.open_at(now).count() == 0
    assert actions.find_invitation("guess", now) is None


def test_whoever_leaves_loses_everything_at_once(client: Client, admin: Person, cast: Cast) -> None:
    leaver = Client()
    confirmed(cast.rep_a)
    leaver.post("/en/accounts/login/", {"login": cast.rep_a.email, "password": "a good password"})
    assert leaver.get("/en/members/me/").status_code == 200
    _key, token = actions.create_api_key(
        viewer=viewer_of_person(cast.rep_a), organisation=cast.org_a, name="CI", scopes=["read"], expires_at=None,
        now=timezone.now(),
    )  # fmt: skip
    body = Body.objects.create(
        slug="b", code="B", kind="board", name_en="Board", name_fr="Conseil", default_rule={}
    )
    seat = Seat.objects.create(body=body, number=1, organisation=cast.org_a)
    Appointment.objects.create(seat=seat, person=cast.rep_a, since=BEFORE)
    client.force_login(admin)
    held = Affiliation.objects.get(person=cast.rep_a)
    client.post(desk(cast, f"people/{held.pk}"), {"remove": "1"})
    today = timezone.now().date()
    assert leaver.get("/en/members/me/").status_code == 302
    bearer = {"Authorization": f"Bearer {token}"}
    assert Client(headers=bearer).get("/api/v1/me/").status_code == 401
    assert not viewer_of_person(cast.rep_a).organisation_ids
    assert not Seat.objects.held_by(viewer_of_person(cast.rep_a), today).exists()
    event = MembersEvent.objects.filter(kind="role-ended").latest("at")
    assert event.actor == admin
    assert event.details | {"keys": 1, "sessions": 1, "seats": 1} == event.details


def test_the_last_administrator_stays(client: Client, admin: Person, cast: Cast) -> None:
    client.force_login(admin)
    held = Affiliation.objects.get(person=admin)
    for posted in ({"remove": "1"}, {"role": "engineer"}):
        page = client.post(desk(cast, f"people/{held.pk}"), posted, follow=True)
        assert "The last administrator stays" in page.content.decode()
    with pytest.raises(IntegrityError), transaction.atomic():  # nor from the shell
        Affiliation.objects.filter(pk=held.pk).update(until=timezone.now().date())
    with pytest.raises(IntegrityError), transaction.atomic():
        Affiliation.objects.filter(pk=held.pk).delete()
    other = Affiliation.objects.get(person=cast.rep_a)
    client.post(desk(cast, f"people/{other.pk}"), {"role": "administrator"})
    client.post(desk(cast, f"people/{held.pk}"), {"remove": "1"})
    assert not Affiliation.objects.of(admin.pk).current(timezone.now().date()).exists()
    assert client.get(desk(cast, "people")).status_code in {302, 404}


@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_leave_at_once_leave_one(admin: Person, cast: Cast) -> None:
    second = Affiliation.objects.create(
        person=cast.outsider, organisation=cast.org_a, role="administrator", since=BEFORE
    )
    together = threading.Barrier(2)

    def leave(pk: int) -> bool:
        try:
            together.wait(30)
            with transaction.atomic():
                Affiliation.objects.filter(pk=pk).update(until=BEFORE)
        except IntegrityError:
            return False
        finally:
            connection.close()
        return True

    first = Affiliation.objects.get(person=admin)
    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(leave, [first.pk, second.pk])) == [False, True]


def test_nobody_removes_people_of_others(cast: Cast, admin: Person) -> None:
    with pytest.raises(RoleRefused, match="Only the organisation’s administrators"):
        actions.remove_person(
            viewer=viewer_of_person(admin), person=cast.rep_b, organisation=cast.org_b, now=timezone.now()
        )  # fmt: skip


@pytest.fixture
def name_server(settings: Settings) -> Iterator[dict[str, str]]:
    """A name server on loopback that answers what the test writes down."""
    import socket

    records: dict[str, str] = {}
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(("127.0.0.1", 0))
    settings.DNS_SERVERS = [f"127.0.0.1:{sock.getsockname()[1]}"]

    def serve() -> None:
        while True:
            try:
                raw, peer = sock.recvfrom(4096)
            except OSError:
                return
            query = dns.message.from_wire(raw)
            reply = dns.message.make_response(query)
            name = query.question[0].name.to_text(omit_final_dot=True)
            if name in records:
                text = f'"{records[name]}"'
                reply.answer.append(dns.rrset.from_text(f"{name}.", 60, "IN", "TXT", text))
            sock.sendto(reply.to_wire(), peer)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield records
    sock.close()


def test_a_domain_is_proven_by_its_record(
    client: Client, admin: Person, cast: Cast, name_server: dict[str, str]
) -> None:
    client.force_login(admin)
    client.post(desk(cast, "domains"), {"name": "Exämple.org"})
    domain = Domain.objects.get()
    assert domain.name == "xn--exmple-cua.org"
    path = desk(cast, f"domains/{domain.pk}")
    name_server[proofs.record_name(domain.name)] = "alliance-portal=of-somebody-else"
    page = client.post(path, {"dns": "1"}, follow=True)
    assert "The value isn’t there yet" in page.content.decode()
    name_server[proofs.record_name(domain.name)] = proofs.record_value(domain.token)
    client.post(path, {"dns": "1"})
    domain.refresh_from_db()
    assert (domain.state, domain.method) == ("proven", "dns")
    rival = Domain.objects.create(
        organisation=cast.org_b, name=domain.name, token=domain.token, claimed_by=cast.rep_b
    )
    Affiliation.objects.filter(person=cast.rep_b).update(role="administrator")
    client.force_login(cast.rep_b)
    page = client.post(
        f"/en/members/me/{cast.org_b.slug}/domains/{rival.pk}/", {"dns": "1"}, follow=True
    )
    assert "Another organisation has proven" in page.content.decode()


def test_a_domain_is_proven_by_its_file(
    admin: Person, cast: Cast, settings: Settings, httpserver: object
) -> None:
    from pytest_httpserver import HTTPServer

    assert isinstance(httpserver, HTTPServer)
    settings.OUTBOUND_ALLOWED_HOSTS = [f"{httpserver.host}:{httpserver.port}"]
    settings.DOMAIN_PROOF_URL = f"http://{httpserver.host}:{httpserver.port}/{{domain}}"
    viewer, now = viewer_of_person(admin), timezone.now()
    domain = actions.claim_domain(viewer=viewer, organisation=cast.org_a, name="a.example", now=now)
    value = proofs.record_value(domain.token)
    httpserver.expect_ordered_request("/a.example").respond_with_data(
        "", status=302, headers={"Location": "/x"}
    )
    httpserver.expect_ordered_request("/a.example").respond_with_data(value + "\n")
    assert not proofs.stands_on_website(domain.name, domain.token)
    actions.prove_domain(viewer=viewer, domain=domain, method="file", now=now)
    assert Domain.objects.proven().get() == domain


@pytest.mark.parametrize(
    "name", ["localhost", "127.0.0.1", "https://a.example", "a b.example", "-a.example", "x." * 130]
)
def test_what_is_no_domain(client: Client, admin: Person, cast: Cast, name: str) -> None:
    client.force_login(admin)
    client.post(desk(cast, "domains"), {"name": name})
    assert not Domain.objects.exists()


def test_the_open_sign_in_keeps_its_domain(client: Client, admin: Person, cast: Cast) -> None:
    domain = Domain.objects.create(
        organisation=cast.org_a, name="a.example", token="t", state="proven", method="dns", claimed_by=admin,
        proven_at=timezone.now(),
    )  # fmt: skip
    IdentityProvider.objects.create(
        organisation=cast.org_a, kind="oidc", issuer="https://i.example", client_id="c", made_by=admin,
        state="enabled", tested_at=timezone.now(),
    )  # fmt: skip
    client.force_login(admin)
    client.post(desk(cast, f"domains/{domain.pk}"), {"drop": "1"})
    assert Domain.objects.count() == 1


def test_the_entry_is_edited_in_both_languages_and_nothing_else(
    client: Client, admin: Person, cast: Cast
) -> None:
    client.force_login(admin)
    sent = {
        "short_name": "A", "website_domain": "a.example", "about_en": "We build.", "about_fr": "Nous bâtissons.",
        "slug": "taken", "is_demo": "on", "kind": "government", "domain_confirmed": "on",
    }  # fmt: skip
    client.post(desk(cast, "entry"), sent)
    cast.org_a.refresh_from_db()
    assert (cast.org_a.short_name, cast.org_a.kind, cast.org_a.slug) == ("A", "research", "org-a")
    assert not cast.org_a.domain_confirmed
    assert "Nous bâtissons." in client.get("/fr/members/org-a/").content.decode()
    assert "We build." in client.get("/en/members/org-a/").content.decode()
    trail = client.get(desk(cast, "trail")).content.decode()
    assert "Entry edited" in trail
    assert "about_en" in trail


def picture(kind: str, size: tuple[int, int] = (800, 400)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "navy").save(out, kind)
    return out.getvalue()


def test_a_logo_is_made_anew_and_shown_when_cleared(
    client: Client, admin: Person, cast: Cast
) -> None:
    client.force_login(admin)
    raw = picture("JPEG") + b"<script>alert(1)</script>"
    path = f"/en/members/me/{cast.org_a.slug}/logo/"
    client.post(path, {"picture": SimpleUploadedFile("logo.jpg", raw)})
    logo = Logo.objects.get()
    assert (logo.width, logo.height) == (480, 240)
    assert bytes(logo.png).startswith(b"\x89PNG")
    assert b"script" not in bytes(logo.png)
    url = logo.get_absolute_url()
    assert Client().get(url).status_code == 404
    assert client.get(url)["Cache-Control"] == "private, no-store"
    actions.clear_logo(actor=cast.staff, logo=logo, now=timezone.now())
    assert Client().get(url)["Content-Type"] == "image/png"
    assert url in Client().get("/en/members/org-a/").content.decode()
    client.post(path, {"picture": SimpleUploadedFile("logo.png", picture("PNG", (10, 10)))})
    assert (
        Client().get(Logo.objects.get().get_absolute_url()).status_code == 404
    )  # a new one waits again


@pytest.mark.parametrize(
    "raw",
    [b"", b"GIF89a", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"\x89PNG\r\n\x1a\n" + b"0" * 50,
     b"x" * (1024 * 1024 + 1), picture("PNG", (5000, 10)), picture("BMP")],
)  # fmt: skip
def test_what_is_no_logo(raw: bytes) -> None:
    with pytest.raises(LogoRefused):
        read_logo(raw)


def test_people_are_named_only_when_they_agree(client: Client, cast: Cast) -> None:
    assert "rep-a" not in client.get("/en/members/org-a/").content.decode()
    client.force_login(cast.rep_a)
    sent = {"full_name": "Rep A", "preferred_language": "en", "is_public": "on"}
    client.post("/en/members/me/details/", sent)
    page = Client().get("/en/members/org-a/").content.decode()
    assert "Rep A" in page
    assert cast.rep_a.email not in page
