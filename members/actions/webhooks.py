"""Make, change, test and switch webhooks, and send again what they missed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from alliance import outbound
from alliance.doorbell import ring_on_commit
from alliance.viewer import Viewer
from members import policies
from members.errors import WebhookRefused
from members.models import MembersEvent, Organisation, Webhook, WebhookDelivery
from members.models.webhooks import PURPOSE
from members.sealing import seal
from members.webhooks import catalogue, outbox, signatures

MOST = 20
OVERLAP = timedelta(days=1)


@transaction.atomic
def create_webhook(
    *, viewer: Viewer, organisation: Organisation, url: str, kinds: Sequence[str], now: datetime
) -> tuple[Webhook, str]:
    """Make a webhook; its secret is returned once and never again."""
    _check_may_manage(viewer, organisation.pk, now)
    assert viewer.person_id is not None  # only people manage webhooks
    _check_address(url)
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    if Webhook.objects.of_organisations([organisation.pk]).count() >= MOST:
        raise WebhookRefused(_("An organisation has 20 webhooks at most."), code="too-many")
    secret = signatures.new_secret()
    webhook = Webhook.objects.create(
        organisation=organisation, url=url, kinds=_known(kinds), created_by_id=viewer.person_id,
        sealed_secret=seal(secret, purpose=PURPOSE),
    )  # fmt: skip
    _record(webhook, "webhook-created", viewer, {"url": url, "kinds": webhook.kinds})
    return webhook, secret


@transaction.atomic
def change_webhook(
    *, viewer: Viewer, webhook: Webhook, url: str, kinds: Sequence[str], now: datetime
) -> None:
    """Send elsewhere or tell of other events."""
    _check_may_manage(viewer, webhook.organisation_id, now)
    _check_address(url)
    webhook.url, webhook.kinds = url, _known(kinds)
    webhook.save(update_fields=["url", "kinds"])
    _record(webhook, "webhook-changed", viewer, {"url": url, "kinds": webhook.kinds})


@transaction.atomic
def rotate_webhook_secret(*, viewer: Viewer, webhook: Webhook, now: datetime) -> str:
    """Make a new secret and return it once; for a day the old one signs as well."""
    _check_may_manage(viewer, webhook.organisation_id, now)
    secret = signatures.new_secret()
    row = Webhook.objects.select_for_update(of=("self",)).get(pk=webhook.pk)
    row.sealed_old_secret, row.old_secret_until = row.sealed_secret, now + OVERLAP
    row.sealed_secret = seal(secret, purpose=PURPOSE)
    row.save(update_fields=["sealed_secret", "sealed_old_secret", "old_secret_until"])
    _record(row, "webhook-secret-replaced", viewer, {})
    return secret


@transaction.atomic
def set_webhook_state(*, viewer: Viewer, webhook: Webhook, active: bool, now: datetime) -> None:
    """Pause a webhook, or let it be told again; what waited meanwhile is sent then."""
    _check_may_manage(viewer, webhook.organisation_id, now)
    state = Webhook.State.ACTIVE if active else Webhook.State.PAUSED
    changed = Webhook.objects.filter(pk=webhook.pk).exclude(state=state)
    if changed.update(state=state, reason="", failures=0, failing_since=None):
        _record(webhook, f"webhook-{state.value}", viewer, {})


@transaction.atomic
def remove_webhook(*, viewer: Viewer, webhook: Webhook, now: datetime) -> None:
    """Tell an address nothing more, and forget its log; what a worker holds is let end first."""
    _check_may_manage(viewer, webhook.organisation_id, now)
    list(WebhookDelivery.objects.select_for_update(of=("self",)).filter(webhook=webhook.pk))
    row = Webhook.objects.select_for_update(of=("self",)).filter(pk=webhook.pk).first()
    if row is not None:
        _record(row, "webhook-removed", viewer, {"url": row.url})
        row.delete()


@transaction.atomic
def send_test_event(*, viewer: Viewer, webhook: Webhook, now: datetime) -> None:
    """Send an event that means nothing, to see whether the address takes it."""
    _check_may_manage(viewer, webhook.organisation_id, now)
    if not webhook.is_active:
        raise WebhookRefused(_("Switch the webhook on first."), code="not-active")
    example = catalogue.KINDS[catalogue.TEST].example
    outbox.write(catalogue.TEST, [(webhook.get_absolute_url(), example)], [webhook.pk])


@transaction.atomic
def redeliver(*, viewer: Viewer, delivery: WebhookDelivery, now: datetime) -> None:
    """Send an event once more under the same id; one that still waits goes now."""
    from members.tasks import deliver_webhook

    _check_may_manage(viewer, delivery.webhook.organisation_id, now)
    if not delivery.webhook.is_active:
        raise WebhookRefused(_("Switch the webhook on first."), code="not-active")
    waiting = WebhookDelivery.State.WAITING
    rows = WebhookDelivery.objects.filter(pk=delivery.pk)
    rows.update(state=waiting, next_at=now, tries=0)
    ring_on_commit(deliver_webhook, delivery.pk)
    _record(delivery.webhook, "webhook-redelivered", viewer, {"delivery": delivery.pk})


def _known(kinds: Sequence[str]) -> list[str]:
    unknown = set(kinds) - {name for name, _title in catalogue.choices()}
    if unknown:
        raise WebhookRefused(
            _("There is no event “%(kind)s”.") % {"kind": min(unknown)}, code="unknown-event"
        )
    return sorted(set(kinds))


def _check_address(url: str) -> None:
    try:
        outbound.check_url(url)
    except outbound.OutboundError as refusal:
        raise WebhookRefused(refusal.message, code=refusal.code) from None


def _check_may_manage(viewer: Viewer, organisation_id: int, now: datetime) -> None:
    if not policies.may_manage_keys(viewer, organisation_id, now.date()):
        raise WebhookRefused(
            _("Only the organisation's administrators and representatives manage its webhooks.")
        )


def _record(webhook: Webhook, kind: str, viewer: Viewer, details: dict[str, Any]) -> None:
    MembersEvent.objects.create(
        organisation_id=webhook.organisation_id,
        kind=kind,
        actor_id=viewer.person_id,
        details={"webhook": webhook.pk, **details},
    )
