"""The facts the portal ships, and what happens to a broken file."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from members.errors import FactsError
from members.seed import seed as seed_members
from projects import seed as seeding
from projects.models import Event, FocusArea, Project, ProjectChange, Stage, Taxonomy

pytestmark = pytest.mark.django_db


@pytest.fixture
def loaded(db: None) -> None:
    seed_members()
    seeding.seed()


def test_every_fact_is_carried_over(loaded: None) -> None:
    assert Project.objects.count() == 44
    assert Project.objects.filter(is_listed=True).count() == 43
    assert Event.objects.count() == 29
    assert [row.slug for row in Taxonomy.objects.all()] == ["programmes", "six-areas", "launch"]
    assert FocusArea.objects.count() == 15
    assert [row.slug for row in Stage.objects.all()] == [
        "sandbox",
        "incubating",
        "graduated",
        "archived",
    ]
    docling = Project.objects.get(slug="docling")
    (lead,) = docling.participations.all()
    assert (lead.organisation.slug, lead.name) == ("ibm", "IBM Research")
    assert {area.slug for area in docling.focus_areas.all()} == {
        "foundation-models-datasets",
        "open-models-and-data",
    }


def test_nothing_is_claimed_that_no_source_says(loaded: None) -> None:
    assert not Project.objects.exclude(stage=None).exists()
    assert not Project.objects.exclude(activity="unknown").exists()
    assert not Project.objects.get(slug="docling").licences.exists()  # only from memory
    assert not Project.objects.get(slug="geo-bench-2").is_listed
    assert not Project.objects.filter(source="").exists()
    assert not Project.objects.filter(summary_fr="").exists()


def test_a_second_time_changes_nothing(loaded: None) -> None:
    before = list(Project.objects.values_list("slug", "updated_at"))
    sequences = list(Event.objects.values_list("slug", "sequence"))
    seeding.seed()
    assert list(Project.objects.values_list("slug", "updated_at")) == before
    assert list(Event.objects.values_list("slug", "sequence")) == sequences
    assert ProjectChange.objects.count() == 44


def _broken(tmp_path: Path, name: str, old: str, new: str) -> Path:
    folder = tmp_path / "facts"
    shutil.copytree(seeding.FACTS, folder)
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("name", "old", "new", "says"),
    [
        (
            "projects.csv",
            "tapestry,Project Tapestry,managed",
            "tapestry,Project Tapestry,core",
            "projects.csv:2",
        ),
        ("events.csv", "2025-01-10", "2025-01-40", "YYYY-MM-DD"),
        ("taxonomies.csv", "2025-08", "08/2025", "neither a year, a month nor a day"),
        ("stages.csv", "incubating,", "sandbox,", "stands in two lines"),
    ],
)
def test_a_broken_file_is_named_and_nothing_is_written(
    tmp_path: Path, name: str, old: str, new: str, says: str
) -> None:
    with pytest.raises(FactsError) as refusal:
        seeding.seed(_broken(tmp_path, name, old, new))
    assert says in refusal.value.message
    assert not Project.objects.exists()
