"""Seats whose holder is gone."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction

from alliance.clock import database_now
from governance.models import Appointment, GovernanceEvent


@transaction.atomic
def vacate_seats(person_id: int, organisation_id: int, on: date) -> int:
    """Free the seats that a person held for an organisation, from this day; each stands vacant until it is filled.

    A term that began today is taken back whole, since its first day would still give a vote.
    """
    held = Appointment.objects.select_for_update(of=("self",)).current(on)
    held = held.filter(person=person_id, seat__organisation=organisation_id).select_related("seat")
    freed = list(held)
    for appointment in freed:
        GovernanceEvent.objects.create(
            kind="seat-vacated", body_id=appointment.seat.body_id, seat=appointment.seat, at=database_now(),
            details={"person": person_id, "since": appointment.since.isoformat()},
        )  # fmt: skip
        if appointment.since >= on:
            appointment.delete()
        else:
            appointment.until = on - timedelta(days=1)
            appointment.save(update_fields=["until"])
    return len(freed)
