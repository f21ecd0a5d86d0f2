"""The REST API: JSON only, problem documents for every error, one OpenAPI document."""

from alliance.settings.base import DEBUG, SITE_ORIGIN  # noqa: F401
from alliance.settings.security import ALLAUTH_TRUSTED_PROXY_COUNT

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "members.api.authentication.ApiKeyAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticatedOrReadOnly"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "alliance.pagination.ByCursor",
    "PAGE_SIZE": 50,
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "alliance.problems.exception_handler",
    "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.ScopedRateThrottle"],
    "DEFAULT_THROTTLE_RATES": {"wake": "12/min", "write": "120/min", "token": "30/min"},
    "NUM_PROXIES": ALLAUTH_TRUSTED_PROXY_COUNT,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}

SPECTACULAR_SETTINGS = {
    "TITLE": "AI Alliance portal",
    "DESCRIPTION": "Members, projects, decisions and signed evaluation results of the AI Alliance.",
    "VERSION": "1",
    "LICENSE": {"name": "Apache-2.0"},
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    # Fields that share a name and not their values: the document names each by its noun.
    "ENUM_NAME_OVERRIDES": {
        "DocumentKindEnum": "governance.models.documents.Document.Kind",
        "BodyKindEnum": "governance.models.bodies.Body.Kind",
        "VoteKindEnum": "governance.models.votes.Vote.Kind",
        "VoteStateEnum": "governance.models.votes.STATE_NAMES",
        "MeetingStateEnum": "governance.models.meetings.STATE_NAMES",
        "PresenceEnum": "governance.models.meetings.PRESENCE_NAMES",
        "ProposalStateEnum": "governance.models.proposals.STATE_NAMES",
        "EventStateEnum": "projects.models.events.Event.State",
        "EventKindEnum": "projects.models.events.Event.Kind",
        "EventModeEnum": "projects.models.events.Event.Mode",
        "ArtefactKindEnum": "projects.models.projects.ArtefactKind",
        "MilestoneStateEnum": "projects.models.progress.Milestone.State",
        "HealthFigureNameEnum": "projects.models.health.HealthFigure.Name",
        "TrackKindEnum": "projects.models.history.TrackEntry.Kind",
        "ParticipationRoleEnum": "projects.models.projects.Participation.Role",
        "OrganisationKindEnum": "members.models.organisations.Organisation.Kind",
        "MembershipKindEnum": "members.models.organisations.Membership.Kind",
        "AffiliationRoleEnum": "members.models.people.Affiliation.Role",
        "DomainStateEnum": "members.models.domains.Domain.State",
        "ApplicationStateEnum": "members.models.joining.Application.STATES",
        "IdentityProviderKindEnum": "members.models.federation.IdentityProvider.Kind",
        "IdentityProviderStateEnum": "members.models.federation.IdentityProvider.State",
        "NewcomerRoleEnum": "members.models.federation.IdentityProvider.GIVABLE_ROLES",
        "NodeHealthEnum": "leaderboard.models.nodes.Node.Health",
        "PositionEnum": "governance.models.votes.POSITION_NAMES",
    },
}
