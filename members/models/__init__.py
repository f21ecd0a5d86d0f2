"""Organisations, people and what ties them together."""

from members.models.domains import Domain
from members.models.events import MembersEvent
from members.models.federation import ExternalIdentity, IdentityProvider
from members.models.headcounts import HeadcountFact
from members.models.invitations import Invitation
from members.models.joining import Application, Suspension
from members.models.keys import ApiKey
from members.models.logos import Logo
from members.models.organisations import Membership, Organisation
from members.models.people import Affiliation, Person
from members.models.triggers import append_only
from members.models.webhooks import Webhook, WebhookAttempt, WebhookDelivery, WebhookEvent

__all__ = [
    "Affiliation",
    "ApiKey",
    "Application",
    "Domain",
    "ExternalIdentity",
    "HeadcountFact",
    "IdentityProvider",
    "Invitation",
    "Logo",
    "MembersEvent",
    "Membership",
    "Organisation",
    "Person",
    "Suspension",
    "Webhook",
    "WebhookAttempt",
    "WebhookDelivery",
    "WebhookEvent",
    "append_only",
]
