"""Every change to organisations, roles and keys: one action each, by noun."""

from members.actions.keys import create_api_key, revoke_api_key, rotate_api_key
from members.actions.organisations import (
    amend_organisation,
    record_headcount,
    record_organisation,
)
from members.actions.roles import end_role, give_role
from members.actions.sessions import end_sessions

__all__ = [
    "amend_organisation",
    "create_api_key",
    "end_role",
    "end_sessions",
    "give_role",
    "record_headcount",
    "record_organisation",
    "revoke_api_key",
    "rotate_api_key",
]
