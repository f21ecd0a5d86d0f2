"""From a request to a `Viewer`: a person with their organisations, or an API client acting for one."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import timezone

from alliance.viewer import ANONYMOUS, Viewer
from members.models import Affiliation, Person


def viewer_of(request: HttpRequest) -> Viewer:
    """Return who is looking. Public pages use `alliance.viewer.ANONYMOUS` instead and never call this."""
    principal = getattr(request, "auth", None)
    if isinstance(principal, Viewer):
        return principal
    user = request.user
    return viewer_of_person(user) if isinstance(user, Person) else ANONYMOUS


def viewer_of_person(person: Person) -> Viewer:
    """Return the viewer for a person, with the organisations they act for today."""
    if not person.is_active:
        return ANONYMOUS
    organisations = Affiliation.objects.filter(person=person).current(timezone.now().date())
    return Viewer(
        person_id=person.pk,
        organisation_ids=frozenset(organisations.values_list("organisation_id", flat=True)),
        is_staff=person.is_staff,
    )
