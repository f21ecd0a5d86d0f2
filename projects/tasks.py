"""The projects' doorbells."""

from __future__ import annotations

import logging

from celery import shared_task

from alliance import doorbell
from projects import actions
from projects.harvest import notices, scheduling
from projects.harvest.cycle import harvest
from projects.harvest.leases import LeaseLost
from projects.health import measuring

logger = logging.getLogger(__name__)


@shared_task(name="projects.harvest_due_sources", ignore_result=True)
def harvest_due_sources() -> None:
    """Ring once for each source that is due, and for letters that wait."""
    for source_id in scheduling.due_sources():
        doorbell.ring(harvest_source, source_id)
    doorbell.ring(send_notices)


@shared_task(name="projects.harvest_source", ignore_result=True)
def harvest_source(source_id: int) -> None:
    """Harvest one source."""
    try:
        harvest(source_id=source_id)
    except LeaseLost as lost:
        logger.warning("%s; its new holder goes on", lost)


@shared_task(name="projects.send_notices", ignore_result=True)
def send_notices() -> None:
    """Send the letters about harvests that wait."""
    notices.send_all()


@shared_task(name="projects.measure_due_probes", ignore_result=True)
def measure_due_probes() -> None:
    """Ring once for each repository whose figures are old."""
    for probe_id in measuring.due_probes():
        doorbell.ring(measure_probe, probe_id)


@shared_task(name="projects.measure_probe", ignore_result=True)
def measure_probe(probe_id: int) -> None:
    """Ask about one repository at one place."""
    try:
        measuring.measure(probe_id=probe_id)
    except LeaseLost as lost:
        logger.warning("%s; its new holder goes on", lost)


@shared_task(name="projects.follow_stages", ignore_result=True)
def follow_stages() -> None:
    """Ask for yearly reviews, warn before comments close, note what bodies decided: each once."""
    actions.open_reviews()
    actions.warn_before_comments_close()
    actions.settle_applications()
