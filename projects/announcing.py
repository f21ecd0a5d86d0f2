"""What the systems of members are told of the catalogue."""

from __future__ import annotations

from collections.abc import Iterable

from members import webhooks
from projects.models import Project


def tell(project: Project, changed: Iterable[str] = (), *, is_new: bool = False) -> None:
    """Tell of a listed project that is new in the catalogue, or of what changed in its entry."""
    if not project.is_listed:
        return
    subject = f"/api/v1/projects/{project.slug}/"
    if is_new:
        webhooks.emit("project.recorded", subject, {"project": project.slug})
    else:
        told = {"project": project.slug, "fields": sorted(changed)}
        webhooks.emit("project.changed", subject, told)
