"""Figures about repositories: asked where they are published, kept with their day, never a condition."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from alliance.clock import database_now
from alliance.leases import LeaseLost
from projects.health import answers, measuring
from projects.models import HealthFigure, HealthProbe, Project
from tests.factories.projects import ProjectFactory

pytestmark = pytest.mark.django_db
REPO = "/repos/harbour/tide-tables"
WEEKS = [*range(52)]


class Forge:
    """Answers in the shapes that the forges and registers document; a test changes or breaks them."""

    def __init__(self, server: HTTPServer) -> None:
        self.answers: dict[str, Any] = {
            REPO: {"pushed_at": "2026-11-20T08:00:00Z", "open_issues_count": 7, "archived": False},
            f"{REPO}/releases/latest": {"tag_name": "v2.1.0", "published_at": "2026-10-02T10:00:00Z"},
            f"{REPO}/stats/participation": {"all": WEEKS, "owner": WEEKS},
            f"{REPO}/stats/contributors": [_contributor(1), _contributor(0), _contributor(3)],
            "/projects.json": [{"id": 5, "badge_level": "silver", "tiered_percentage": 230}],
            "/projects/github.com/harbour/tide-tables": {"date": "2026-11-16", "score": 6.43, "checks": []},
        }  # fmt: skip
        self.status: dict[str, int] = {}
        self.headers: dict[str, str] = {}
        self.asked: list[tuple[str, str]] = []
        server.expect_request(re.compile(".*")).respond_with_handler(self._answer)

    def _answer(self, request: Request) -> Response:
        self.asked.append((request.path, request.headers.get("If-None-Match", "")))
        status = self.status.get(request.path, 200 if request.path in self.answers else 404)
        body = json.dumps(self.answers.get(request.path))
        response = Response(
            body, status=status, content_type="application/json", headers=self.headers
        )
        if status == 200:
            response.add_etag()
            response = response.make_conditional(request)
        return response


def _contributor(commits: int) -> dict[str, Any]:
    this_week = int(datetime.now(UTC).timestamp()) - 86_400
    return {
        "author": {"login": "x"},
        "total": 9,
        "weeks": [{"w": 1_000_000, "c": 8}, {"w": this_week, "c": commits}],
    }


@pytest.fixture
def forge(httpserver: HTTPServer, settings: Any) -> Forge:
    base = f"http://127.0.0.1:{httpserver.port}"
    settings.OUTBOUND_ALLOWED_HOSTS = [f"127.0.0.1:{httpserver.port}"]
    settings.HEALTH_COLLECT = True
    settings.HEALTH_GITHUB_API = settings.HEALTH_BADGE_API = settings.HEALTH_SCORECARD_API = base
    settings.HEALTH_GITLAB_API = f"{base}/api/v4"
    return Forge(httpserver)


@pytest.fixture
def project(db: None) -> Project:
    found: Project = ProjectFactory(slug="tides", name="Tides")
    url = "https://github.com/harbour/tide-tables"
    found.repositories.create(url=url, key=url.removeprefix("https://"))
    return found


def run() -> list[HealthProbe]:
    """Do what beat and a worker do."""
    done = [measuring.measure(probe_id=pk) for pk in measuring.due_probes()]
    return [one for one in done if one is not None]


def figures(project: Project) -> dict[str, str]:
    return {row.name: row.value for row in project.figures.newest()}


def test_everything_is_read_with_its_source_day_and_scope(forge: Forge, project: Project) -> None:
    assert {one.kind: one.outcome for one in run()} == dict.fromkeys(
        ["github", "badge", "scorecard"], "measured"
    )
    assert figures(project) == {
        "best-practices-badge": "silver",
        "commits-90-days": str(sum(WEEKS[-13:])),
        "contributors-90-days": "2",
        "last-commit": "2026-11-20",
        "latest-release": "v2.1.0, 2026-10-02",
        "open-issues": "7",
        "scorecard": "6.4/10, 2026-11-16",
    }
    for row in project.figures.all():
        assert row.on == database_now().date()
        assert row.source.startswith("http://127.0.0.1:")
        assert row.scope
    for language, words in (
        ("en", "issues and pull requests"),
        ("fr", "tickets et demandes de fusion"),
    ):
        html = Client().get(f"/{language}/projects/tides/").content.decode()
        assert words in html
        assert html.count("<rect class=") >= 50
    told = Client().get("/api/v1/projects/tides/").json()["figures"]
    assert {one["name"] for one in told} == set(figures(project))


def test_an_unchanged_answer_is_asked_with_its_tag_and_moves_the_day(
    forge: Forge, project: Project
) -> None:
    run()
    yesterday = database_now().date() - timedelta(days=1)
    project.figures.update(on=yesterday)
    HealthProbe.objects.update(next_at=database_now(), rung_at=None)
    before, forge.asked = project.figures.count(), []
    run()
    assert all(tag for _path, tag in forge.asked)
    assert project.figures.count() == before
    assert not project.figures.filter(on=yesterday).exists()


def test_another_value_is_a_row_of_its_own(forge: Forge, project: Project) -> None:
    run()
    project.figures.update(on=date(2026, 1, 1))
    forge.answers[REPO]["open_issues_count"] = 9
    HealthProbe.objects.update(next_at=database_now(), rung_at=None)
    run()
    rows = project.figures.filter(name="open-issues").order_by("on")
    assert [row.value for row in rows] == ["7", "9"]
    assert figures(project)["open-issues"] == "9"


@pytest.mark.parametrize("status", [500, 301, 401])
def test_a_failure_keeps_the_last_good_figure_with_its_day(
    forge: Forge, project: Project, status: int
) -> None:
    run()
    project.figures.update(on=date(2026, 1, 1))
    HealthProbe.objects.update(next_at=database_now(), rung_at=None)
    forge.status = dict.fromkeys(forge.answers, status)
    done = run()
    assert {one.failures for one in done} == {1}
    assert set(project.figures.values_list("on", flat=True)) == {date(2026, 1, 1)}
    html = Client().get("/en/projects/tides/").content.decode()
    assert "The last good figures stay" in html
    assert ("has moved" in html) == (status == 301)


def test_who_asks_to_wait_is_left_alone_by_all(forge: Forge, project: Project) -> None:
    other = ProjectFactory().repositories.create(url="https://github.com/a/b", key="github.com/a/b")
    forge.status = {REPO: 403}
    reset = int(datetime.now(UTC).timestamp()) + 1800
    forge.headers = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(reset)}
    measuring.due_probes()
    probe = HealthProbe.objects.get(kind="github", repository__project=project)
    done = measuring.measure(probe_id=probe.pk)
    assert done is not None
    assert (done.outcome, done.failures) == ("rate-limited", 0)
    assert len(forge.asked) == 1
    for row in HealthProbe.objects.filter(kind="github"):
        assert row.next_at > database_now() + timedelta(minutes=20)
    assert other.probes.get(kind="badge").next_at <= database_now()


def test_what_does_not_apply_is_not_collected(forge: Forge, project: Project) -> None:
    project.figures.create(
        name="open-issues", exemption="Work is tracked on a board.", on=date(2026, 1, 1), source="x"
    )
    run()
    assert figures(project)["open-issues"] == ""
    assert "Work is tracked on a board." in Client().get("/en/projects/tides/").content.decode()


def test_nothing_published_is_no_figure_and_no_failure(forge: Forge, project: Project) -> None:
    forge.answers = {"/projects.json": []}
    assert {one.outcome for one in run()} == {"not-published"}
    assert not project.figures.exists()


def test_a_worker_that_lost_its_lease_writes_nothing(
    forge: Forge, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    measuring.due_probes()
    probe = HealthProbe.objects.get(kind="badge")
    asked = measuring.Asker.ask

    def slept(self: Any, url: str) -> Any:
        HealthProbe.objects.filter(pk=probe.pk).update(lease_token=99)
        return asked(self, url)

    monkeypatch.setattr(measuring.Asker, "ask", slept)
    with pytest.raises(LeaseLost):
        measuring.measure(probe_id=probe.pk)
    assert not project.figures.exists()


def test_hidden_and_demonstration_projects_are_not_asked_about(
    forge: Forge, project: Project, settings: Any
) -> None:
    Project.objects.update(is_listed=False)
    assert measuring.due_probes() == []
    Project.objects.update(is_listed=True, is_demo=True)
    assert measuring.due_probes() == []
    Project.objects.update(is_demo=False)
    settings.HEALTH_COLLECT = False
    assert measuring.due_probes() == []


def test_gitlab(forge: Forge, settings: Any) -> None:
    project = ProjectFactory()
    url = "https://gitlab.com/harbour/tide-tables"
    project.repositories.create(url=url, key="gitlab.com/harbour/tide-tables")
    base = "/api/v4/projects/harbour/tide-tables"
    today = database_now()
    forge.answers = {
        base: {"open_issues_count": 3, "last_activity_at": "2026-11-01T00:00:00Z"},
        f"{base}/releases": [{"tag_name": "1.4", "released_at": "2026-09-01T00:00:00Z"}],
        f"{base}/repository/commits": [
            {"committed_date": (today - timedelta(days=days)).isoformat(), "author_email": email}
            for days, email in ((1, "a@x.example"), (2, "A@x.example"), (40, "b@x.example"))
        ],
    }
    run()
    found = figures(project)
    assert (found["commits-90-days"], found["contributors-90-days"], found["open-issues"]) == (
        "3",
        "2",
        "3",
    )
    assert found["last-commit"] == (today - timedelta(days=1)).date().isoformat()
    assert found["latest-release"] == "1.4, 2026-09-01"
    assert "x.example" not in json.dumps(
        list(HealthFigure.objects.values("value", "scope", "source"))
    )


@pytest.mark.parametrize(
    "answer", [None, [], {}, "x", 5, [None], [{}], {"all": ["x"]}, {"all": [-1]}, {"score": True}]
)
def test_answers_of_another_shape_give_nothing(answer: Any) -> None:
    today = date(2026, 11, 24)
    assert answers.github_repository(answer) == []
    assert answers.github_participation(answer) == []
    assert answers.release(answer) == []
    assert answers.badge(answer) == []
    assert answers.scorecard(answer) == []
    assert answers.gitlab_project(answer) == []
    counted = [
        *answers.github_contributors(answer, today),
        *answers.gitlab_commits(answer, today, is_cut=False),
    ]
    assert {one.value for one in counted} <= {"0"}
