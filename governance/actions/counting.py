"""Closing an election: freeze and open the ballots, count, draw what is tied, number, appoint; each step once."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from django.db import OperationalError, transaction
from django.utils import translation

from alliance.clock import database_now
from alliance.pages import announce, purge
from governance import effects, election_notices
from governance.actions.election_ballots import all_heard
from governance.actions.elections import lock_election, note_election
from governance.actions.votes import digest
from governance.announcing import tell_election
from governance.models import Body, Candidate, Election, ElectionBallot
from governance.rules.elections import Content, ElectionState, needs_draw, result_of
from governance.tally import Count
from transparency import actions as log
from transparency.models import Checkpoint, Leaf

logger = logging.getLogger(__name__)
FILL = "governance.fill_seats"
PER_ENTRY = 100
"""Ballots in one entry of the log, whose size is limited."""


@transaction.atomic
def settle_election(*, election_id: int) -> Election | None:
    """Close an election whose time has come, or count one whose draw is known; None while it must wait.

    Whoever comes second finds it settled and gets the same result.
    """
    election = lock_election(election_id)
    if election.is_counted:
        return election
    now = database_now()
    if election.is_open and (election.is_due(now) or all_heard(election)):
        return _close(election, now)
    if election.state == ElectionState.DRAWING:
        return _draw(election, now)
    return None


def settle_due_elections() -> int:
    """Settle every election that can be, also those whose doorbell was lost; return how many have a result now."""
    settled = 0
    now = database_now()
    for election in Election.objects.unfinished():
        if election.is_open and not election.is_due(now) and not all_heard(election):
            continue
        try:
            result = settle_election(election_id=election.pk)
            settled += result is not None and result.is_counted
        except Exception:
            logger.exception(
                "election %s could not be settled; the next round tries again", election.pk
            )
    return settled


def settle_if_due(election: Election) -> Election:
    """Settle an overdue election for the reader who finds it, in case no worker is alive; return it as it is now."""
    over = election.is_due(database_now()) or (election.is_open and all_heard(election))
    if over or election.state == ElectionState.DRAWING:
        settle_election(election_id=election.pk)
        election.refresh_from_db()
    return election


def counted_ballots(election: Election) -> list[tuple[Content, int]]:
    """Return the ballots that count, with the weights of their seats."""
    weights = {seat.number: seat.weight for seat in election.frozen_roll.seats}
    rows = ElectionBallot.objects.filter(election=election).current().order_by("seat__number")
    return [(row.content, weights[row.seat.number]) for row in rows.select_related("seat")]


def seed_after(entry_id: Any) -> str | None:
    """Return the root of the first checkpoint that covers an entry: nobody knew it when the ballots were cast."""
    leaf = Leaf.objects.filter(entry_id=entry_id).first()
    if leaf is None:
        return None
    first = Checkpoint.objects.filter(size__gt=leaf.index).order_by("size").first()
    return first.root_base64 if first else None


def _close(election: Election, now: datetime) -> Election:
    """Open the sealed ballots in the log; count at once unless a tie needs a draw."""
    parts = _open_ballots(election)
    early = election.closes_at is not None and now < election.closes_at
    entry = log.append(
        kind="governance.election-closed",
        body={"election": election.pk, "closed_at": now.isoformat(), "early": early, **parts},
    )
    facts = {"ended_at": now, "closed_entry_id": entry.pk}
    result = result_of(election.counting_rule, election.standing, counted_ballots(election), None)
    if needs_draw(result):
        Election.objects.filter(pk=election.pk).update(state=ElectionState.DRAWING.value, **facts)
        note_election("election-closed", election, None, now, early=early)
        election.refresh_from_db()
        return election
    return _finish(election, result, "", now, **facts)


def _draw(election: Election, now: datetime) -> Election | None:
    seed = seed_after(election.closed_entry_id)
    if seed is None:
        return None
    result = result_of(election.counting_rule, election.standing, counted_ballots(election), seed)
    return _finish(election, result, seed, now)


def _finish(election: Election, result: Count, seed: str, now: datetime, **facts: Any) -> Election:
    """Number the result, appoint, enter, write. The body's row is held so that numbers have no gap."""
    Body.objects.select_for_update(no_key=True).get(pk=election.body_id)
    done = Election.objects.filter(body=election.body_id, serial__isnull=False)
    last = done.filter(number__contains=f"-{now.year}-E").order_by("-serial").first()
    serial = (last.serial or 0) + 1 if last else 1
    number = f"{election.body.code}-{now.year}-E{serial:02d}"
    shown = result.to_json()
    effect = _appoint(election, result, number, now)
    entry = log.append(
        kind="governance.election-counted",
        body={
            "election": election.pk, "number": number, "winners": shown["winners"], "order": shown["order"],
            "ties": shown["ties"], "seed": seed or None, "result_digest": digest(shown), "effect": effect,
            "counted_at": now.isoformat(),
        },
    )  # fmt: skip
    Election.objects.filter(pk=election.pk).update(
        state=ElectionState.COUNTED.value, number=number, serial=serial, result=shown, seed=seed,
        counted_entry_id=entry.pk, effect=effect, **facts,
    )  # fmt: skip
    note_election("election-counted", election, None, now, number=number)
    announce(f"election:{election.pk}", state="counted", number=number)
    election.refresh_from_db()
    election_notices.election_counted(election, now)
    tell_election("election.counted", election)
    purge("decisions")
    return election


def _open_ballots(election: Election) -> dict[str, Any]:
    """Enter what opens every commitment that counts; return how many there are and their digest."""
    rows = list(ElectionBallot.objects.filter(election=election).current().in_order())
    opened = [
        {"seat": row.seat.number, "sequence": row.sequence, "content": row.content, "nonce": row.nonce}
        for row in rows
    ]  # fmt: skip
    for start in range(0, len(opened), PER_ENTRY):
        log.append(
            kind="governance.election-ballots",
            body={"election": election.pk, "from": start, "ballots": opened[start : start + PER_ENTRY]},
        )  # fmt: skip
    return {"ballots": len(opened), "ballots_digest": digest(opened)}


def _appoint(
    election: Election, result: Count, number: str, now: datetime
) -> dict[str, Any] | None:
    """Give the seats to the elected, in the order of their election; a refusal is recorded and stops nothing else."""
    if not result.winners:
        return None
    numbers = [election.standing[one].number for one in result.winners]
    rows = Candidate.objects.filter(election=election, number__in=numbers)
    people = {row.number: row.person_id for row in rows}
    params = {
        "body": election.fills.slug,
        "seats": ", ".join(str(seat) for seat in election.seat_numbers[: len(numbers)]),
        "people": ", ".join(str(people[one]) for one in numbers),
        "since": election.term_since.isoformat(),
        "until": election.term_until.isoformat() if election.term_until else "",
    }
    effect: dict[str, Any] = {"kind": FILL, "params": params, "state": "done", "code": ""}
    try:
        with transaction.atomic():
            effects.get(FILL).apply(params=params, decision_number=number, decided_at=now)
    except effects.EffectRefused as refusal:
        effect |= {"state": "refused", "code": refusal.code, **_reasons(params)}
    except OperationalError:
        raise  # a lost connection or a deadlock: the whole closing is tried again
    return effect


def _reasons(params: dict[str, Any]) -> dict[str, str]:
    """Say in both languages why the seats could not be filled."""
    found = {}
    for language in ("en", "fr"):
        with translation.override(language):
            try:
                effects.get(FILL).check(params)
            except effects.EffectRefused as refusal:
                found[f"reason_{language}"] = refusal.message
    return found
