"""Letters to those who registered a source: when it first fails, and when it is well again."""

from __future__ import annotations

import logging
import smtplib

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from alliance.clock import database_now
from projects.harvest import reasons
from projects.harvest.limits import limits
from projects.manifests.findings import Finding, Level
from projects.manifests.wording import remark
from projects.models import HarvestAttempt, HarvestNotice, Source
from projects.portal_identity import absolute

logger = logging.getLogger(__name__)
Health, Kind = Source.Health, HarvestNotice.Kind
WELL = (Health.NEW, Health.FRESH)
SHOWN = 5


def write(source: Source, attempt: HarvestAttempt, was: str) -> bool:
    """Write the letters that a change of health asks for; say whether there are any."""
    began_to_fail = was in WELL and source.health in (Health.FAULTY, Health.FAILING)
    is_well_again = was in (Health.FAULTY, Health.FAILING) and source.health == Health.FRESH
    person = source.registered_by
    if not (began_to_fail or is_well_again) or person is None or not person.is_active:
        return False
    kind = Kind.FAILURE if began_to_fail else Kind.RECOVERY
    HarvestNotice.objects.get_or_create(
        attempt=attempt, person=person, defaults={"source": source, "kind": kind}
    )
    return True


def send_all() -> int:
    """Send what waits, each in its reader's language; a letter is marked when the mail server has taken it."""
    sent = 0
    most = limits().letter_tries
    for pk in list(HarvestNotice.objects.unsent(most).values_list("pk", flat=True)[:100]):
        with transaction.atomic():
            rows = HarvestNotice.objects.unsent(most).select_for_update(
                skip_locked=True, of=("self",)
            )
            row = rows.filter(pk=pk).select_related("source", "attempt", "person").first()
            if row is None:
                continue
            HarvestNotice.objects.filter(pk=pk).update(tries=F("tries") + 1)
            try:
                _letter(row).send()
            except (smtplib.SMTPException, OSError) as error:
                logger.warning("the letter %s could not be sent: %s", pk, error)
                continue
            HarvestNotice.objects.filter(pk=pk).update(sent_at=database_now())
            sent += 1
    return sent


def _letter(row: HarvestNotice) -> EmailMessage:
    attempt = row.attempt
    with translation.override(row.person.preferred_language):
        findings = [Finding.from_json(one) for one in attempt.findings]
        errors = [remark(one, attempt.form) for one in findings if one.level is Level.ERROR]
        context = {
            "source": row.source,
            "reason": reasons.reason(attempt.outcome),
            "errors": errors[:SHOWN],
            "more": max(0, len(errors) - SHOWN),
            "address": absolute(reverse("projects:harvest-source", args=[row.source.slug])),
        }
        subject = render_to_string(f"projects/email/{row.kind}_subject.txt", context).strip()
        body = render_to_string(f"projects/email/{row.kind}_message.txt", context)
    return EmailMessage(subject, body, settings.DEFAULT_FROM_EMAIL, [row.person.email])
