"""What the projects room keeps."""

from projects.models.areas import FocusArea, Taxonomy
from projects.models.events import Event, EventSeries
from projects.models.health import HealthFigure, HealthProbe
from projects.models.history import ProjectChange, TrackEntry
from projects.models.learning import LearningResource
from projects.models.progress import (
    Adopter,
    Audit,
    Deliverable,
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
from projects.models.sources import (
    CatalogueCopy,
    Curation,
    HarvestAttempt,
    HarvestNotice,
    HarvestObject,
    Source,
)
from projects.models.stages import (
    ApplicationComment,
    CriteriaVersion,
    Criterion,
    Evidence,
    ReviewCall,
    StageApplication,
    YearlyReview,
)

__all__ = [
    "Adopter",
    "ApplicationComment",
    "ArtefactKind",
    "Audit",
    "CatalogueCopy",
    "CriteriaVersion",
    "Criterion",
    "Curation",
    "Deliverable",
    "Event",
    "EventSeries",
    "Evidence",
    "FocusArea",
    "HarvestAttempt",
    "HarvestNotice",
    "HarvestObject",
    "HealthFigure",
    "HealthProbe",
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
    "ReviewCall",
    "Source",
    "Stage",
    "StageApplication",
    "Taxonomy",
    "TrackEntry",
    "YearlyReview",
]
