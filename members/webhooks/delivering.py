"""Sending what waits: one worker a delivery, at least once, through the one outbound door."""

from __future__ import annotations

import json
import secrets
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from alliance import clock, outbound
from members import letters
from members.models import Webhook, WebhookAttempt, WebhookDelivery, WebhookEvent
from members.webhooks import retries, signatures

LEASE = timedelta(seconds=60)
DEADLINE = 15.0
ANSWER_BYTES = 64 * 1024
BATCH = 100
_chance = secrets.SystemRandom()


@dataclass(frozen=True, slots=True)
class Answer:
    """How a try ended: a status, or the code of a failure at the door."""

    status: int | None
    error: str
    took_ms: int


def due(now: datetime) -> list[int]:
    """Return the deliveries whose time has come, also those whose worker was lost."""
    return list(WebhookDelivery.objects.due(now).values_list("pk", flat=True)[:BATCH])


def deliver(delivery_id: int) -> None:
    """Send one delivery if it is due and nobody else is at it."""
    delivery = _take(delivery_id, clock.database_now())
    if delivery is not None:
        _finish(delivery, post(delivery.webhook, delivery.event), clock.database_now())


def post(webhook: Webhook, event: WebhookEvent) -> Answer:
    """Make one signed request."""
    now = clock.database_now()
    body = payload(event)
    secrets_in_force = webhook.secrets(now)
    if not secrets_in_force:
        return Answer(None, "no-secret", 0)  # never unsigned
    headers = signatures.headers(
        secrets_in_force,
        message_id=event.message_id,
        timestamp=int(now.timestamp()),
        body=body,
    )
    began = time.monotonic()
    try:
        answer = outbound.fetch(
            webhook.url, method="POST", body=body, deadline=DEADLINE, max_bytes=ANSWER_BYTES,
            headers={**headers, "content-type": "application/json"},
        )  # fmt: skip
        status, error = answer.status, ""
    except outbound.OutboundError as failure:
        status, error = None, failure.code
    return Answer(status, error, int((time.monotonic() - began) * 1000))


def payload(event: WebhookEvent) -> bytes:
    """Return the body: the same bytes at every try, so that its signature can be checked again."""
    said = {"type": event.kind, "timestamp": event.at.isoformat(), "data": event.data}
    return json.dumps(said, separators=(",", ":"), ensure_ascii=False, sort_keys=True).encode()


@transaction.atomic
def _take(delivery_id: int, now: datetime) -> WebhookDelivery | None:
    rows = WebhookDelivery.objects.due(now).select_for_update(skip_locked=True, of=("self",))
    row = rows.select_related("webhook", "event").filter(pk=delivery_id).first()
    if row is None:
        return None
    row.lease_token += 1
    row.lease_until = now + LEASE
    row.save(update_fields=["lease_token", "lease_until"])
    return row


@transaction.atomic
def _finish(delivery: WebhookDelivery, answer: Answer, now: datetime) -> None:
    """Write how it went, unless another worker has taken the delivery since."""
    tries = delivery.tries + 1
    done = retries.is_success(answer.status)
    again = None if done else retries.next_try(tries, now, _chance.random())
    state = WebhookDelivery.State
    changes = {
        "state": state.DELIVERED if done else state.WAITING if again else state.FAILED,
        "next_at": again,
        "tries": tries,
        "lease_until": None,
    }
    mine = WebhookDelivery.objects.filter(pk=delivery.pk, lease_token=delivery.lease_token)
    if not mine.update(**changes):
        return
    WebhookAttempt.objects.create(
        delivery=delivery, at=now, status=answer.status, error=answer.error, took_ms=answer.took_ms
    )
    if done:
        Webhook.objects.filter(pk=delivery.webhook_id).update(failures=0, failing_since=None)
    else:
        _count_failure(delivery.webhook_id, answer, now)


def _count_failure(webhook_id: int, answer: Answer, now: datetime) -> None:
    webhook = Webhook.objects.select_for_update(of=("self",)).get(pk=webhook_id)
    webhook.failures = F("failures") + 1
    webhook.failing_since = webhook.failing_since or now
    webhook.save(update_fields=["failures", "failing_since"])
    webhook.refresh_from_db()
    reason = retries.why_disable(
        status=answer.status,
        failures=webhook.failures,
        failing_since=webhook.failing_since,
        now=now,
    )
    if reason and webhook.is_active:
        webhook.state, webhook.reason = Webhook.State.DISABLED, reason
        webhook.save(update_fields=["state", "reason"])
        transaction.on_commit(lambda: letters.tell_disabled(webhook))
