"""People and their roles at organisations."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, PermissionsMixin
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from members.models.organisations import Organisation
from members.models.triggers import keep_an_administrator
from members.querysets import AffiliationQuerySet, PersonManager

ERASED_DOMAIN = "erased.invalid"  # of the address of somebody who was forgotten; never reachable


class Person(AbstractBaseUser, PermissionsMixin):
    """A human who can sign in; the e-mail address is the user name."""

    email = models.EmailField(_("e-mail address"), unique=True)
    full_name = models.CharField(_("name"), max_length=150, blank=True)
    preferred_language = models.CharField(
        _("language"), max_length=2, choices=[("en", "English"), ("fr", "Français")], default="en"
    )
    time_zone = models.CharField(_("time zone"), max_length=60, default="UTC")
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    is_public = models.BooleanField(
        _("show my name and role on my organisations’ public pages"), default=False
    )
    is_demo = models.BooleanField(default=False)
    joined_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = PersonManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        if self.email.endswith(f"@{ERASED_DOMAIN}"):
            return gettext("Former member %(number)s") % {"number": self.pk}
        return self.full_name or self.email

    def get_full_name(self) -> str:
        """Return the name for letters and the admin."""
        return self.full_name or self.email


class Affiliation(models.Model):
    """A person's role at an organisation, from–to."""

    class Role(models.TextChoices):
        ADMINISTRATOR = "administrator", _("Administrator")
        REPRESENTATIVE = "representative", _("Representative")
        DELEGATE = "delegate", _("Delegate")
        ENGINEER = "engineer", _("Engineer")

    person = models.ForeignKey(Person, models.CASCADE, related_name="affiliations")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="affiliations")
    role = models.CharField(max_length=20, choices=Role)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    objects = AffiliationQuerySet.as_manager()

    class Meta:
        ordering = ["organisation__short_name", "role"]
        verbose_name = _("affiliation")
        verbose_name_plural = _("affiliations")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "organisation", "role"],
                condition=Q(until=None),
                name="affiliation_open_once",
            ),
            models.CheckConstraint(
                name="affiliation_ends_after_it_begins",
                condition=Q(until=None) | Q(until__gte=F("since")),
            ),
        ]
        triggers = [keep_an_administrator()]

    def __str__(self) -> str:
        return f"{self.person}, {self.get_role_display()}, {self.organisation}"
