"""Who may register sources and read their logs."""

from __future__ import annotations

from datetime import date

from alliance.viewer import Viewer
from projects import policies
from projects.models import Project, Source
from projects.querysets import ProjectQuerySet
from projects.querysets_sources import SourceQuerySet


def may_register_catalogue(viewer: Viewer) -> bool:
    """Catalogues of others are staff's to choose."""
    return viewer.is_staff


def managed_sources(viewer: Viewer, on: date) -> SourceQuerySet:
    """Return the sources whose log a viewer may read and whose harvest they may ask for."""
    if viewer.is_staff:
        return Source.objects.all()
    return Source.objects.of_projects(editable_projects(viewer, on))


def editable_projects(viewer: Viewer, on: date) -> ProjectQuerySet:
    """Return the projects for which a viewer may register manifests."""
    if viewer.is_staff:
        return Project.objects.visible_to(viewer)
    if viewer.person_id is None:
        return Project.objects.none()
    return Project.objects.editable_by(viewer.person_id, on, policies.RUNNING, policies.ROLES)
