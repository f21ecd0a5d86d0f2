"""The search's doorbells."""

from __future__ import annotations

from celery import shared_task

from search.actions import index_changes, reindex


@shared_task(name="search.index_changes", ignore_result=True)
def take_changes() -> None:
    """Make the entries of what changed again, until nothing waits."""
    while index_changes():
        pass


@shared_task(name="search.repair", ignore_result=True)
def repair() -> None:
    """Mend what no trigger tells: things that appear or vanish by the clock, and words no entry holds."""
    reindex()
