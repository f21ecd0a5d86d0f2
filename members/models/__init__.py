"""Organisations, people and what ties them together."""

from members.models.events import MembersEvent
from members.models.headcounts import HeadcountFact
from members.models.keys import ApiKey
from members.models.organisations import Membership, Organisation
from members.models.people import Affiliation, Person
from members.models.triggers import append_only

__all__ = [
    "Affiliation",
    "ApiKey",
    "HeadcountFact",
    "MembersEvent",
    "Membership",
    "Organisation",
    "Person",
    "append_only",
]
