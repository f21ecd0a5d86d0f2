"""Make and end API keys."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.viewer import Viewer
from members import policies, tokens
from members.errors import KeyRefused
from members.models import ApiKey, MembersEvent, Organisation


@transaction.atomic
def create_api_key(
    *, viewer: Viewer, organisation: Organisation, name: str, scopes: Sequence[str], expires_at: datetime | None,
    now: datetime,
) -> tuple[ApiKey, str]:  # fmt: skip
    """Make a key for an organisation's systems; the token is returned once and never again."""
    _check_may_manage(viewer, organisation.pk, now)
    assert viewer.person_id is not None  # only people manage keys
    if expires_at is not None and expires_at <= now:
        raise KeyRefused(_("The expiry lies in the past. Choose a later day."), code="expiry-past")
    token = tokens.new_token()
    key = ApiKey.objects.create(
        organisation=organisation, name=name, prefix=token.prefix, secret_hash=token.secret_hash,
        scopes=sorted(set(scopes)), created_by_id=viewer.person_id, expires_at=expires_at,
    )  # fmt: skip
    _record(key, "api-key-created", viewer, {"prefix": key.prefix, "scopes": key.scopes})
    return key, str(token)


@transaction.atomic
def revoke_api_key(*, viewer: Viewer, key: ApiKey, now: datetime) -> None:
    """End a key at once; revoking twice changes nothing."""
    _check_may_manage(viewer, key.organisation_id, now)
    if ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=now):
        _record(key, "api-key-revoked", viewer, {"prefix": key.prefix})


def _check_may_manage(viewer: Viewer, organisation_id: int, now: datetime) -> None:
    if not policies.may_manage_keys(viewer, organisation_id, now.date()):
        raise KeyRefused(
            _("Only the organisation's administrators and representatives manage its API keys.")
        )


def _record(key: ApiKey, kind: str, viewer: Viewer, details: dict[str, Any]) -> None:
    MembersEvent.objects.create(
        organisation_id=key.organisation_id, kind=kind, actor_id=viewer.person_id, details=details
    )
