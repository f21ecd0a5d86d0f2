"""Demonstration organisations and people: invented, and labelled so everywhere."""

from __future__ import annotations

from datetime import date
from functools import cache

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction

from members.actions import give_role, record_organisation
from members.models import Organisation, Person

LETTERS = "abcdefghijklmno"
PASSWORD = "demonstration"  # noqa: S105 - only where DEMO is on, and printed at the start
SOURCE = "invented for the demonstration"
KINDS = ["industry", "university", "research", "non-profit", "startup"]
SINCE = date(2026, 1, 1)


@transaction.atomic
def demo() -> None:
    """Make the organisations and people; repeating changes nothing, not even a password that was changed."""
    if not settings.DEMO:
        raise RuntimeError("Demonstration members are made only where DEMO=1.")
    for number, letter in enumerate(LETTERS):
        organisation = record_organisation(
            slug=f"demo-{letter}",
            facts={
                "name": f"Demo Organisation {letter.upper()}",
                "short_name": f"Demo Organisation {letter.upper()}",
                "kind": KINDS[number % len(KINDS)],
                "is_demo": True,
            },
            membership={"kind": "demonstration", "source": SOURCE, "announced_on": SINCE},
        )
        _person(
            f"rep-{letter}",
            f"Representative {letter.upper()} (demonstration)",
            organisation,
            "representative",
        )
    first, second = (Organisation.objects.get(slug=slug) for slug in ("demo-a", "demo-b"))
    _person("engineer-a", "Engineer A (demonstration)", first, "engineer")
    _person("admin-a", "Administrator A (demonstration)", first, "administrator")
    _person("officer", "Officer (demonstration)", second, "delegate")
    staff = _person("staff", "Operator (demonstration)", None, "")
    Person.objects.filter(pk=staff.pk).update(is_staff=True, is_superuser=True)


@cache
def _hashed() -> str:
    """Hash the one known password once; a hash takes half a second on purpose, and there is nothing to hide here."""
    return make_password(PASSWORD)


def _person(name: str, full_name: str, organisation: Organisation | None, role: str) -> Person:
    email = f"{name}@demo.example"
    person = Person.objects.filter(email=email).first()
    if person is None:
        person = Person.objects.create_user(email, full_name=full_name, is_demo=True)
        Person.objects.filter(pk=person.pk).update(password=_hashed())
    EmailAddress.objects.get_or_create(
        user=person, email=email, defaults={"verified": True, "primary": True}
    )
    if organisation:
        give_role(person=person, organisation=organisation, role=role, since=SINCE)
    return person


def accounts() -> list[dict[str, str]]:
    """Return the accounts worth trying, for the person who starts the demonstration."""
    tries = [
        ("rep-i", "holds a seat of the committee and has the deciding vote of the open one"),
        ("rep-a", "represents Demo Organisation A, chairs the bodies, manages its API keys"),
        ("admin-a", "administers Demo Organisation A: people, domains, own sign-in, entry"),
        ("engineer-a", "engineer at Demo Organisation A"),
        ("officer", "officer of the demonstration's bodies, delegate of Demo Organisation B"),
        ("staff", "operates the portal: /staff/"),
    ]
    return [
        {"email": f"{name}@demo.example", "password": PASSWORD, "who": who} for name, who in tries
    ]
