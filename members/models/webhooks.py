"""Where an organisation's systems are told what happens, what was told, and how that went."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from members.models.organisations import Organisation
from members.models.people import Person
from members.querysets import WebhookDeliveryQuerySet, WebhookQuerySet
from members.sealing import unseal

PURPOSE = "webhooks"


class Webhook(models.Model):
    """An address of an organisation that is told of events."""

    class State(models.TextChoices):
        ACTIVE = "active", _("Active")
        PAUSED = "paused", _("Paused")
        DISABLED = "disabled", _("Disabled by the portal")

    class Reason(models.TextChoices):
        GONE = "gone", _("The address answered 410: it is gone.")
        FAILING = "failing", _("It has failed for three days without a success.")

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="webhooks")
    url = models.CharField(_("address"), max_length=500)
    kinds = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    sealed_secret = models.TextField()
    sealed_old_secret = models.TextField(blank=True)
    old_secret_until = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.ACTIVE)
    reason = models.CharField(max_length=10, choices=Reason, blank=True)
    failures = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = WebhookQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        constraints = [
            models.CheckConstraint(
                name="webhook_disabled_with_reason",
                condition=Q(state="disabled", reason__gt="")
                | (~Q(state="disabled") & Q(reason="")),
            )
        ]

    def __str__(self) -> str:
        return self.url

    def get_absolute_url(self) -> str:
        return reverse("members:webhook", kwargs={"pk": self.pk})

    @property
    def is_active(self) -> bool:
        return self.state == self.State.ACTIVE

    def secrets(self, now: datetime) -> list[str]:
        """Return the secrets that sign at a moment, the newest first; none where the portal's own key was lost."""
        sealed = [self.sealed_secret]
        if self.old_secret_until is not None and now < self.old_secret_until:
            sealed.append(self.sealed_old_secret)
        opened = [unseal(text, purpose=PURPOSE) for text in sealed]
        return [secret for secret in opened if secret]


class WebhookEvent(models.Model):
    """Something that happened, as it is told: written in the transaction in which it happened."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=40)
    data = models.JSONField()
    at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        ordering = ["-at"]
        verbose_name = _("webhook event")
        verbose_name_plural = _("webhook events")

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def message_id(self) -> str:
        return f"msg_{self.pk.hex}"


class WebhookDelivery(models.Model):
    """One event on its way to one webhook: the queue of record."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DELIVERED = "delivered", _("Delivered")
        FAILED = "failed", _("Given up")

    event = models.ForeignKey(WebhookEvent, models.CASCADE, related_name="deliveries")
    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="deliveries")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    lease_token = models.PositiveIntegerField(default=0)

    objects = WebhookDeliveryQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("webhook delivery")
        verbose_name_plural = _("webhook deliveries")
        constraints = [
            models.UniqueConstraint(fields=["event", "webhook"], name="webhook_told_once"),
            models.CheckConstraint(
                name="webhook_delivery_waits_for_a_time",
                condition=Q(state="waiting", next_at__isnull=False)
                | (~Q(state="waiting") & Q(next_at=None)),
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_at"], condition=Q(state="waiting"), name="webhook_delivery_due"
            )
        ]

    def __str__(self) -> str:
        return f"{self.event_id} → {self.webhook_id}"


class WebhookAttempt(models.Model):
    """One try: what the address answered, or why nothing came."""

    delivery = models.ForeignKey(WebhookDelivery, models.CASCADE, related_name="attempts")
    at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)
    error = models.CharField(max_length=30, blank=True)
    took_ms = models.PositiveIntegerField()

    class Meta:
        ordering = ["-at"]
        verbose_name = _("webhook attempt")
        verbose_name_plural = _("webhook attempts")

    def __str__(self) -> str:
        return f"{self.status or self.error}"
