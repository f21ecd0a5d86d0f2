"""Keys with which an organisation's systems use the API."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from members.models.organisations import Organisation
from members.models.people import Person
from members.querysets import ApiKeyQuerySet


class ApiKey(models.Model):
    """A secret with which an organisation's systems use the API; only its hash is kept."""

    class Scope(models.TextChoices):
        READ = "read", _("Read")
        PROPOSE = "propose", _("Propose")
        VOTE = "vote", _("Vote")

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="api_keys")
    name = models.CharField(_("name"), max_length=80)
    prefix = models.CharField(max_length=12, unique=True)
    secret_hash = models.CharField(max_length=64)
    scopes = ArrayField(models.CharField(max_length=20, choices=Scope))
    created_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")

    def __str__(self) -> str:
        return f"{self.organisation}: {self.name}"

    @property
    def scopes_display(self) -> str:
        """What the key may do, in words."""
        return ", ".join(str(self.Scope(scope).label) for scope in self.scopes)
