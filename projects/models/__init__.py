"""What the projects room keeps."""

from projects.models.areas import FocusArea, Taxonomy
from projects.models.events import Event, EventSeries
from projects.models.history import ProjectChange, TrackEntry
from projects.models.learning import LearningResource
from projects.models.progress import (
    Adopter,
    Audit,
    Deliverable,
    HealthFigure,
    Milestone,
    MilestoneMove,
    ProjectLead,
)
from projects.models.projects import (
    ArtefactKind,
    Participation,
    Project,
    ProjectLicence,
    Repository,
    RepositoryAlias,
    Stage,
)
from projects.models.stages import (
    ApplicationComment,
    CriteriaVersion,
    Criterion,
    Evidence,
    StageApplication,
    YearlyReview,
)

__all__ = [
    "Adopter",
    "ApplicationComment",
    "ArtefactKind",
    "Audit",
    "CriteriaVersion",
    "Criterion",
    "Deliverable",
    "Event",
    "EventSeries",
    "Evidence",
    "FocusArea",
    "HealthFigure",
    "LearningResource",
    "Milestone",
    "MilestoneMove",
    "Participation",
    "Project",
    "ProjectChange",
    "ProjectLead",
    "ProjectLicence",
    "Repository",
    "RepositoryAlias",
    "Stage",
    "StageApplication",
    "Taxonomy",
    "TrackEntry",
    "YearlyReview",
]
