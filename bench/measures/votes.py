"""Recorded votes through HTTP: how many a second, and what becomes of those that are fired around a deadline."""

from __future__ import annotations

import os
import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bench.figure import Figure, at_least, at_most, seen
from bench.server import Server, granian
from bench.voting import Answer, Shot, Voter, shot_of, tokens_of, wait_until

TITLE = "Casting recorded votes"
SEATS, SEED = 200, 14
CASTS = int(os.environ.get("BENCH_CASTS", "3000"))
CONNECTIONS, RATE = 8, 150
SHOTS = int(os.environ.get("BENCH_SHOTS", "2000"))
SHOOTERS, SPREAD = 20, 0.05
AHEAD = timedelta(seconds=0.6)


def measure() -> list[Figure]:
    """Serve the portal as `make run` does and let an assembly vote."""
    from tests.factories.governance import make_chamber

    chamber = make_chamber(SEATS)
    tokens, few = tokens_of(chamber), make_chamber(SHOOTERS * 2)
    as_run = {"DATABASE_KEEP_SECONDS": "60"}
    with granian("rsgi", "alliance.front:application", as_run, ready="/api/v1/votes/") as server:
        return [*_speed(server, chamber, tokens), *_deadlines(server, few, tokens_of(few))]


def _speed(server: Server, chamber: Any, tokens: list[str]) -> Iterator[Figure]:
    """Cast for every seat in turn over kept connections, recasting where all have been heard."""
    vote, words = chamber.call(), ("for", "against", "abstain")
    shots = [
        shot_of(number % SEATS + 1, tokens[number % SEATS], words[number % 3])
        for number in range(CASTS)
    ]
    voters = [Voter(server.port) for _ in range(CONNECTIONS)]
    _cast_all(voters, vote.pk, [shot_of(1, tokens[0], "for") for _ in voters])  # warm
    busy, began = server.cpu_seconds(), time.monotonic()
    answers = _cast_all(voters, vote.pk, shots)
    took, busy = time.monotonic() - began, server.cpu_seconds() - busy
    for voter in voters:
        voter.close()
    counted = sum(answer.is_counted for answer in answers)
    if counted != len(shots):
        odd = next(answer for answer in answers if not answer.is_counted)
        raise RuntimeError(
            f"{len(shots) - counted} ballots failed, one with {odd.status}: {odd.said}"
        )
    yield at_least(
        "recorded votes cast through HTTP with durable commits", counted / took, RATE, "votes/s",
        note=f"{counted:,} ballots of {SEATS} seats over {CONNECTIONS} kept connections, the voters on the same cores",
    )  # fmt: skip
    yield seen("processor time of the web server for a vote", busy / counted * 1000, "ms")


def _cast_all(voters: list[Voter], vote: int, shots: list[Shot]) -> list[Answer]:
    def work(index: int) -> list[Answer]:
        return [voters[index].cast(vote, shot) for shot in shots[index :: len(voters)]]

    with ThreadPoolExecutor(len(voters)) as pool:
        return [answer for part in pool.map(work, range(len(voters))) for answer in part]


def _deadlines(server: Server, chamber: Any, tokens: list[str]) -> Iterator[Figure]:
    """Fire from each connection at a moment of its own around the deadline, again and again with new votes."""
    from governance.rules import PRESETS

    chance, rule = random.Random(SEED), replace(PRESETS["simple-majority"], early=False)
    voters = [Voter(server.port) for _ in range(SHOOTERS)]
    rounds, odd, counted = SHOTS // SHOOTERS, 0, 0
    for number in range(rounds):
        seats = [(number * SHOOTERS + index) % len(tokens) for index in range(SHOOTERS)]
        shots = [
            shot_of(seat + 1, tokens[seat], chance.choice(["for", "against"])) for seat in seats
        ]
        answers, vote = _fire(voters, chamber, rule, shots, chance)
        odd += ambiguous(vote, answers)
        counted += sum(answer.is_counted for answer in answers)
    for voter in voters:
        voter.close()
    yield at_most(
        f"ambiguous among {rounds * SHOOTERS:,} ballots fired within ±{SPREAD * 1000:g} ms of a deadline", odd, 0, "",
        note=f"{SHOOTERS} connections, {rounds} deadlines, a closer at each; {counted:,} counted with a receipt,"
        f" {rounds * SHOOTERS - counted - odd:,} refused as late",
    )  # fmt: skip


def _fire(
    voters: list[Voter], chamber: Any, rule: Any, shots: list[Shot], chance: random.Random
) -> tuple[list[Answer], Any]:
    """Open a vote for a moment, fire around its end while somebody closes it, and see it closed."""
    from django.db import connection

    from alliance.clock import database_now
    from governance import actions

    proposal = chamber.seconded()
    ends: datetime = database_now() + AHEAD
    vote = chamber.call(proposal, rule=rule, closes_at=ends)
    left = (ends - database_now()).total_seconds()
    deadline = time.monotonic() + left
    answers: list[Answer] = []

    def shoot(voter: Voter, shot: Shot, moment: float) -> None:
        wait_until(moment)
        answers.append(voter.cast(vote.pk, shot))

    def close() -> None:
        wait_until(deadline)
        while actions.close_vote(vote_id=vote.pk) is None:
            time.sleep(0.002)
        connection.close()

    threads = [threading.Thread(target=close)]
    for voter, shot in zip(voters, shots, strict=True):
        moment = deadline + chance.uniform(-SPREAD, SPREAD)
        threads.append(threading.Thread(target=shoot, args=(voter, shot, moment)))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers, vote


def ambiguous(vote: Any, answers: list[Answer]) -> int:
    """Count the ballots that are neither counted with a receipt nor refused as late and absent from the record."""
    from governance.models import Ballot, Decision

    rows = {
        row.idempotency_key: row for row in Ballot.objects.filter(vote=vote).select_related("entry")
    }
    odd = sum(_is_odd(vote, answer, rows.get(answer.shot.key)) for answer in answers)
    tally = Decision.objects.get(vote=vote).tally
    said = list(Ballot.objects.filter(vote=vote).current().values_list("position", flat=True))
    return odd + abs(tally["yes"] - said.count("for")) + abs(tally["no"] - said.count("against"))


def _is_odd(vote: Any, answer: Answer, row: Any) -> bool:
    if row is None:
        return not answer.is_late
    in_time = row.cast_at < vote.closes_at and str(row.entry_id) == answer.said.get("entry")
    return not (answer.is_counted and in_time)
