"""What the projects room keeps."""

from projects.models.areas import FocusArea, Taxonomy
from projects.models.events import Event, EventSeries
from projects.models.history import ProjectChange, TrackEntry
from projects.models.projects import (
    ArtefactKind,
    Participation,
    Project,
    ProjectLicence,
    Repository,
    RepositoryAlias,
    Stage,
)

__all__ = [
    "ArtefactKind",
    "Event",
    "EventSeries",
    "FocusArea",
    "Participation",
    "Project",
    "ProjectChange",
    "ProjectLicence",
    "Repository",
    "RepositoryAlias",
    "Stage",
    "Taxonomy",
    "TrackEntry",
]
