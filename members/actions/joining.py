"""Apply, review, admit; suspend, reinstate, end."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.text import slugify
from django.utils.translation import gettext as _

from alliance.pages import purge
from members import webhooks
from members.actions.invitations import issue_invitation
from members.actions.keys import end_keys
from members.actions.leaving import let_go
from members.errors import ApplicationRefused
from members.models import (
    Affiliation,
    ApiKey,
    Application,
    IdentityProvider,
    MembersEvent,
    Membership,
    Organisation,
    Person,
    Suspension,
    Webhook,
)
from members.rules import ApplicationState, may_move


@transaction.atomic
def apply_for_membership(*, language: str, **given: str) -> Application:
    """Take an application; operators are told after commit, and so is whoever wrote it."""
    same = Application.objects.open().filter(contact_email__iexact=given["contact_email"])
    if same.filter(name__iexact=given["name"]).exists():
        raise ApplicationRefused(
            _("This application is here already. You’ll hear from us by e-mail."), code="applied"
        )
    token = secrets.token_urlsafe(32)
    digest = hashlib.sha256(token.encode()).hexdigest()
    application = Application.objects.create(language=language, token_hash=digest, **given)
    transaction.on_commit(lambda: _write(application, "received", token))
    return application


@transaction.atomic
def withdraw_own_application(*, application: Application, now: datetime) -> Application:
    """Take an application back, as whoever holds its letter; what was decided stays decided."""
    application = Application.objects.select_for_update().get(pk=application.pk)
    if not may_move(ApplicationState(application.state), ApplicationState.WITHDRAWN):
        raise ApplicationRefused(
            _("The application has been answered; it can’t be withdrawn any more."),
            code="wrong-state",
        )
    application.state, application.closed_at = ApplicationState.WITHDRAWN, now
    application.save(update_fields=["state", "closed_at"])
    transaction.on_commit(lambda: _write(application, "withdrawn"))
    return application


@transaction.atomic
def move_application(
    *, application: Application, to: ApplicationState, actor: Person, note: str, now: datetime
) -> Application:
    """Review or decline an application, as an operator; admitting is a decision's work."""
    if not actor.is_staff:
        raise ApplicationRefused(
            _("Only operators of the portal review applications."), code="not-operator"
        )
    application = Application.objects.select_for_update().get(pk=application.pk)
    if to == ApplicationState.ADMITTED or not may_move(ApplicationState(application.state), to):
        raise ApplicationRefused(
            _("The application can’t be moved there any more."), code="wrong-state"
        )
    if to == ApplicationState.DECLINED and not note.strip():
        raise ApplicationRefused(_("Say why; the applicant reads it."), code="reason-missing")
    application.state, application.reviewed_by, application.review_note = to, actor, note.strip()
    application.closed_at = None if to == ApplicationState.REVIEWED else now
    application.save()
    transaction.on_commit(lambda: _write(application, str(to)))
    return application


@transaction.atomic
def admit_organisation(
    *, application: Application, decision_number: str, decided_at: datetime
) -> Organisation:
    """Make a member of whoever applied; its contact becomes the first administrator with the first sign-in by code."""
    application = Application.objects.select_for_update().get(pk=application.pk)
    if not may_move(ApplicationState(application.state), ApplicationState.ADMITTED):
        raise ApplicationRefused(
            _("The application was not reviewed, or is closed."), code="wrong-state"
        )
    organisation = Organisation.objects.create(
        slug=_free_slug(application.short_name), name=application.name, short_name=application.short_name,
        kind=application.kind, kind_confirmed=True, country=application.country,
        website_domain=application.website_domain,
    )  # fmt: skip
    Membership.objects.create(
        organisation=organisation, kind=Membership.Kind.LATER, announced_on=decided_at.date(), confirmed=True,
        source=f"decision {decision_number}",
    )  # fmt: skip
    application.state, application.closed_at = ApplicationState.ADMITTED, decided_at
    application.decision_number, application.organisation = decision_number, organisation
    application.save()
    _first_administrator(application, organisation, decided_at)
    _record(organisation, "admitted", decision_number)
    _tell(organisation, "recorded", decision_number, kind=Membership.Kind.LATER.value)
    transaction.on_commit(lambda: _write(application, "admitted"))
    return organisation


