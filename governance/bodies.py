"""Setting up a body with its seats and who holds them; the admin and the demonstration use it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from alliance.pages import purge
from governance.models import Appointment, Body, Office, Seat
from governance.rules import Rule
from members.models import Organisation, Person


@dataclass(frozen=True, slots=True, kw_only=True)
class BodySheet:
    """What is known of a body besides its seats."""

    slug: str
    code: str
    kind: str
    name_en: str
    name_fr: str
    purpose_en: str
    purpose_fr: str
    rule: Rule
    seconds_needed: int = 1
    lapse_days: int = 90
    is_demo: bool = False


@transaction.atomic
def set_up_body(*, sheet: BodySheet, parent: Body | None = None) -> Body:
    """Make a body, or bring its names, purpose and rule up to date."""
    facts = {
        "code": sheet.code, "kind": sheet.kind, "name_en": sheet.name_en, "name_fr": sheet.name_fr,
        "purpose_en": sheet.purpose_en, "purpose_fr": sheet.purpose_fr, "default_rule": sheet.rule.to_json(),
        "seconds_needed": sheet.seconds_needed, "lapse_days": sheet.lapse_days, "is_demo": sheet.is_demo,
        "parent": parent,
    }  # fmt: skip
    body, _made = Body.objects.update_or_create(slug=sheet.slug, defaults=facts)
    purge("governance", f"body:{body.slug}")
    return body


@transaction.atomic
def seat_holder(
    *, body: Body, number: int, organisation: Organisation | None, person: Person, since: date,
    until: date | None = None,
) -> Seat:  # fmt: skip
    """Make a seat and appoint its holder; the same appointment again changes nothing."""
    seat, _made = Seat.objects.get_or_create(
        body=body, number=number, defaults={"organisation": organisation}
    )
    Appointment.objects.get_or_create(
        seat=seat, person=person, since=since, defaults={"until": until}
    )
    purge("governance", f"body:{body.slug}")
    return seat


@transaction.atomic
def appoint_officer(*, body: Body, person: Person, role: str, since: date) -> Office:
    """Give somebody an office; the same again changes nothing."""
    office, _made = Office.objects.get_or_create(body=body, person=person, role=role, since=since)
    purge("governance", f"body:{body.slug}")
    return office
