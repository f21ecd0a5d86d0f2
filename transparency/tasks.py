"""The sequencer's doorbell."""

from celery import shared_task

from transparency import sequencer


@shared_task(name="transparency.sequence", ignore_result=True)
def sequence() -> None:
    """Give waiting entries their places."""
    while sequencer.sequence() is not None:
        pass
