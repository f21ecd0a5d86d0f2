"""Instant runoff: the lowest candidate goes, their papers go on, until the last two are compared."""

from __future__ import annotations

from typing import Any

from governance.tally.count import Order, named
from governance.tally.piles import Piles
from governance.tally.profile import Profile
from governance.tally.ties import Ties


def instant_runoff(profile: Profile, ties: Ties) -> tuple[Order, tuple[dict[str, Any], ...]]:
    """Return candidates from the last one standing to the first excluded, and every round.

    The count goes on after somebody has a majority, so that the whole order is known; that can't change who is first.
    When all that are left have the same votes, they share a level.
    """
    names, size = profile.candidates, len(profile.candidates)
    piles = Piles(profile.papers(), size, 1)
    piles.deal()
    standing = [one in profile.standing for one in range(size)]
    history: list[list[int]] = [list(piles.votes)]
    rounds: list[dict[str, Any]] = [
        {
            "round": 1, "kind": "first preferences", "votes": named(piles.votes, names, profile.standing),
            "exhausted": piles.exhausted,
        }
    ]  # fmt: skip
    gone: list[tuple[int, ...]] = []
    while len(left := [one for one in range(size) if standing[one]]) > 1:
        lowest = min(piles.votes[one] for one in left)
        tied = [one for one in left if piles.votes[one] == lowest]
        if len(tied) == len(left) and not ties.lot.decides:
            ties.report("seat", tied, by=None, chosen=(), at=len(history))
            gone.append(tuple(tied))
            break
        out = ties.choose("exclusion", tied, history, lowest=True)
        standing[out] = False
        gone.append((out,))
        transfer = piles.move(out, standing)
        history.append(list(piles.votes))
        rounds.append(
            {
                "round": len(history), "kind": "exclusion", "candidate": names[out],
                "transfers": named(transfer.to, names, sorted(transfer.to)), "to_exhausted": transfer.exhausted,
                "votes": named(piles.votes, names, (one for one in left if one != out)), "exhausted": piles.exhausted,
            }
        )  # fmt: skip
    else:
        gone.append(tuple(left))
    return tuple(reversed(gone)), tuple(rounds)
