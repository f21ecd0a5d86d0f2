"""Lists and pages of projects, focus areas and events."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from alliance import pages
from members.actions.organisations import amend_organisation
from members.demo import demo as demo_members
from projects.actions.entries import ProjectSheet, record_project
from projects.demo import demo
from projects.models import Event, Project
from search.actions import reindex
from tests.cast import Cast
from tests.factories.governance import make_chamber
from tests.factories.projects import (
    EventFactory,
    FocusAreaFactory,
    ParticipationFactory,
    ProjectFactory,
)

pytestmark = [pytest.mark.usefixtures("facts"), pytest.mark.django_db]


def _shown(client: Client, query: str, room: str = "projects") -> set[str]:
    html = client.get(f"/en/{room}/{query}").content.decode()
    main = html.split('id="main"')[1].split("<footer")[0]
    return set(re.findall(rf'<h3><a href="/en/{room}/([a-z0-9-]+)/">', main))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?q=docling", {"docling"}),
        ("?q=semi-conducteurs", {"semikong"}),
        ("?q=geospatial", {"terratorch"}),
        ("?q=github.com/IBM/terra", {"terratorch"}),
        ("?q=tokyo+electron", {"semikong"}),
        ("?q=100%25", set()),
        ("?area=advocacy", {"aaai-25-workshop"}),
        ("?makes=course", {"academic-resources"}),
        ("?makes=policy&tier=managed", set()),
        ("?licence=CC-BY-4.0&makes=paper&q=guide", {"enterprise-mcp", "trust-safety-user-guide"}),
    ],
)
def test_filters_narrow_the_list(client: Client, query: str, expected: set[str]) -> None:
    assert _shown(client, query) == expected


@pytest.mark.parametrize(
    "query",
    ["?tier=nonsense", "?area=XX", "?q=%00", "?q=" + "x" * 500, "?licence=' OR 1", "?page=99"],
)
def test_parameters_without_sense_are_left_out(client: Client, query: str) -> None:
    assert len(_shown(client, query)) == 43


def test_what_is_chosen_stays_chosen(client: Client) -> None:
    html = client.get("/en/projects/?tier=managed&area=trust-and-safety&q=ai").content.decode()
    assert 'value="managed" checked' in html
    assert 'value="trust-and-safety" checked' in html
    assert '<details class="more" open>' in html
    assert 'value="ai"' in html
    assert "projects.atom?tier=managed&amp;area=trust-and-safety&amp;q=ai&amp;lang=en" in html


def test_a_project_says_what_is_known_and_what_is_not(client: Client) -> None:
    html = client.get("/en/projects/docling/").content.decode()
    for words in (
        "Docling", "Supported: run by a member", "None published", "Not measured", "IBM Research",
        "No licence file read",
        "github.com/docling-project/docling", "Open Models and Data", "Entered in the catalogue",
    ):  # fmt: skip
        assert words in html
    assert re.search(r'<dt>Led by</dt><dd><a href="/en/members/ibm/">IBM Research</a>', html)
    tapestry = client.get("/en/projects/tapestry/").content.decode()
    assert "Apache-2.0" in tapestry
    assert "April 2026" in tapestry
    assert "Announced in April 2026" in tapestry


def test_the_page_of_an_organisation_lists_its_projects(client: Client) -> None:
    html = client.get("/en/members/servicenow/").content.decode()
    section = html.split('id="its-projects"')[1].split("</section>")[0]
    assert "DoomArena" in section
    assert "Docling" not in section
    assert "/en/projects/?area=" in section


def test_focus_areas_stand_in_their_dated_taxonomies(client: Client) -> None:
    html = client.get("/en/projects/areas/").content.decode()
    assert (
        html.index("Three programmes")
        < html.index("Six focus areas")
        < html.index("Areas of the launch")
    )
    assert "December 2023 to 2024" in html
    assert "since August 2025" in html


def test_the_demonstration_says_so_and_shows_stages(client: Client) -> None:
    demo_members()
    demo()
    demo()
    html = client.get("/en/projects/open-language-suite/").content.decode()
    assert "invented" in html
    assert '<li class="done" aria-current="step"><b>Incubating</b>' in html
    assert "2 July 2026" in html
    assert Event.objects.filter(is_demo=True).count() == 3
    listed = client.get("/en/projects/").content.decode()
    assert re.search(r"<dt>Projects</dt><dd>43</dd>", listed)  # the demonstration is not counted


def test_home_shows_the_count_and_the_next_events(client: Client) -> None:
    demo_members()
    demo()
    html = client.get("/en/").content.decode()
    assert re.search(r'projects in the catalogue</dt><dd class="big">43<', html)
    assert "Open hour: run your own node" in html


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?kind=summit", {"2025-ai-action-summit", "2025-nyc-ai4chemistry-summit"}),
        ("?country=VN", {"2025-ai-semiconductor-conference"}),
        ("?mode=hybrid", {"2026-sovereign-ai-for-business-and-society"}),
        ("?project=terratorch", {"2025-office-hours-terratorch"}),
        ("?q=hanoï", {"2025-ai-semiconductor-conference"}),
        ("?when=upcoming", set()),
    ],
)
def test_filters_narrow_the_events(client: Client, query: str, expected: set[str]) -> None:
    assert _shown(client, query, "events") == expected


def test_an_event_says_when_where_and_what_is_not_recorded(client: Client) -> None:
    html = client.get("/en/events/2026-project-tapestry-founding-workshop/").content.decode()
    for words in (
        "7 to 8 May 2026",
        "Paris, France",
        "not recorded",
        "Project Tapestry",
        "over",
    ):
        assert words in html
    assert "/events/2026-project-tapestry-founding-workshop.ics" in html


def test_french_pages_are_french(client: Client) -> None:
    html = client.get("/fr/projects/").content.decode()
    for words in ("Projets", "Géré", "Banc d’essai", "Jeu de données"):
        assert words in html
    page = client.get("/fr/projects/tapestry/").content.decode()
    for words in ("Géré\u202f: conduit par l’Alliance", "avril 2026", "Aucune publiée", "données"):
        assert words in page
    assert "Atelier" in client.get("/fr/events/").content.decode()


@pytest.mark.parametrize(
    "path", ["projects/", "projects/secret/", "events/", "events/secret-event/", "search/?q=secret"]
)
def test_what_is_not_listed_is_nowhere(client: Client, cast: Cast, path: str) -> None:
    ProjectFactory(slug="secret", name="Secret project", is_listed=False)
    EventFactory(slug="secret-event", title_en="Secret gathering", is_listed=False)
    client.force_login(cast.staff)  # public pages are the same for everyone, operators too
    answer = client.get(f"/en/{path}")
    assert answer.status_code == (404 if "secret" in path.split("?")[0] else 200)
    main = answer.content.decode().split('id="main"')[-1]
    assert "Secret project" not in main
    assert "Secret gathering" not in main


def test_what_a_reader_typed_is_escaped(client: Client) -> None:
    for room in ("projects", "events"):
        html = client.get(f"/en/{room}/?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E").content.decode()
        assert "<script>alert" not in html


def test_search_finds_projects_areas_and_events(client: Client) -> None:
    reindex()  # the facts are more than a search brings up to date by itself
    html = client.get("/en/search/?q=terratorch").content.decode()
    assert 'href="/en/projects/terratorch/"' in html
    assert 'href="/en/events/2025-office-hours-terratorch/"' in html
    assert (
        "?area=trust-and-safety" in client.get("/fr/search/?q=confiance+et+surete").content.decode()
    )


@pytest.mark.parametrize(
    "path",
    ["projects/", "projects/areas/", "projects/?tier=supported", "events/", "events/?kind=meetup"],
)
def test_as_many_queries_for_fifty_as_for_five(client: Client, path: str) -> None:
    def more(count: int) -> None:
        area = FocusAreaFactory()
        for row in ParticipationFactory.create_batch(count):
            row.project.focus_areas.add(area)
        EventFactory.create_batch(count)

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(f"/en/{path}").status_code == 200
        return len(seen)

    more(5)
    few = queries()
    more(45)
    assert queries() == few


@pytest.mark.parametrize(
    "path",
    ["/en/projects/", "/en/projects/docling/", "/en/events/", "/projects.atom", "/events.ics"],
)
def test_pages_are_public_and_name_what_they_stand_on(client: Client, path: str) -> None:
    answer = client.get(path)
    assert "public" in answer["Cache-Control"]
    assert "projects" in answer["Surrogate-Key"] or "events" in answer["Surrogate-Key"]
    assert not answer.cookies


def _entry_changes(project: Project, cast: Cast) -> None:
    record_project(sheet=ProjectSheet(slug=project.slug, facts={"name": "Another name"}))


def _leader_changes(project: Project, cast: Cast) -> None:
    leader = project.participations.get().organisation
    assert leader is not None
    amend_organisation(organisation=leader, actor=cast.staff, changed=["name"])


@pytest.mark.parametrize("change", [_entry_changes, _leader_changes])
@pytest.mark.parametrize("page", ["", "{slug}/"])
def test_a_change_drops_the_kept_pages_that_show_it(
    client: Client,
    cast: Cast,
    change: Callable[[Project, Cast], None],
    page: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    project = ParticipationFactory(organisation=cast.org_a).project
    path = f"/en/projects/{page.format(slug=project.slug)}"
    stands_on = set(client.get(path)["Surrogate-Key"].split())
    sent: list[str] = []
    monkeypatch.setattr(pages, "_notify", lambda channel, payload: sent.append(payload))
    change(project, cast)
    assert stands_on & set(" ".join(sent).split())


def test_a_project_stands_on_its_working_group(client: Client) -> None:
    body = make_chamber(1).body
    project = ProjectFactory(working_group=body)
    assert (
        f"body:{body.slug}" in client.get(f"/en/projects/{project.slug}/")["Surrogate-Key"].split()
    )
