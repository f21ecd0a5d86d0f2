"""Every change to organisations, roles and keys: one action each, by noun."""

from members.actions.domains import claim_domain, give_up_domain, prove_domain
from members.actions.entries import clear_logo, edit_entry, remove_logo, send_logo
from members.actions.erasure import erase_person
from members.actions.federation import (
    admit,
    draft_identity_provider,
    enable_identity_provider,
    note_test,
    switch_off_identity_provider,
)
from members.actions.invitations import (
    accept_invitation,
    find_invitation,
    invite,
    withdraw_invitation,
)
from members.actions.joining import (
    admit_organisation,
    apply_for_membership,
    end_membership,
    move_application,
    reinstate_member,
    suspend_member,
    withdraw_own_application,
)
from members.actions.keys import create_api_key, revoke_api_key, revoke_leaked_key, rotate_api_key
from members.actions.leaving import change_role, remove_person
from members.actions.organisations import (
    amend_organisation,
    record_headcount,
    record_organisation,
)
from members.actions.roles import end_role, give_role, save_details
from members.actions.sessions import end_sessions
from members.actions.webhooks import (
    change_webhook,
    create_webhook,
    redeliver,
    remove_webhook,
    rotate_webhook_secret,
    send_test_event,
    set_webhook_state,
)

__all__ = [
    "accept_invitation",
    "admit",
    "admit_organisation",
    "amend_organisation",
    "apply_for_membership",
    "change_role",
    "change_webhook",
    "claim_domain",
    "clear_logo",
    "create_api_key",
    "create_webhook",
    "draft_identity_provider",
    "edit_entry",
    "enable_identity_provider",
    "end_membership",
    "end_role",
    "end_sessions",
    "erase_person",
    "find_invitation",
    "give_role",
    "give_up_domain",
    "invite",
    "move_application",
    "note_test",
    "prove_domain",
    "record_headcount",
    "record_organisation",
    "redeliver",
    "reinstate_member",
    "remove_logo",
    "remove_person",
    "remove_webhook",
    "revoke_api_key",
    "revoke_leaked_key",
    "rotate_api_key",
    "rotate_webhook_secret",
    "save_details",
    "send_logo",
    "send_test_event",
    "set_webhook_state",
    "suspend_member",
    "switch_off_identity_provider",
    "withdraw_invitation",
    "withdraw_own_application",
]
