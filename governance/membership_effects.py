"""Decisions about members: to admit, to suspend, to reinstate, to end a membership.

The room below does the work and knows no decisions; here its actions become effects.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.problems import DomainError
from governance.effects import EffectRefused, EffectType, Params
from members.actions import admit_organisation, end_membership, reinstate_member, suspend_member
from members.models import Application, Organisation


class AdmitOrganisation(EffectType):
    """Admit whoever applied; the application has to have been reviewed."""

    kind: ClassVar[str] = "members.admit_organisation"
    label = gettext_lazy("Admit an organisation")
    example: ClassVar[dict[str, Any]] = {"application": "00000000-0000-4000-8000-000000000000"}

    def check(self, params: Params) -> None:
        _application(params)

    def describe(self, params: Params) -> str:
        found = _application(params, open_only=False)
        return _("%(name)s becomes a member.") % {"name": found.name}

    def apply(self, *, params: Params, decision_number: str, decided_at: datetime) -> None:
        application = _application(params)
        try:
            admit_organisation(
                application=application, decision_number=decision_number, decided_at=decided_at
            )
        except DomainError as refusal:
            raise EffectRefused(refusal.message, code=refusal.code) from None

    def url(self, params: Params) -> str | None:
        found = _application(params, open_only=False)
        return found.organisation.get_absolute_url() if found.organisation else None


class _OnMember(EffectType):
    """An effect on one member, named by its short address."""

    example: ClassVar[dict[str, Any]] = {"organisation": "demo-a"}

    def check(self, params: Params) -> None:
        _member(params)

    def url(self, params: Params) -> str | None:
        return _member(params).get_absolute_url()

    def apply(self, *, params: Params, decision_number: str, decided_at: datetime) -> None:
        member = _member(params)
        try:
            self.do(member, decision_number, decided_at)
        except DomainError as refusal:
            raise EffectRefused(refusal.message, code=refusal.code) from None

    def do(self, member: Organisation, number: str, at: datetime) -> None:
        raise NotImplementedError


class SuspendMember(_OnMember):
    """Let a member's rights rest."""

    kind: ClassVar[str] = "members.suspend"
    label = gettext_lazy("Suspend a member")

    def describe(self, params: Params) -> str:
        return _("%(name)s is suspended: its seats don’t vote until this is lifted.") % {
            "name": _member(params).name
        }

    def do(self, member: Organisation, number: str, at: datetime) -> None:
        suspend_member(organisation=member, decision_number=number, decided_at=at)


class ReinstateMember(_OnMember):
    """Lift a suspension."""

    kind: ClassVar[str] = "members.reinstate"
    label = gettext_lazy("Lift a suspension")

    def describe(self, params: Params) -> str:
        return _("The suspension of %(name)s is lifted.") % {"name": _member(params).name}

    def do(self, member: Organisation, number: str, at: datetime) -> None:
        reinstate_member(organisation=member, decision_number=number, decided_at=at)


class EndMembership(_OnMember):
    """Take note of a withdrawal, or exclude."""

    kind: ClassVar[str] = "members.end_membership"
    label = gettext_lazy("End a membership")

    def describe(self, params: Params) -> str:
        return _("The membership of %(name)s ends.") % {"name": _member(params).name}

    def do(self, member: Organisation, number: str, at: datetime) -> None:
        end_membership(organisation=member, decision_number=number, decided_at=at)


EFFECTS: tuple[EffectType, ...] = (
    AdmitOrganisation(),
    SuspendMember(),
    ReinstateMember(),
    EndMembership(),
)


def _application(params: Params, *, open_only: bool = True) -> Application:
    try:
        reference = uuid.UUID(str(params.get("application", "")))
    except ValueError:
        raise EffectRefused(_("Name the application by its reference.")) from None
    found = Application.objects.filter(reference=reference).select_related("organisation").first()
    if found is None or (open_only and found.state != "reviewed"):
        raise EffectRefused(_("No reviewed application has this reference."))
    return found


def _member(params: Params) -> Organisation:
    found = Organisation.objects.filter(slug=str(params.get("organisation", ""))).first()
    if found is None:
        raise EffectRefused(_("No organisation has this short address."))
    return found
