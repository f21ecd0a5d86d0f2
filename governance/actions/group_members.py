"""Joining a working group: asked by a member of the Alliance, let in by a lead, left at any time."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from alliance.clock import database_now
from alliance.pages import purge
from alliance.viewer import Viewer
from governance import policies
from governance.errors import NotAllowed, WrongState
from governance.models import Body, GovernanceEvent, GroupMember


@transaction.atomic
def ask_to_join(*, viewer: Viewer, body: Body, why: str = "") -> GroupMember:
    """Ask a working group to let me in."""
    now = database_now()
    if body.kind != Body.Kind.WORKING_GROUP:
        raise WrongState(_("Only working groups take members on request."))
    if viewer.person_id is None or not viewer.organisation_ids:
        raise NotAllowed(_("People of a member organisation join working groups."))
    try:
        with transaction.atomic():
            asked = GroupMember.objects.create(
                body=body, person_id=viewer.person_id, organisation_id=min(viewer.organisation_ids),
                why=why.strip()[:300], asked_at=now,
            )  # fmt: skip
    except IntegrityError:
        raise WrongState(_("You have asked or belong to this group already.")) from None
    _record("join-asked", asked, viewer, now)
    return asked


@transaction.atomic
def answer_request(*, viewer: Viewer, asked: GroupMember, accept: bool) -> GroupMember:
    """Let somebody in, or decline, as a lead or officer of the group."""
    now = database_now()
    if not policies.is_officer(viewer, asked.body, now.date()):
        raise NotAllowed(_("Only leads and officers of the group answer requests."))
    state = GroupMember.State.MEMBER if accept else GroupMember.State.DECLINED
    _move(asked, GroupMember.State.ASKED, state=state, decided_at=now)
    _record("join-accepted" if accept else "join-declined", asked, viewer, now)
    return asked


@transaction.atomic
def leave_group(*, viewer: Viewer, body: Body) -> None:
    """Leave a group, or take a request back."""
    now = database_now()
    mine = GroupMember.objects.present().filter(body=body, person=viewer.person_id).first()
    if mine is None:
        raise WrongState(_("You do not belong to this group."))
    _move(mine, GroupMember.State(mine.state), state=GroupMember.State.LEFT, left_at=now)
    _record("group-left", mine, viewer, now)


def _move(row: GroupMember, old: GroupMember.State, **changes: object) -> None:
    if not GroupMember.objects.filter(pk=row.pk, state=old).update(**changes):
        raise WrongState(_("Somebody has answered this request already."))
    row.refresh_from_db()


def _record(kind: str, row: GroupMember, viewer: Viewer, now: datetime) -> None:
    GovernanceEvent.objects.create(
        kind=kind, body=row.body, actor_id=viewer.person_id, at=now, details={"member": row.pk}
    )
    purge(f"body:{row.body.slug}")
    if row.organisation is not None:
        purge(f"organisation:{row.organisation.slug}")
