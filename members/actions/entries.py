"""What an organisation says about itself, and its logo."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.pages import purge
from alliance.viewer import Viewer
from members import policies
from members.errors import LogoRefused
from members.models import Logo, MembersEvent, Organisation, Person
from members.pictures import Picture

EDITABLE: Final[tuple[str, ...]] = ("short_name", "website_domain", "about_en", "about_fr")


@transaction.atomic
def edit_entry(
    *, viewer: Viewer, organisation: Organisation, values: dict[str, str], now: datetime
) -> list[str]:
    """Keep what administrators change in their entry; facts with a source are not theirs to change."""
    policies.check_administers(viewer, organisation.pk, now.date())
    row = Organisation.objects.select_for_update().get(pk=organisation.pk)
    changed = [name for name in EDITABLE if name in values and getattr(row, name) != values[name]]
    for name in changed:
        setattr(row, name, values[name])
    if "website_domain" in changed:
        row.domain_confirmed, row.domain_source = False, ""
    if changed:
        row.save()
        _record(row, "entry-edited", viewer.person_id, {"fields": changed})
        purge("organisations", f"organisation:{row.slug}")
    return changed


@transaction.atomic
def send_logo(
    *, viewer: Viewer, organisation: Organisation, picture: Picture, now: datetime
) -> Logo:
    """Keep a picture as the organisation's logo; it is shown once an operator has cleared it."""
    policies.check_administers(viewer, organisation.pk, now.date())
    assert viewer.person_id is not None  # by check_administers
    logo, _made = Logo.objects.update_or_create(
        organisation=organisation,
        defaults={
            "png": picture.png, "width": picture.width, "height": picture.height, "digest": picture.digest,
            "sent_by_id": viewer.person_id, "cleared_at": None, "cleared_by": None,
        },
    )  # fmt: skip
    _record(organisation, "logo-sent", viewer.person_id, {"digest": picture.digest})
    purge("organisations", f"organisation:{organisation.slug}")
    return logo


@transaction.atomic
def clear_logo(*, actor: Person, logo: Logo, now: datetime) -> None:
    """Let everybody see a logo: an operator has seen the permission to show it."""
    if not actor.is_staff:
        raise LogoRefused(_("Only operators of the portal clear logos."))
    if Logo.objects.filter(pk=logo.pk, cleared_at=None).update(cleared_at=now, cleared_by=actor):
        _record(logo.organisation, "logo-cleared", actor.pk, {"digest": logo.digest})
        purge("organisations", f"organisation:{logo.organisation.slug}")


@transaction.atomic
def remove_logo(*, viewer: Viewer, logo: Logo, now: datetime) -> None:
    """Take a logo away."""
    if not viewer.is_staff:
        policies.check_administers(viewer, logo.organisation_id, now.date())
    _record(logo.organisation, "logo-removed", viewer.person_id, {"digest": logo.digest})
    purge("organisations", f"organisation:{logo.organisation.slug}")
    logo.delete()


def _record(
    organisation: Organisation, kind: str, actor_id: int | None, details: dict[str, object]
) -> None:
    MembersEvent.objects.create(
        organisation=organisation, kind=kind, actor_id=actor_id, details=details
    )
