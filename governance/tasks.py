"""The doorbells of closing; the work is in `governance.actions.closing`."""

from celery import shared_task

from governance import actions


@shared_task(name="governance.close_vote", ignore_result=True)
def close_vote(vote_id: int) -> None:
    """Close one vote if its time has come or nothing can change it."""
    actions.close_vote(vote_id=vote_id)


@shared_task(name="governance.remind_voters", ignore_result=True)
def remind_voters() -> None:
    """Write letters to those who have not voted, and about terms that end."""
    actions.remind_voters()
    actions.announce_terms()


@shared_task(name="governance.send_letters", ignore_result=True)
def send_letters() -> None:
    """Send the letters that wait."""
    actions.send_letters()


@shared_task(name="governance.close_due_votes", ignore_result=True)
def close_due_votes() -> None:
    """Find every vote whose time has come, also those whose doorbell was lost."""
    actions.close_due_votes()


@shared_task(name="governance.lapse_overdue", ignore_result=True)
def lapse_overdue() -> None:
    """Close proposals that nobody carried on in time."""
    actions.lapse_all_overdue()


@shared_task(name="governance.settle_election", ignore_result=True)
def settle_election(election_id: int) -> None:
    """Close an election if its time has come, or count it if its draw is known."""
    actions.settle_election(election_id=election_id)


@shared_task(name="governance.settle_due_elections", ignore_result=True)
def settle_due_elections() -> None:
    """Find every election that can be closed or counted, also those whose doorbell was lost."""
    actions.settle_due_elections()
