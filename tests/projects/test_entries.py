"""Writing entries: what is checked, what is kept of every change."""

from __future__ import annotations

from datetime import date, time

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from projects import actions
from projects.actions import EventSheet, ProjectSheet
from projects.errors import EntryRefused
from projects.models import Project, ProjectChange, Repository
from projects.rules.repositories import key_of, normalised
from tests.cast import Cast
from tests.factories.projects import FocusAreaFactory, ProjectFactory

pytestmark = pytest.mark.django_db
FACTS = {"name": "Suite", "tier": "managed", "summary_en": "Tests."}


def _sheet(**more: object) -> ProjectSheet:
    return ProjectSheet(slug="suite", facts=FACTS, **more)  # type: ignore[arg-type]


def test_a_change_keeps_what_was_before_and_after(cast: Cast) -> None:
    actions.record_project(sheet=_sheet(licences=[("code", "mit", "a file")]))
    sheet = ProjectSheet(
        slug="suite",
        facts=FACTS | {"tier": "supported"},
        licences=[("code", "Apache-2.0", "a file")],
    )
    project = actions.record_project(
        sheet=sheet, actor=cast.rep_a, organisation=cast.org_a, note="moved"
    )
    first, second = project.changes.order_by("pk")
    assert first.kind == "recorded"
    assert second.fields == {
        "tier": ["managed", "supported"],
        "licences": [["code: MIT"], ["code: Apache-2.0"]],
    }
    assert (second.actor, second.organisation, second.note) == (cast.rep_a, cast.org_a, "moved")
    actions.record_project(sheet=sheet)
    assert project.changes.count() == 2


def test_history_cannot_be_rewritten() -> None:
    change = actions.record_project(sheet=_sheet()).changes.get()
    for forbidden in (change.delete, lambda: ProjectChange.objects.update(note="x")):
        with pytest.raises(DatabaseError), transaction.atomic():
            forbidden()


@pytest.mark.parametrize(
    ("sheet", "code"),
    [
        ({"licences": [("code", "Apache 2", "x")]}, "licence-invalid"),
        ({"repositories": ["https://github.com/only-owner"]}, "repository-invalid"),
        ({"areas": ["nowhere"]}, "area-unknown"),
        ({"participants": [("nobody", "Nobody", "lead")]}, "organisation-unknown"),
    ],
)
def test_what_cannot_stand_is_refused_and_nothing_is_written(
    sheet: dict[str, object], code: str
) -> None:
    with pytest.raises(EntryRefused) as refusal:
        actions.record_project(sheet=_sheet(**sheet))
    assert refusal.value.code == code
    assert not Project.objects.exists()


def test_a_repository_belongs_to_one_project_however_it_is_written() -> None:
    project = actions.record_project(sheet=_sheet(repositories=["git@github.com:Owner/Name.git"]))
    (row,) = project.repositories.all()
    assert row.url == "https://github.com/Owner/Name"
    with pytest.raises(EntryRefused) as refusal:
        actions.record_project(
            sheet=ProjectSheet(
                slug="other", facts=FACTS, repositories=["https://github.com/owner/NAME/"]
            )
        )
    assert refusal.value.code == "repository-taken"


def test_a_moved_repository_is_found_at_its_former_address() -> None:
    project = actions.record_project(sheet=_sheet(repositories=["https://github.com/new/name"]))
    row = project.repositories.get()
    former = normalised("https://github.com/old/name")
    row.aliases.create(url=former, key=key_of(former))
    assert list(Repository.objects.at(former)) == [row]
    with pytest.raises(EntryRefused):
        actions.record_project(sheet=ProjectSheet(slug="other", facts=FACTS, repositories=[former]))


@pytest.mark.parametrize(
    "change",
    [
        {"activity": "active"},
        {"slug": "areas"},
        {"started": "2026-13"},
        {"activity": "quiet", "activity_on": "2026-01-01"},
    ],
)
def test_the_database_keeps_the_invariants(change: dict[str, object]) -> None:
    project = ProjectFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        Project.objects.filter(pk=project.pk).update(**change)


def test_an_event_counts_its_changes_for_calendars() -> None:
    facts = {"title_en": "Hour", "kind": "meetup", "mode": "online", "starts_on": date(2026, 5, 1)}
    actions.record_event(sheet=EventSheet(slug="hour", facts=facts))
    event = actions.record_event(sheet=EventSheet(slug="hour", facts=facts))
    assert event.sequence == 0
    event = actions.record_event(
        sheet=EventSheet(slug="hour", facts=facts | {"starts_time": time(9)})
    )
    assert event.sequence == 1


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"ends_on": date(2026, 4, 1)}, "event-order"),
        ({"starts_time": time(10), "ends_time": time(9)}, "event-order"),
        ({"time_zone": "Europe/Lutece"}, "time-zone-unknown"),
    ],
)
def test_times_that_contradict_each_other_are_refused(facts: dict[str, object], code: str) -> None:
    plain = {"title_en": "Hour", "kind": "meetup", "mode": "online", "starts_on": date(2026, 5, 1)}
    with pytest.raises(EntryRefused) as refusal:
        actions.record_event(sheet=EventSheet(slug="hour", facts=plain | facts))
    assert refusal.value.code == code


def test_focus_areas_are_replaced_as_a_whole() -> None:
    one, two = FocusAreaFactory(), FocusAreaFactory()
    actions.record_project(sheet=_sheet(areas=[one.slug]))
    project = actions.record_project(sheet=_sheet(areas=[two.slug]))
    assert [area.slug for area in project.focus_areas.all()] == [two.slug]
