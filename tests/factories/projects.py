"""Projects and events as the portal would know them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import factory

from projects.models import Event, FocusArea, Participation, Project, Source, Stage, Taxonomy


class TaxonomyFactory(factory.django.DjangoModelFactory):
    """A way of dividing the work that is in force."""

    class Meta:
        model = Taxonomy

    slug = factory.Sequence(lambda n: f"taxonomy-{n}")
    name_en = factory.Sequence(lambda n: f"Taxonomy {n}")
    name_fr = factory.Sequence(lambda n: f"Taxinomie {n}")
    since = "2025-08"
    source = "made up for a test"


class FocusAreaFactory(factory.django.DjangoModelFactory):
    """An area of a taxonomy of its own."""

    class Meta:
        model = FocusArea

    taxonomy = factory.SubFactory(TaxonomyFactory)
    slug = factory.Sequence(lambda n: f"area-{n}")
    code = factory.Sequence(lambda n: f"A{n}")
    name_en = factory.Sequence(lambda n: f"Area {n}")
    name_fr = factory.Sequence(lambda n: f"Axe {n}")
    source = "made up for a test"


class StageFactory(factory.django.DjangoModelFactory):
    """A stage; positions count up."""

    class Meta:
        model = Stage
        django_get_or_create = ("slug",)

    slug = factory.Sequence(lambda n: f"stage-{n}")
    name_en = factory.LazyAttribute(lambda row: row.slug.capitalize())
    name_fr = factory.LazyAttribute(lambda row: row.slug.capitalize())
    meaning_en = "A step"
    meaning_fr = "Une étape"
    position = factory.Sequence(lambda n: n + 1)


class ProjectFactory(factory.django.DjangoModelFactory):
    """A listed, supported project without a stage."""

    class Meta:
        model = Project

    slug = factory.Sequence(lambda n: f"project-{n}")
    name = factory.Sequence(lambda n: f"Project {n:03}")
    tier = "supported"
    summary_en = "Does something useful."
    summary_fr = "Fait quelque chose d’utile."
    source = "made up for a test"


class ParticipationFactory(factory.django.DjangoModelFactory):
    """An organisation outside the directory leads."""

    class Meta:
        model = Participation

    project = factory.SubFactory(ProjectFactory)
    name = factory.Sequence(lambda n: f"Participant {n}")
    role = "lead"


class EventFactory(factory.django.DjangoModelFactory):
    """A meetup long ago, without hours."""

    class Meta:
        model = Event

    slug = factory.Sequence(lambda n: f"event-{n}")
    title_en = factory.Sequence(lambda n: f"Event {n}")
    kind = "meetup"
    mode = "in-person"
    place = "Paris"
    country = "FR"
    starts_on = date(2025, 1, 10)
    starts_at = datetime(2025, 1, 10, tzinfo=UTC)
    ends_at = datetime(2025, 1, 11, tzinfo=UTC)
    source = "made up for a test"


class SourceFactory(factory.django.DjangoModelFactory):
    """A project's manifest that speaks for everything it can."""

    class Meta:
        model = Source

    slug = factory.Sequence(lambda n: f"source-{n}")
    name = "publiccode.yml"
    kind = Source.Kind.MANIFEST
    url = factory.Sequence(lambda n: f"https://code.example.org/{n}/publiccode.yml")
    project = factory.SubFactory(ProjectFactory)
    speaks_for = factory.LazyFunction(lambda: list(Source.Part.values))


class CatalogueFactory(SourceFactory):
    """A sister portal."""

    name = factory.Sequence(lambda n: f"Portal {n}")
    kind = Source.Kind.PORTAL
    url = factory.Sequence(
        lambda n: f"https://portal-{n}.example.org/.well-known/alliance-catalogue.json"
    )
    project = None
    speaks_for = factory.LazyFunction(list)
