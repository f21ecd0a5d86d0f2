"""Each organisation's own identity provider, and who it vouched for."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from members.models.organisations import Organisation
from members.models.people import Affiliation, Person
from members.querysets import IdentityProviderQuerySet


def new_key() -> str:
    """Return what stands in the addresses that the identity provider is told."""
    return get_random_string(16, "abcdefghijklmnopqrstuvwxyz0123456789")


class IdentityProvider(models.Model):
    """Where an organisation's people sign in; what identities hang on never changes once it was tested."""

    class Kind(models.TextChoices):
        OIDC = "oidc", _("OpenID Connect")
        SAML = "saml", _("SAML 2.0")

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("identity provider", "draft")
        TESTED = "tested", pgettext_lazy("identity provider", "tested")
        ENABLED = "enabled", pgettext_lazy("identity provider", "enabled")
        OFF = "off", pgettext_lazy("identity provider", "off")

    GIVABLE_ROLES = [
        (role.value, role.label)
        for role in (
            Affiliation.Role.ENGINEER,
            Affiliation.Role.DELEGATE,
            Affiliation.Role.REPRESENTATIVE,
        )
    ]

    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="identity_providers"
    )
    key = models.CharField(max_length=16, unique=True, default=new_key, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    issuer = models.CharField(max_length=500)
    client_id = models.CharField(max_length=300, blank=True)
    sealed_secret = models.TextField(blank=True)
    sso_url = models.CharField(max_length=500, blank=True)
    certificates = models.TextField(blank=True)
    role = models.CharField(
        _("role of newcomers"), max_length=20, choices=GIVABLE_ROLES, default="engineer"
    )
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    tested_at = models.DateTimeField(null=True, blank=True)
    enabled_at = models.DateTimeField(null=True, blank=True)

    objects = IdentityProviderQuerySet.as_manager()

    class Meta:
        ordering = ["organisation__short_name", "-made_at"]
        verbose_name = _("identity provider")
        verbose_name_plural = _("identity providers")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"],
                condition=Q(state="enabled"),
                name="identity_provider_one_enabled",
            ),
            models.CheckConstraint(
                name="identity_provider_tested_before_enabled",
                condition=Q(state="draft") | Q(tested_at__isnull=False),
            ),
            models.CheckConstraint(
                name="identity_provider_is_whole",
                condition=(Q(kind="oidc") & ~Q(client_id="")) | (Q(kind="saml") & ~Q(sso_url="") & ~Q(certificates="")),
            ),
        ]  # fmt: skip
        triggers = [
            pgtrigger.Protect(
                name="identity_provider_keeps_its_root",
                operation=pgtrigger.Update,
                condition=~pgtrigger.Q(old__state="draft")
                & (
                    pgtrigger.Q(old__kind__df=pgtrigger.F("new__kind"))
                    | pgtrigger.Q(old__issuer__df=pgtrigger.F("new__issuer"))
                    | pgtrigger.Q(old__organisation_id__df=pgtrigger.F("new__organisation_id"))
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.get_kind_display()}"


class ExternalIdentity(models.Model):
    """A subject of an identity provider and the person it is; e-mail addresses play no part in it."""

    provider = models.ForeignKey(IdentityProvider, models.CASCADE, related_name="identities")
    subject = models.CharField(max_length=300)
    person = models.ForeignKey(Person, models.CASCADE, related_name="external_identities")
    linked_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["linked_at"]
        verbose_name = _("external identity")
        verbose_name_plural = _("external identities")
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "subject"], name="external_identity_is_one_person"
            ),
            models.UniqueConstraint(
                fields=["provider", "person"], name="external_identity_once_a_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} ({self.provider})"
