"""Organisations and people as the portal would know them."""

from __future__ import annotations

from datetime import date

import factory

from members.models import Affiliation, HeadcountFact, Membership, Organisation, Person


class OrganisationFactory(factory.django.DjangoModelFactory):
    """A listed organisation of which only the kind is known."""

    class Meta:
        model = Organisation

    slug = factory.Sequence(lambda n: f"organisation-{n}")
    name = factory.Sequence(lambda n: f"Organisation {n}")
    short_name = factory.SelfAttribute("name")
    kind = "research"
    country = "FR"


class MembershipFactory(factory.django.DjangoModelFactory):
    """A confirmed founding membership."""

    class Meta:
        model = Membership

    organisation = factory.SubFactory(OrganisationFactory)
    kind = "founding"
    announced_on = date(2023, 12, 5)
    source = "an announcement made up for a test"
    confirmed = True


class PersonFactory(factory.django.DjangoModelFactory):
    """A person without a password."""

    class Meta:
        model = Person

    email = factory.Sequence(lambda n: f"person-{n}@factory.example")
    full_name = factory.Sequence(lambda n: f"Person {n}")


class AffiliationFactory(factory.django.DjangoModelFactory):
    """A representative since the start of 2026."""

    class Meta:
        model = Affiliation

    person = factory.SubFactory(PersonFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    role = "representative"
    since = date(2026, 1, 1)


class HeadcountFactory(factory.django.DjangoModelFactory):
    """What a source counted on a day."""

    class Meta:
        model = HeadcountFact

    counted_on = date(2023, 12, 5)
    precision = "day"
    organisations = 57
    source = "a launch list"
