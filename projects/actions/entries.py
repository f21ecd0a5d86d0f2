"""Writing an entry of the catalogue: the row, its lists, and what changed, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.pages import purge
from members.models import Organisation, Person
from projects import announcing
from projects.errors import EntryRefused
from projects.models import FocusArea, Project, ProjectChange, Repository, RepositoryAlias
from projects.rules import licences, repositories
from projects.snapshot import differences, snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectSheet:
    """What an entry says. `facts` are columns of `Project`; a list that is None stays as it is."""

    slug: str
    facts: dict[str, Any]
    areas: Sequence[str] | None = None
    licences: Sequence[tuple[str, str, str]] | None = None
    """What each covers, the SPDX expression, the source."""
    repositories: Sequence[str] | None = None
    participants: Sequence[tuple[str, str, str]] | None = None
    """Slug of an organisation or nothing, the name as the source writes it, the role."""
    track: Sequence[dict[str, Any]] = field(default_factory=tuple)


@transaction.atomic
def record_project(
    *, sheet: ProjectSheet, actor: Person | None = None, organisation: Organisation | None = None, note: str = "",
    kind: str = ProjectChange.Kind.AMENDED,
) -> Project:  # fmt: skip
    """Make or change an entry; the same sheet again changes nothing and leaves no trace."""
    project = Project.objects.select_for_update().filter(slug=sheet.slug).first()
    before = snapshot(project) if project else {}
    if project is None:
        project = Project.objects.create(slug=sheet.slug, **sheet.facts)
        kind = ProjectChange.Kind.RECORDED
    elif any(getattr(project, name) != value for name, value in sheet.facts.items()):
        for name, value in sheet.facts.items():
            setattr(project, name, value)
        project.save()
    _write_lists(project, sheet)
    is_new = kind == ProjectChange.Kind.RECORDED
    changed = {} if is_new else differences(before, snapshot(Project.objects.get(pk=project.pk)))
    if is_new or changed:
        ProjectChange.objects.create(
            project=project, kind=kind, actor=actor, organisation=organisation, note=note,
            fields=changed,
        )  # fmt: skip
        purge("projects", f"project:{project.slug}")
        announcing.tell(project, changed, is_new=is_new)
    return project


def _write_lists(project: Project, sheet: ProjectSheet) -> None:
    if sheet.areas is not None:
        project.focus_areas.set(known_areas(sheet.areas))
    if sheet.licences is not None:
        _write_licences(project, sheet.licences)
    if sheet.repositories is not None:
        write_repositories(project, sheet.repositories)
    if sheet.participants is not None:
        _write_participants(project, sheet.participants)
    for step in sheet.track:
        project.track.get_or_create(**step)


def known_areas(slugs: Sequence[str]) -> list[FocusArea]:
    """Return the focus areas with these names, or refuse the first that does not exist."""
    found = {area.slug: area for area in FocusArea.objects.filter(slug__in=slugs)}
    for slug in slugs:
        if slug not in found:
            raise EntryRefused(
                _("There is no focus area “%(slug)s”.") % {"slug": slug}, code="area-unknown"
            )
    return [found[slug] for slug in slugs]


def _write_licences(project: Project, wanted: Sequence[tuple[str, str, str]]) -> None:
    for covers, text, source in wanted:
        row = {"expression": checked_licence(text), "source": source}
        project.licences.update_or_create(covers=covers, defaults=row)
    project.licences.exclude(covers__in=[covers for covers, _text, _source in wanted]).delete()


def checked_licence(text: str) -> str:
    """Return an SPDX expression in its canonical form, or refuse with what is wrong."""
    try:
        return licences.canonical(text)
    except licences.BadLicence as error:
        if error.unknown:
            message = _(
                "The SPDX list has no licence “%(unknown)s”. Look it up at spdx.org/licenses."
            ) % {"unknown": ", ".join(error.unknown)}
        else:
            message = _(
                "“%(text)s” is no SPDX expression. Write one such as Apache-2.0 or MIT OR Apache-2.0."
            ) % {"text": text[:80]}
        raise EntryRefused(message, code="licence-invalid") from None


def checked_repository(text: str) -> str:
    """Return a repository's address in its one spelling, or refuse with what is wrong."""
    try:
        return repositories.normalised(text)
    except repositories.BadAddress as error:
        if error.code == "no-repository":
            message = _("“%(text)s” names no repository: owner and name are missing.")
        else:
            message = _(
                "“%(text)s” is no address of a repository. Write one such as https://github.com/owner/name."
            )
        raise EntryRefused(message % {"text": text[:120]}, code="repository-invalid") from None


def write_repositories(project: Project, wanted: Sequence[str]) -> None:
    """Bring a project's repositories to a list; one that belongs to another project is refused."""
    urls = [checked_repository(text) for text in wanted]
    once = {repositories.key_of(url): url for url in reversed(urls)}  # the first spelling stays
    for position, (key, url) in enumerate(reversed(once.items()), start=1):
        other = (
            Repository.objects.at(url).exclude(project=project).select_related("project").first()
        )
        if other is not None:
            raise EntryRefused(
                _("The repository %(url)s belongs to the project “%(project)s”.")
                % {"url": url, "project": other.project},
                code="repository-taken",
            )
        project.repositories.update_or_create(key=key, defaults={"url": url, "position": position})
        RepositoryAlias.objects.filter(repository__project=project, key=key).delete()
    project.repositories.exclude(key__in=once).delete()


def _write_participants(project: Project, wanted: Sequence[tuple[str, str, str]]) -> None:
    known = {
        row.slug: row
        for row in Organisation.objects.filter(slug__in=[slug for slug, _n, _r in wanted])
    }
    kept = []
    for slug, name, role in wanted:
        if slug and slug not in known:
            raise EntryRefused(
                _("There is no organisation “%(slug)s” in the directory.") % {"slug": slug},
                code="organisation-unknown",
            )
        row, _made = project.participations.update_or_create(
            name=name, role=role, until=None, defaults={"organisation": known.get(slug)}
        )
        kept.append(row.pk)
    project.participations.filter(until=None).exclude(pk__in=kept).delete()
