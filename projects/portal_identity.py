"""How this portal names itself and its entries to others: addresses that don't change with a language or a forge."""

from __future__ import annotations

import uuid

from django.conf import settings


def portal_id() -> str:
    """Return the portal's own identifier: its address."""
    return f"{settings.SITE_ORIGIN.rstrip('/')}/"


def absolute(path: str) -> str:
    """Return the whole address of a path."""
    return f"{settings.SITE_ORIGIN.rstrip('/')}{path}"


def entry_id(uid: uuid.UUID) -> str:
    """Return the minted identifier of an entry; it stays when name, repository or portal move."""
    return uid.urn