@transaction.atomic
def suspend_member(
    *, organisation: Organisation, decision_number: str, decided_at: datetime
) -> None:
    """Let a member's rights rest from this moment: its seats neither propose nor vote, by people or by keys."""
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    if organisation.suspensions.filter(until=None).exists():
        raise ApplicationRefused(_("The member is suspended already."), code="suspended")
    Suspension.objects.create(
        organisation=organisation, since=decided_at.date(), decision_number=decision_number
    )
    _record(organisation, "suspended", decision_number)
    _tell(organisation, "suspended", decision_number)


@transaction.atomic
def reinstate_member(
    *, organisation: Organisation, decision_number: str, decided_at: datetime
) -> None:
    """Lift a suspension; rights are back at once."""
    open_ones = Suspension.objects.select_for_update().filter(organisation=organisation, until=None)
    suspension = open_ones.first()
    if suspension is None:
        raise ApplicationRefused(_("The member isn’t suspended."), code="not-suspended")
    suspension.until = max(suspension.since, decided_at.date())
    suspension.ended_by_decision = decision_number
    suspension.save(update_fields=["until", "ended_by_decision"])
    _record(organisation, "reinstated", decision_number)
    _tell(organisation, "reinstated", decision_number)


@transaction.atomic
def end_membership(
    *, organisation: Organisation, decision_number: str, decided_at: datetime
) -> None:
    """End every open membership, and with it roles, keys, webhooks and sign-in; the entry and what was done stay."""
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    today = decided_at.date()
    periods = Membership.objects.filter(organisation=organisation, ended_on=None)
    if not periods.update(ended_on=today):
        raise ApplicationRefused(_("The membership has ended already."), code="ended")
    people = Affiliation.objects.filter(organisation=organisation, until=None)
    for person in Person.objects.filter(pk__in=people.values("person")):
        let_go(person=person, organisation=organisation, now=decided_at)
    end_keys(ApiKey.objects.filter(organisation=organisation), decided_at)
    IdentityProvider.objects.filter(organisation=organisation, state="enabled").update(state="off")
    Suspension.objects.filter(organisation=organisation, until=None).update(
        until=today, ended_by_decision=decision_number
    )
    _record(organisation, "membership-ended", decision_number)
    _tell(organisation, "ended", decision_number)
    Webhook.objects.filter(organisation=organisation).active().update(state=Webhook.State.PAUSED)


def _first_administrator(
    application: Application, organisation: Organisation, decided_at: datetime
) -> None:
    """Invite the contact, in the name of the operator who reviewed; the letter proves the mailbox."""
    assert (
        application.reviewed_by is not None
    )  # a reviewed application has been reviewed by somebody
    issue_invitation(
        organisation=organisation, email=application.contact_email, role=Affiliation.Role.ADMINISTRATOR,
        language=application.language, invited_by=application.reviewed_by,
        now=max(decided_at, timezone.now() - timedelta(minutes=1)),
    )  # fmt: skip


def _free_slug(name: str) -> str:
    base = slugify(name)[:70] or "member"
    taken = set(Organisation.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(
        slug for slug in (base, *(f"{base}-{n}" for n in range(2, len(taken) + 3))) if slug not in taken
    )  # fmt: skip


def _write(application: Application, what: str, token: str = "") -> None:
    with translation.override(application.language):
        path = reverse("members:application", args=[token]) if token else ""
        context: dict[str, Any] = {"application": application, "what": what}
        context["url"] = settings.SITE_ORIGIN + path
        subject = _("Your application to join the AI Alliance")
        send_mail(
            f"{settings.ACCOUNT_EMAIL_SUBJECT_PREFIX}{subject}",
            render_to_string("members/email/application.txt", context),
            settings.DEFAULT_FROM_EMAIL,
            [application.contact_email],
        )


def _tell(organisation: Organisation, what: str, decision_number: str, **more: str) -> None:
    if organisation.is_listed:
        told = {"organisation": organisation.slug, "decision": decision_number, **more}
        subject = f"/api/v1/organisations/{organisation.slug}/"
        webhooks.emit(f"membership.{what}", subject, told)


def _record(organisation: Organisation, kind: str, decision_number: str) -> None:
    MembersEvent.objects.create(
        organisation=organisation, kind=kind, actor=None, details={"decision": decision_number}
    )
    purge("organisations", f"organisation:{organisation.slug}")
