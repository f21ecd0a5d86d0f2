"""Invite people to act for an organisation, and let them accept."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any, Final

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from alliance.viewer import Viewer
from members import policies
from members.actions.roles import give_role
from members.errors import InvitationRefused
from members.models import Affiliation, Invitation, MembersEvent, Organisation, Person

VALID: Final = timedelta(days=7)


@transaction.atomic
def invite(
    *, viewer: Viewer, organisation: Organisation, email: str, role: str, language: str, now: datetime
) -> Invitation:  # fmt: skip
    """Write an invitation and send its letter after commit; an older open one for the same role is replaced."""
    policies.check_administers(viewer, organisation.pk, now.date())
    inviter = Person.objects.get(pk=viewer.person_id)
    return issue_invitation(
        organisation=organisation, email=email, role=role, language=language, invited_by=inviter, now=now
    )  # fmt: skip


@transaction.atomic
def issue_invitation(
    *, organisation: Organisation, email: str, role: str, language: str, invited_by: Person, now: datetime
) -> Invitation:  # fmt: skip
    """Write an invitation; whether the inviter may was asked before."""
    if role not in Affiliation.Role.values:
        raise InvitationRefused(_("Choose one of the roles."))
    email = email.strip().lower()
    same = Invitation.objects.filter(organisation=organisation, email=email, role=role)
    same.filter(accepted_at=None, withdrawn_at=None).update(withdrawn_at=now)
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        organisation=organisation, email=email, role=role, token_hash=_hash(token),
        invited_by=invited_by, expires_at=now + VALID,
    )  # fmt: skip
    _record(invitation, "invited", invited_by.pk)
    transaction.on_commit(lambda: _send(invitation, token, language))
    return invitation


@transaction.atomic
def withdraw_invitation(*, viewer: Viewer, invitation: Invitation, now: datetime) -> None:
    """Make a letter worthless."""
    policies.check_administers(viewer, invitation.organisation_id, now.date())
    open_ones = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, withdrawn_at=None)
    if open_ones.update(withdrawn_at=now):
        _record(invitation, "invitation-withdrawn", viewer.person_id)


def find_invitation(token: str, now: datetime) -> Invitation | None:
    """Return the open invitation of a token."""
    found = Invitation.objects.open_at(now).filter(token_hash=_hash(token))
    return found.select_related("organisation", "invited_by").first()


@transaction.atomic
def accept_invitation(*, person: Person, token: str, now: datetime) -> Affiliation:
    """Give the role to the person whose confirmed address was invited; a letter works once and a week."""
    invitation = (
        Invitation.objects.select_for_update().open_at(now).filter(token_hash=_hash(token)).first()
    )
    if invitation is None:
        raise InvitationRefused(
            _("This invitation has expired or was used before. Ask for a new one."), code="expired"
        )
    mine = EmailAddress.objects.filter(user=person, email__iexact=invitation.email, verified=True)
    if not mine.exists():
        raise InvitationRefused(
            _("The invitation is for %(email)s. Sign in with that address, or add it to your account.")
            % {"email": invitation.email},
            code="other-address",
        )  # fmt: skip
    invitation.accepted_at, invitation.accepted_by = now, person
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    _record(invitation, "invitation-accepted", person.pk)
    return give_role(
        person=person, organisation=invitation.organisation, role=invitation.role,
        since=now.date(), actor=invitation.invited_by,
    )  # fmt: skip


def _send(invitation: Invitation, token: str, language: str) -> None:
    with translation.override(language):
        url = settings.SITE_ORIGIN + reverse("members:invitation", args=[token])
        context = {"invitation": invitation, "url": url}
        subject = _("%(organisation)s invites you to the AI Alliance portal")
        send_mail(
            f"{settings.ACCOUNT_EMAIL_SUBJECT_PREFIX}{subject % {'organisation': invitation.organisation}}",
            render_to_string("members/email/invitation.txt", context),
            settings.DEFAULT_FROM_EMAIL,
            [invitation.email],
        )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _record(invitation: Invitation, kind: str, actor_id: int | None) -> None:
    details: dict[str, Any] = {"email": invitation.email, "role": invitation.role}
    MembersEvent.objects.create(
        organisation_id=invitation.organisation_id, kind=kind, actor_id=actor_id, details=details
    )
