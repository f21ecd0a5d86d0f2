"""Writing down what is to be told, in the transaction in which it happens."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.db import transaction

from alliance import clock
from alliance.doorbell import ring_on_commit
from members.models import Webhook, WebhookDelivery, WebhookEvent
from members.webhooks.catalogue import KINDS

MANY = 20


def emit(
    kind: str, subject: str, data: dict[str, Any], *, organisations: Iterable[int] | None = None
) -> None:
    """Tell every webhook that asks for this kind, or only those of some organisations.

    `subject` is the path of the thing in the API, `data` what else is public about the event: never personal data.
    """
    emit_many(kind, [(subject, data)], organisations=organisations)


def emit_many(
    kind: str,
    told: Sequence[tuple[str, dict[str, Any]]],
    *,
    organisations: Iterable[int] | None = None,
) -> None:
    """Tell of many events of a kind; where nobody asks for it, this costs one question to the database."""
    if kind not in KINDS:
        raise ValueError(f"{kind!r} is not in members.webhooks.catalogue")
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("webhooks.emit must run inside the transaction in which it happens.")
    if not told:
        return
    wanted = Webhook.objects.active().asking_for(kind)
    if organisations is not None:
        wanted = wanted.of_organisations(organisations)
    write(kind, told, list(wanted.values_list("pk", flat=True)))


def write(kind: str, told: Sequence[tuple[str, dict[str, Any]]], webhook_ids: list[int]) -> None:
    """Write the events and one delivery for each webhook, and ring when they are committed."""
    from members.tasks import deliver_due_webhooks, deliver_webhook

    if not webhook_ids:
        return
    events = WebhookEvent.objects.bulk_create(
        WebhookEvent(kind=kind, data={"url": f"{settings.SITE_ORIGIN}{subject}", **data})
        for subject, data in told
    )
    now = clock.database_now()
    rows = WebhookDelivery.objects.bulk_create(
        WebhookDelivery(event=event, webhook_id=pk, next_at=now)
        for event in events
        for pk in webhook_ids
    )
    if len(rows) > MANY:
        ring_on_commit(deliver_due_webhooks)
        return
    for row in rows:
        ring_on_commit(deliver_webhook, row.pk)
