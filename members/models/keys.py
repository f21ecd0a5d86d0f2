"""Keys and clients with which an organisation's systems use the API."""

from __future__ import annotations

from datetime import datetime

from allauth.idp.oidc.models import Client
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from members.models.organisations import Organisation
from members.models.people import Person
from members.querysets import ApiKeyQuerySet
from members.scopes import Scope


class ApiKey(models.Model):
    """What an organisation's systems prove themselves with; of secrets only hashes are kept.

    A *key* is sent with every call. A *client* (OAuth 2, client credentials) buys short-lived tokens with its secret,
    whose hash lies with allauth. Scopes, networks, end, rotation and revocation are the same for both.
    """

    Scope = Scope

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="api_keys")
    name = models.CharField(_("name"), max_length=80)
    prefix = models.CharField(max_length=12, unique=True)
    secret_hash = models.CharField(max_length=64, blank=True)
    oauth_client = models.OneToOneField(
        Client, models.PROTECT, null=True, blank=True, related_name="api_key"
    )
    scopes = ArrayField(models.CharField(max_length=20, choices=Scope))
    networks = ArrayField(models.CharField(max_length=43), default=list, blank=True)
    replaces = models.OneToOneField(
        "self", models.SET_NULL, null=True, blank=True, related_name="replaced_by"
    )
    created_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    read_at: datetime  # by the database's clock, where the key was read `with_client`

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        constraints = [
            models.CheckConstraint(
                name="api_key_has_one_secret",
                condition=Q(oauth_client=None, secret_hash__gt="")
                | Q(oauth_client__isnull=False, secret_hash=""),
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.name}"

    def get_absolute_url(self) -> str:
        return reverse("members:key", kwargs={"pk": self.pk})

    @property
    def is_client(self) -> bool:
        return self.oauth_client_id is not None

    @property
    def shown_as(self) -> str:
        """How the key is called where its secret must not stand."""
        return f"aap-{self.prefix}" if self.is_client else f"aap_{self.prefix}_…"

    @property
    def scopes_display(self) -> str:
        """What the key may do, in words."""
        return ", ".join(str(Scope(scope).label) for scope in self.scopes)

    def is_alive(self, now: datetime) -> bool:
        """Say whether the key works at a moment."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)
