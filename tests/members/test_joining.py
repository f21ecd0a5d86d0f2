"""Joining: apply, review, decide; suspension and end likewise by decision."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from governance import effects
from governance.effects import EffectRefused
from governance.models import Appointment, Body, Seat
from members import actions
from members.errors import ApplicationRefused
from members.models import Affiliation, ApiKey, Application, Invitation, Membership, Organisation
from members.rules import ApplicationState
from members.viewers import viewer_of_person
from tests.cast import Cast

pytestmark = pytest.mark.django_db
GIVEN = {
    "name": "New Laboratory of Things", "short_name": "New Lab", "kind": "research", "country": "FR",
    "website_domain": "https://newlab.example", "motivation": "We measure.", "contact_name": "Nina",
    "contact_email": "nina@newlab.example",
}  # fmt: skip
DECIDED = datetime(2026, 11, 1, 12, tzinfo=UTC)


@pytest.fixture
def application() -> Application:
    given = GIVEN | {"website_domain": "newlab.example"}
    return actions.apply_for_membership(language="fr", **given)


def decide(kind: str, **params: str) -> None:
    effect = effects.get(kind)
    effect.check(params)
    assert effect.describe(params)
    effect.apply(params=params, decision_number="B-2026-001", decided_at=DECIDED)


def review(application: Application, cast: Cast) -> Application:
    return actions.move_application(
        application=application, to=ApplicationState.REVIEWED, actor=cast.staff, note="", now=timezone.now()
    )  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_the_form_takes_an_application(client: Client) -> None:
    refused = client.post("/fr/members/join/", GIVEN)
    assert refused.status_code == 422
    assert "example.org" in refused.content.decode()
    given = GIVEN | {"website_domain": "newlab.example"}
    assert client.post("/fr/members/join/", given)["Location"] == "/fr/members/join/thanks/"
    assert Application.objects.get().state == "received"
    (letter,) = mail.outbox
    assert letter.to == ["nina@newlab.example"]
    assert "adhésion" in letter.subject
    again = client.post("/fr/members/join/", given)
    assert again.status_code == 422
    bot = client.post(
        "/fr/members/join/", given | {"name": "Other", "website": "http://spam.example"}
    )
    assert bot.status_code == 422
    assert Application.objects.count() == 1
    assert client.get("/fr/members/join/thanks/").status_code == 200


def test_only_a_reviewed_application_is_admitted_and_once(
    application: Application, cast: Cast
) -> None:
    reference = str(application.reference)
    with pytest.raises(EffectRefused):
        decide("members.admit_organisation", application=reference)
    review(application, cast)
    decide("members.admit_organisation", application=reference)
    member = Organisation.objects.get(slug="new-lab")
    period = member.memberships.get()
    assert (period.confirmed, period.source) == (True, "decision B-2026-001")
    assert period.announced_on == DECIDED.date()
    invitation = Invitation.objects.get(organisation=member)
    assert (invitation.email, invitation.role) == ("nina@newlab.example", "administrator")
    assert effects.get("members.admit_organisation").url({"application": reference})
    with pytest.raises(EffectRefused):
        decide("members.admit_organisation", application=reference)
    for nonsense in ("", "x", "00000000-0000-4000-8000-000000000000"):
        with pytest.raises(EffectRefused):
            decide("members.admit_organisation", application=nonsense)


def test_operators_review_and_say_why_not(application: Application, cast: Cast) -> None:
    with pytest.raises(ApplicationRefused):
        actions.move_application(
            application=application, to=ApplicationState.REVIEWED, actor=cast.rep_a, note="", now=timezone.now()
        )  # fmt: skip
    for to, note in ((ApplicationState.DECLINED, " "), (ApplicationState.ADMITTED, "x")):
        with pytest.raises(ApplicationRefused):
            actions.move_application(
                application=application, to=to, actor=cast.staff, note=note, now=timezone.now()
            )
    actions.move_application(
        application=application, to=ApplicationState.DECLINED, actor=cast.staff, note="Not open.", now=timezone.now()
    )  # fmt: skip
    with pytest.raises(ApplicationRefused):
        review(application, cast)


def test_a_suspended_member_neither_proposes_nor_votes(cast: Cast, client: Client) -> None:
    body = Body.objects.create(
        slug="b", code="B", kind="board", name_en="Board", name_fr="Conseil", default_rule={}
    )
    seat = Seat.objects.create(body=body, number=1, organisation=cast.org_a)
    Appointment.objects.create(seat=seat, person=cast.rep_a, since=date(2026, 1, 1))
    viewer, today = viewer_of_person(cast.rep_a), timezone.now().date()
    assert Seat.objects.held_by(viewer, today).exists()
    decide("members.suspend", organisation="org-a")
    assert not Seat.objects.held_by(viewer, today).exists()
    assert "B-2026-001" in client.get("/en/members/org-a/").content.decode()
    with pytest.raises(EffectRefused):
        decide("members.suspend", organisation="org-a")
    decide("members.reinstate", organisation="org-a")
    assert Seat.objects.held_by(viewer, today).exists()
    with pytest.raises(EffectRefused):
        decide("members.reinstate", organisation="org-a")


def test_the_end_of_a_membership_ends_what_hangs_on_it(cast: Cast) -> None:
    Membership.objects.create(
        organisation=cast.org_a, kind="founding", source="a test", confirmed=True
    )
    Affiliation.objects.filter(person=cast.rep_a).update(role="administrator")
    actions.create_api_key(
        viewer=viewer_of_person(cast.rep_a), organisation=cast.org_a, name="CI", scopes=["read"], expires_at=None,
        now=timezone.now(),
    )  # fmt: skip
    decide("members.end_membership", organisation="org-a")
    assert not viewer_of_person(cast.rep_a).organisation_ids
    assert ApiKey.objects.get().revoked_at is not None
    assert Organisation.objects.filter(slug="org-a").exists()
    with pytest.raises(EffectRefused):
        decide("members.end_membership", organisation="org-a")


@pytest.mark.django_db(transaction=True)
def test_whoever_holds_the_letter_sees_how_far_it_is_and_withdraws(
    application: Application, client: Client
) -> None:
    path = mail.outbox[0].body.split("http://127.0.0.1:8000")[1].split()[0]
    assert path.startswith("/fr/members/join/")
    html = client.get(path).content.decode()
    assert "New Laboratory of Things" in html
    assert str(application.reference) in html
    done = client.post(path, follow=True)
    assert "est retirée" in done.content.decode()
    application.refresh_from_db()
    assert (application.state, application.closed_at is not None) == ("withdrawn", True)
    assert "retirée" in mail.outbox[-1].body
    again = client.post(path, follow=True).content.decode()
    assert "ne peut plus" in again
    assert len(mail.outbox) == 2
    assert client.get("/fr/members/join/guess/").status_code == 404
    assert client.get(f"/fr/members/join/{application.reference}/").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_operators_decline_in_the_admin_with_a_reason_that_the_applicant_reads(
    application: Application, client: Client, cast: Cast
) -> None:
    path = mail.outbox[0].body.split("http://127.0.0.1:8000")[1].split()[0]
    client.force_login(cast.staff)
    asked = {"action": "decline", "_selected_action": application.pk, "reason": " "}
    refused = client.post("/staff/members/application/", asked, follow=True)
    assert "Say why" in refused.content.decode()
    client.post("/staff/members/application/", asked | {"reason": "Not <open> yet."})
    assert "Not <open> yet." in mail.outbox[-1].body
    html = Client().get(path).content.decode()
    assert "Not &lt;open&gt; yet." in html
    assert "<form" not in html.split("<main")[1].split("</main>")[0]  # nothing to withdraw


def test_a_decision_is_not_taken_back_by_the_applicant(
    application: Application, cast: Cast
) -> None:
    review(application, cast)
    decide("members.admit_organisation", application=str(application.reference))
    with pytest.raises(ApplicationRefused):
        actions.withdraw_own_application(application=application, now=timezone.now())
