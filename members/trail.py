"""What was done in an organisation's name, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from members.models import Affiliation, MembersEvent, Person

WORDS = {
    "recorded": _("Entry recorded from a source"),
    "amended": _("Entry amended by an operator"),
    "entry-edited": _("Entry edited"),
    "role-given": _("Role given"),
    "role-ended": _("Role ended"),
    "invited": _("Person invited"),
    "invitation-withdrawn": _("Invitation withdrawn"),
    "invitation-accepted": _("Invitation accepted"),
    "api-key-created": _("API key made"),
    "api-key-rotated": _("API key renewed"),
    "api-key-revoked": _("API key revoked"),
    "api-key-leaked": _("API key revoked: it had leaked"),
    "webhook-created": _("Webhook made"),
    "webhook-changed": _("Webhook changed"),
    "webhook-active": _("Webhook switched on"),
    "webhook-paused": _("Webhook paused"),
    "webhook-secret-replaced": _("Secret of a webhook replaced"),
    "webhook-redelivered": _("Event sent again"),
    "webhook-removed": _("Webhook removed"),
    "domain-claimed": _("Domain claimed"),
    "domain-proven": _("Domain proven"),
    "domain-dropped": _("Domain dropped"),
    "identity-provider-drafted": _("Sign-in drafted"),
    "identity-provider-tested": _("Sign-in tested"),
    "identity-provider-enabled": _("Sign-in switched on"),
    "identity-provider-off": _("Sign-in switched off"),
    "identity-provider-dropped": _("Sign-in draft dropped"),
    "identity-linked": _("Person signed in with the organisation for the first time"),
    "logo-sent": _("Logo sent"),
    "logo-cleared": _("Logo cleared"),
    "logo-removed": _("Logo removed"),
    "admitted": _("Admitted by decision"),
    "suspended": _("Suspended by decision"),
    "reinstated": _("Suspension lifted by decision"),
    "membership-ended": _("Membership ended by decision"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the trail."""

    at: datetime
    what: Any
    about: str
    who: str


NAMED = ("email", "domain", "prefix", "url", "found", "issuer", "decision", "name")


def rows(events: Iterable[MembersEvent]) -> list[Row]:
    """Put events into words; an unknown kind shows its own name."""
    events = list(events)
    wanted = {event.details["person"] for event in events if "person" in event.details}
    people = {person.pk: str(person) for person in Person.objects.filter(pk__in=wanted)}
    return [_row(event, people) for event in events]


def _row(event: MembersEvent, people: Mapping[int, str]) -> Row:
    details = event.details
    parts = [str(details[name]) for name in NAMED if name in details]
    if "person" in details:
        parts.append(people.get(details["person"], "–"))
    if "role" in details:
        parts.append(str(dict(Affiliation.Role.choices).get(details["role"], details["role"])))
    if "fields" in details:
        parts.append(", ".join(details["fields"]))
    who = str(event.actor) if event.actor else ""
    return Row(event.at, WORDS.get(event.kind, event.kind), " · ".join(parts), who)
