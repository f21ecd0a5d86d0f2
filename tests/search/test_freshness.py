"""The index follows every change, also those no action makes; what becomes hidden is gone at once."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.http import QueryDict
from django.test import Client

from members.models import Organisation
from projects.models import FocusArea, Project
from search import actions, asking, tasks
from search.actions import indexing
from search.finding import Chosen, find, understood
from search.models import Change, Entry, FacetSet, Word
from search.rules import parse
from search.sources import all_sources
from search.watching import trigger_name
from tests.cast import Cast
from tests.factories.projects import ProjectFactory

pytestmark = pytest.mark.django_db


def urls(words: str, language: str = "en") -> list[str]:
    answer = asking.ask(asking.question_of(QueryDict(f"q={words}")), language)
    return [hit.url for hit in answer.result.hits]


def settle() -> None:
    while actions.index_changes():
        pass


def test_each_kind_has_the_triggers_it_names() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE 'search_%%'"
        )
        there = set(cursor.fetchall())
    named = {
        (trigger_name(watch.table, source.kind), watch.table)
        for source in all_sources()
        for watch in source.watches
    }
    assert there == named


def test_what_was_just_written_is_found_by_the_next_search() -> None:
    ProjectFactory(slug="new-thing", name="Xylophonium")
    assert urls("xylophonium") == ["/en/projects/new-thing/"]
    assert not Change.objects.exists()


def test_a_change_past_every_action_is_seen() -> None:
    project = ProjectFactory(slug="thing", name="Xylophonium")
    settle()
    Project.objects.filter(pk=project.pk).update(name="Glockenspiel")
    assert not urls("xylophonium")
    assert urls("glockenspiel") == ["/en/projects/thing/"]
    Project.objects.filter(pk=project.pk).delete()
    assert not urls("glockenspiel")


def test_what_becomes_hidden_is_gone_before_anybody_indexes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    project = ProjectFactory(slug="thing", name="Xylophonium")
    settle()
    asked = understood(parse("xylophonium"))
    assert find(asked, Chosen(), "en").total == 1
    Project.objects.filter(pk=project.pk).update(is_listed=False)
    assert find(asked, Chosen(), "en").total == 0  # its entry is still there, and is left out
    assert Entry.objects.filter(kind="projects", object_id=project.pk).exists()
    settle()
    assert not Entry.objects.filter(kind="projects", object_id=project.pk).exists()


def test_what_nobody_may_see_is_found_by_no_spelling(cast: Cast) -> None:
    ProjectFactory(slug="secret", name="Xylophonium", is_listed=False)
    settle()
    assert not urls("xylophonium")
    assert not urls("xylophonimu")
    assert not Entry.objects.filter(kind="members", object_id=cast.hidden.pk).exists()
    assert not Word.objects.filter(plain="xylophonium").exists()


def test_a_word_of_a_hidden_thing_is_never_proposed() -> None:
    project = ProjectFactory(slug="thing", name="Xylophonium")
    settle()
    Project.objects.filter(pk=project.pk).update(is_listed=False)
    answer = asking.ask(asking.question_of(QueryDict("q=xylophonimu")), "en")
    assert not answer.meant


def test_more_changes_than_a_search_waits_for_are_left_out_until_a_worker_comes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(asking, "AT_ONCE", 1)
    ProjectFactory(slug="one", name="Xylophonium one")
    ProjectFactory(slug="two", name="Xylophonium two")
    assert len(urls("xylophonium")) < 2
    tasks.take_changes()
    assert len(urls("xylophonium")) == 2


def test_only_one_indexes_at_a_time(transactional_db: None) -> None:
    ProjectFactory(slug="thing", name="Xylophonium")
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [indexing._LOCK])
        assert actions.index_changes() == 0
        assert Change.objects.exists()
    finally:
        other.close()
    settle()
    assert not Change.objects.exists()


def test_areas_given_later_become_facets() -> None:
    area = FocusArea.objects.first() or _area()
    project = ProjectFactory(slug="thing", name="Xylophonium")
    settle()
    project.focus_areas.add(area)
    settle()
    entry = Entry.objects.filter(kind="projects", object_id=project.pk).select_related("facet_set")[
        0
    ]
    assert f"area:{area.slug}" in entry.facet_set.facets


def _area() -> FocusArea:
    from projects.models import Taxonomy

    taxonomy = Taxonomy.objects.create(slug="t", name_en="T", name_fr="T", since="2020")
    return FocusArea.objects.create(
        taxonomy=taxonomy, slug="an-area", code="A1", name_en="An area", name_fr="Un axe"
    )


def test_repair_mends_what_no_trigger_tells(cast: Cast) -> None:
    ProjectFactory(slug="thing", name="Xylophonium")
    settle()
    Entry.objects.filter(kind="projects").update(digest="", title="Wrong")
    Entry.objects.filter(kind="members", object_id=cast.org_a.pk).delete()
    Word.objects.create(plain="nowhere", shown="nowhere")
    FacetSet.objects.create(kind="gone", facets=["area:gone"])
    tasks.repair()
    assert not Entry.objects.filter(title="Wrong").exists()
    assert Entry.objects.filter(kind="members", object_id=cast.org_a.pk).count() == 2
    assert not Word.objects.filter(plain="nowhere").exists()
    assert not FacetSet.objects.filter(kind="gone").exists()


def test_a_second_look_writes_nothing() -> None:
    ProjectFactory(slug="thing", name="Xylophonium")
    settle()
    with connection.cursor() as cursor:
        cursor.execute("SELECT array_agg(xmin::text ORDER BY id) FROM search_entry")
        before = cursor.fetchone()
        actions.reindex()
        cursor.execute("SELECT array_agg(xmin::text ORDER BY id) FROM search_entry")
        assert cursor.fetchone() == before


def test_the_command_mends_one_kind_and_knows_no_other(capsys: pytest.CaptureFixture[str]) -> None:
    Organisation.objects.create(slug="o", name="Xylophonium", short_name="O", kind="research")
    call_command("reindex", "members")
    assert "members: 1" in capsys.readouterr().out
    with pytest.raises(CommandError, match="No such kind: nonsense"):
        call_command("reindex", "nonsense")


@pytest.mark.django_db(transaction=True)
def test_kept_pages_of_the_search_are_dropped_by_any_change(client: Client) -> None:
    assert client.get("/en/search/?q=x")["Surrogate-Key"] == "search"
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("LISTEN portal_pages")
        Organisation.objects.create(slug="o", name="Xylophonium", short_name="O", kind="research")
        told = list(other.connection.notifies(timeout=30, stop_after=1))
        assert told[0].payload == "search"
    finally:
        other.close()
