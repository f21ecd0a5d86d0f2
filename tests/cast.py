"""The people and organisations that every test knows by name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest

from members.models import Affiliation, Organisation, Person

SINCE = date(2026, 1, 1)


@dataclass(frozen=True)
class Cast:
    """Two organisations with their people, one hidden organisation, one outsider, one operator."""

    org_a: Organisation
    org_b: Organisation
    hidden: Organisation
    rep_a: Person
    rep_b: Person
    engineer_a: Person
    outsider: Person
    staff: Person


def _person(
    name: str, organisation: Organisation | None = None, role: str = "", **fields: object
) -> Person:
    person = Person.objects.create_user(
        f"{name}@cast.example", "a good password", full_name=name, **fields
    )
    if organisation:
        Affiliation.objects.create(person=person, organisation=organisation, role=role, since=SINCE)
    return person


@pytest.fixture
def cast(db: None) -> Cast:
    """The whole cast."""
    org_a, org_b, hidden = (
        Organisation.objects.create(
            slug=slug, name=f"Organisation {slug}", short_name=slug, kind="research", **more
        )
        for slug, more in (("org-a", {}), ("org-b", {}), ("hidden", {"is_listed": False}))
    )
    return Cast(
        org_a, org_b, hidden,
        rep_a=_person("rep-a", org_a, "representative"),
        rep_b=_person("rep-b", org_b, "representative"),
        engineer_a=_person("engineer-a", org_a, "engineer"),
        outsider=_person("outsider"),
        staff=_person("staff", is_staff=True, is_superuser=True),
    )  # fmt: skip
