"""Which addresses are asked about a repository, and what each answers for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote, urlsplit

from django.conf import settings

from projects.health import answers
from projects.health.answers import Reading
from projects.models import HealthProbe, Repository

Kind = HealthProbe.Kind
PER_PAGE = 100


@dataclass(frozen=True, slots=True)
class Question:
    """An address, how its answer is read, and the figures it answers for."""

    url: str
    read: Callable[[Any], list[Reading]]
    names: tuple[str, ...]


def kinds_for(repository: Repository) -> list[HealthProbe.Kind]:
    """Return what can be asked about a repository, by its host."""
    host = urlsplit(repository.url).netloc
    if host == "github.com":
        return [Kind.GITHUB, Kind.BADGE, Kind.SCORECARD]
    if host in settings.HEALTH_GITLAB_HOSTS:
        return [Kind.GITLAB, Kind.BADGE] + ([Kind.SCORECARD] if host == "gitlab.com" else [])
    return [Kind.BADGE]


def headers_for(kind: str) -> dict[str, str]:
    """Return what a forge wants to hear beside the question."""
    if kind == Kind.GITHUB and settings.HEALTH_GITHUB_TOKEN:
        return {"authorization": f"Bearer {settings.HEALTH_GITHUB_TOKEN}"}
    return {}


def questions(kind: str, repository: Repository, today: date) -> Iterator[Question]:
    """Yield what to ask, one address after the other."""
    yield from _ASKED[Kind(kind)](repository, today)


def _github(repository: Repository, today: date) -> Iterator[Question]:
    base = f"{settings.HEALTH_GITHUB_API}/repos{quote(urlsplit(repository.url).path)}"
    yield Question(base, answers.github_repository, ("last-commit", "open-issues"))
    yield Question(f"{base}/releases/latest", answers.release, ("latest-release",))
    yield Question(
        f"{base}/stats/participation", answers.github_participation, ("commits-90-days",)
    )
    yield Question(
        f"{base}/stats/contributors",
        lambda answer: answers.github_contributors(answer, today),
        ("contributors-90-days",),
    )


def _gitlab(repository: Repository, today: date) -> Iterator[Question]:
    parts = urlsplit(repository.url)
    api = settings.HEALTH_GITLAB_API.format(host=parts.netloc)
    base = f"{api}/projects/{quote(parts.path.strip('/'), safe='')}"
    yield Question(base, answers.gitlab_project, ("open-issues",))
    yield Question(f"{base}/releases?per_page=1", answers.release, ("latest-release",))
    since = (today - timedelta(days=answers.DAYS)).isoformat()
    yield Question(
        f"{base}/repository/commits?since={since}&per_page={PER_PAGE}",
        lambda answer: answers.gitlab_commits(
            answer, today, is_cut=isinstance(answer, list) and len(answer) >= PER_PAGE
        ),
        ("commits-90-days", "contributors-90-days", "last-commit"),
    )


def _badge(repository: Repository, today: date) -> Iterator[Question]:
    url = f"{settings.HEALTH_BADGE_API}/projects.json?url={quote(repository.url, safe='')}"
    yield Question(url, answers.badge, ("best-practices-badge",))


def _scorecard(repository: Repository, today: date) -> Iterator[Question]:
    path = quote(repository.url.removeprefix("https://"))
    url = f"{settings.HEALTH_SCORECARD_API}/projects/{path}"
    yield Question(url, answers.scorecard, ("scorecard",))


_ASKED: dict[HealthProbe.Kind, Callable[[Repository, date], Iterator[Question]]] = {
    Kind.GITHUB: _github,
    Kind.GITLAB: _gitlab,
    Kind.BADGE: _badge,
    Kind.SCORECARD: _scorecard,
}
