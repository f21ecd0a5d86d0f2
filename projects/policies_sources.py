"""Who may register sources and read their logs."""

from __future__ import annotations

from alliance.viewer import Viewer
from projects.models import Project, Source


def may_register_for(viewer: Viewer, project: Project) -> bool:
    """The people of organisations that lead or maintain a project, and staff."""
    if viewer.is_staff:
        return True
    if viewer.person_id is None:
        return False
    parts = project.participations.filter(
        organisation__in=viewer.organisation_ids, role__in=("lead", "maintainer"), until=None
    )
    return parts.exists()


def may_register_catalogue(viewer: Viewer) -> bool:
    """Catalogues of others are staff's to choose."""
    return viewer.is_staff


def may_manage(viewer: Viewer, source: Source) -> bool:
    """Read the log, ask for a harvest, pause, withdraw."""
    return Source.objects.managed_by(viewer).filter(pk=source.pk).exists()
