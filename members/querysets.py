"""The questions asked about organisations and people."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.contrib.auth.base_user import BaseUserManager
from django.db import models
from django.db.models import Q

from alliance.viewer import Viewer

if TYPE_CHECKING:
    from members.models import Affiliation, Organisation, Person


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    """Organisations."""

    def visible_to(self, viewer: Viewer) -> OrganisationQuerySet:
        """Listed ones for everybody; an organisation's own people and staff see it in any case."""
        if viewer.is_staff:
            return self
        return self.filter(Q(is_listed=True) | Q(pk__in=viewer.organisation_ids))


class PersonManager(BaseUserManager["Person"]):
    """Make and find people by e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Person:
        """Create a person; without a password they sign in by e-mail code."""
        person = self.model(email=self.normalize_email(email).lower(), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> Person:
        """Create a portal operator."""
        return self.create_user(email, password, **{"is_staff": True, "is_superuser": True, **fields})

    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(email__iexact=username)


class AffiliationQuerySet(models.QuerySet["Affiliation"]):
    """Roles of people at organisations."""

    def current(self, on: date) -> AffiliationQuerySet:
        """Those in force on a day."""
        return self.filter(since__lte=on).filter(Q(until=None) | Q(until__gte=on))
