"""What forges and registers answer, as readings: pure. An answer of another shape than agreed gives no reading."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

WEEKS, QUARTER = 52, 13
DAYS: Final = 90
# Stable codes of what a figure covers; `wording` puts them into words.
BRANCH, WITH_REQUESTS, HUNDRED, TAGGED, WHOLE = (
    "default-branch",
    "with-requests",
    "first-hundred",
    "releases",
    "whole",
)


@dataclass(frozen=True, slots=True)
class Reading:
    """One figure as read; `name` is a `HealthFigure.Name`."""

    name: str
    value: str
    scope: str
    weeks: tuple[int, ...] = ()


def github_repository(answer: Any) -> list[Reading]:
    """Read `/repos/{owner}/{name}`; pull requests count among its open issues."""
    found = []
    if isinstance(answer, dict):
        pushed, issues = answer.get("pushed_at"), answer.get("open_issues_count")
        if isinstance(pushed, str) and _day(pushed):
            found.append(Reading("last-commit", pushed[:10], "any-branch"))
        if _is_count(issues):
            found.append(Reading("open-issues", str(issues), WITH_REQUESTS))
    return found


def github_participation(answer: Any) -> list[Reading]:
    """Read `/stats/participation`: commits in each of 52 weeks."""
    weeks = answer.get("all") if isinstance(answer, dict) else None
    if not isinstance(weeks, list) or not weeks or not all(_is_count(one) for one in weeks):
        return []
    last = tuple(weeks[-WEEKS:])
    return [Reading("commits-90-days", str(sum(last[-QUARTER:])), BRANCH, last)]


def github_contributors(answer: Any, today: date) -> list[Reading]:
    """Read `/stats/contributors`: who committed in the last 13 weeks. Nobody's name is kept."""
    if not isinstance(answer, list):
        return []
    since = today - timedelta(weeks=QUARTER)
    first = (since - date(1970, 1, 1)).days * 86_400
    count = 0
    for one in answer:
        weeks = one.get("weeks") if isinstance(one, dict) else None
        count += any(
            _is_count(week.get("w"))
            and week["w"] >= first
            and _is_count(week.get("c"))
            and week["c"] > 0
            for week in weeks or ()
            if isinstance(week, dict)
        )
    return [Reading("contributors-90-days", str(count), HUNDRED)]


def release(answer: Any) -> list[Reading]:
    """Read a release, or the first of a list: GitHub's `/releases/latest`, GitLab's `/releases`."""
    if isinstance(answer, list):
        answer = answer[0] if answer else None
    if not isinstance(answer, dict):
        return []
    tag = answer.get("tag_name")
    on = answer.get("published_at") or answer.get("released_at")
    if not isinstance(tag, str) or not tag.strip() or not isinstance(on, str) or not _day(on):
        return []
    return [Reading("latest-release", f"{tag.strip()[:60]}, {on[:10]}", TAGGED)]


def gitlab_project(answer: Any) -> list[Reading]:
    """Read `/projects/{path}`; merge requests don't count among its issues."""
    issues = answer.get("open_issues_count") if isinstance(answer, dict) else None
    return [Reading("open-issues", str(issues), WHOLE)] if _is_count(issues) else []


def gitlab_commits(answer: Any, today: date, *, is_cut: bool) -> list[Reading]:
    """Read `/repository/commits` of 90 days. Addresses are counted, none is kept."""
    if not isinstance(answer, list):
        return []
    days, people = [], set()
    for one in answer:
        if isinstance(one, dict) and (on := _day(one.get("committed_date"))):
            days.append(on)
            people.add(str(one.get("author_email") or one.get("author_name")).lower())
    weeks = [0] * QUARTER
    for on in days:
        ago = (today - on).days // 7
        if 0 <= ago < QUARTER:
            weeks[QUARTER - 1 - ago] += 1
    more = "+" if is_cut else ""
    found = [
        Reading("commits-90-days", f"{len(days)}{more}", BRANCH, () if is_cut else tuple(weeks)),
        Reading("contributors-90-days", f"{len(people)}{more}", BRANCH),
    ]
    if days:
        found.append(Reading("last-commit", max(days).isoformat(), BRANCH))
    return found


def badge(answer: Any) -> list[Reading]:
    """Read the list of entries for a repository's address in the OpenSSF register."""
    first = answer[0] if isinstance(answer, list) and answer else None
    level = first.get("badge_level") if isinstance(first, dict) else None
    if level not in {"in_progress", "passing", "silver", "gold"}:
        return []
    return [Reading("best-practices-badge", level, WHOLE)]


def scorecard(answer: Any) -> list[Reading]:
    """Read a published scorecard; a score below zero means that nothing could be judged."""
    score = answer.get("score") if isinstance(answer, dict) else None
    if isinstance(score, bool) or not isinstance(score, (int, float)) or not 0 <= score <= 10:
        return []
    on = _day(answer.get("date"))
    return [Reading("scorecard", f"{score:.1f}/10" + (f", {on}" if on else ""), BRANCH)]


def _day(text: Any) -> date | None:
    try:
        return date.fromisoformat(str(text)[:10])
    except ValueError:
        return None


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31
