"""Make, replace and end API keys and OAuth clients."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from allauth.idp.oidc.models import Client
from allauth.idp.oidc.models import Token as AccessToken
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from alliance.viewer import Viewer
from members import letters, policies, tokens
from members.errors import KeyRefused
from members.models import ApiKey, MembersEvent, Organisation, Person

LONGEST_OVERLAP = timedelta(days=30)


@transaction.atomic
def create_api_key(
    *, viewer: Viewer, organisation: Organisation, name: str, scopes: Sequence[str], expires_at: datetime | None,
    now: datetime, networks: Sequence[str] = (), is_client: bool = False,
) -> tuple[ApiKey, str]:  # fmt: skip
    """Make a key or client for an organisation's systems; its token or secret is returned once and never again."""
    _check_may_manage(viewer, organisation.pk, now)
    assert viewer.person_id is not None  # only people manage keys
    if expires_at is not None and expires_at <= now:
        raise KeyRefused(_("The expiry lies in the past. Choose a later day."), code="expiry-past")
    wanted = {
        "organisation": organisation, "name": name, "scopes": sorted(set(scopes)), "networks": list(networks),
        "created_by_id": viewer.person_id, "expires_at": expires_at,
    }  # fmt: skip
    key, secret = _make(is_client, wanted)
    _record(key, "api-key-created", viewer, {"scopes": key.scopes, "networks": key.networks})
    return key, secret


@transaction.atomic
def rotate_api_key(
    *, viewer: Viewer, key: ApiKey, overlap: timedelta, now: datetime
) -> tuple[ApiKey, str]:
    """Replace a key by a new one that may do the same; the old one works on for the overlap, then ends."""
    _check_may_manage(viewer, key.organisation_id, now)
    if not timedelta(0) <= overlap <= LONGEST_OVERLAP:
        raise KeyRefused(_("The old key can work on for 30 days at most."), code="overlap")
    old = ApiKey.objects.select_for_update().get(pk=key.pk)
    if not old.is_alive(now) or ApiKey.objects.filter(replaces=old).exists():
        raise KeyRefused(
            _("This key has ended or was replaced already. Make a new one."), code="key-ended"
        )
    lifetime = old.expires_at - old.created_at if old.expires_at else None
    new, secret = _make(
        old.is_client,
        {
            "organisation_id": old.organisation_id, "name": old.name, "scopes": old.scopes, "replaces": old,
            "networks": old.networks, "created_by_id": viewer.person_id,
            "expires_at": now + lifetime if lifetime else None,
        },
    )  # fmt: skip
    old.expires_at = min(now + overlap, old.expires_at or now + overlap)
    old.save(update_fields=["expires_at"])
    details = {"by": new.prefix, "works_until": old.expires_at.isoformat()}
    _record(old, "api-key-rotated", viewer, details)
    return new, secret


@transaction.atomic
def revoke_api_key(*, viewer: Viewer, key: ApiKey, now: datetime) -> None:
    """End a key and the tokens it bought at once; revoking twice changes nothing."""
    _check_may_manage(viewer, key.organisation_id, now)
    if ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=now):
        if key.oauth_client_id:
            AccessToken.objects.filter(client=key.oauth_client_id).delete()
        _record(key, "api-key-revoked", viewer, {})


@transaction.atomic
def revoke_leaked_key(*, key: ApiKey, found: str, actor: Person | None, now: datetime) -> bool:
    """End a key that lies where others can read it, and write to those who manage it; False where it had ended.

    Operators do this, and whoever holds the whole secret: they could do worse with it.
    """
    if actor is not None and not actor.is_staff:
        raise KeyRefused(_("Only operators of the portal revoke the keys of others."))
    if not end_keys(ApiKey.objects.filter(pk=key.pk), now):
        return False
    MembersEvent.objects.create(
        organisation_id=key.organisation_id, kind="api-key-leaked", actor=actor,
        details={"prefix": key.prefix, "found": found},
    )  # fmt: skip
    transaction.on_commit(lambda: letters.tell_leaked(key, found))
    return True


@transaction.atomic
def end_keys(keys: QuerySet[ApiKey], now: datetime) -> int:
    """End many keys with their tokens, as when whoever made them leaves; return how many."""
    rows = list(keys.select_for_update(of=("self",)).filter(revoked_at=None))
    AccessToken.objects.filter(client__in=[row.oauth_client_id for row in rows]).delete()
    return ApiKey.objects.filter(pk__in=[row.pk for row in rows]).update(revoked_at=now)


def _make(is_client: bool, wanted: dict[str, Any]) -> tuple[ApiKey, str]:
    token = tokens.new_token()
    if not is_client:
        key = ApiKey.objects.create(prefix=token.prefix, secret_hash=token.secret_hash, **wanted)
        return key, str(token)
    client = Client(id=f"aap-{token.prefix}", name=wanted["name"], response_types="")
    client.set_scopes(wanted["scopes"])
    client.set_default_scopes(wanted["scopes"])
    client.set_grant_types([Client.GrantType.CLIENT_CREDENTIALS])
    client.set_secret(token.secret)
    client.save()
    return ApiKey.objects.create(prefix=token.prefix, oauth_client=client, **wanted), token.secret


def _check_may_manage(viewer: Viewer, organisation_id: int, now: datetime) -> None:
    if not policies.may_manage_keys(viewer, organisation_id, now.date()):
        raise KeyRefused(
            _("Only the organisation's administrators and representatives manage its API keys.")
        )


def _record(key: ApiKey, kind: str, viewer: Viewer, details: dict[str, Any]) -> None:
    MembersEvent.objects.create(
        organisation_id=key.organisation_id,
        kind=kind,
        actor_id=viewer.person_id,
        details={"prefix": key.prefix, **details},
    )
