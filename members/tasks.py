"""The doorbells of this room."""

from __future__ import annotations

from celery import shared_task

from alliance import clock, doorbell
from members import retention
from members.webhooks import delivering


@shared_task(name="members.deliver_webhook", ignore_result=True)
def deliver_webhook(delivery_id: int) -> None:
    """Send one event to one webhook."""
    delivering.deliver(delivery_id)


@shared_task(name="members.deliver_due_webhooks", ignore_result=True)
def deliver_due_webhooks() -> None:
    """Ring for every delivery whose time has come."""
    for pk in delivering.due(clock.database_now()):
        doorbell.ring(deliver_webhook, pk)


@shared_task(name="members.apply_retention", ignore_result=True)
def apply_retention() -> None:
    """Delete what is past its time."""
    retention.apply(clock.database_now())
