"""Voters for measurements: an assembly with a key for each seat, and connections that are kept."""

from __future__ import annotations

import http.client
import json
import time
import uuid
from dataclasses import dataclass
from typing import Any

HEADERS = {"Content-Type": "application/json", "Accept-Encoding": "gzip"}


@dataclass(frozen=True, slots=True)
class Shot:
    """A ballot on its way: for which seat, under which submission, and what it says."""

    seat: int
    key: str
    body: bytes
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back for a ballot; status 0 where nothing did."""

    shot: Shot
    status: int
    said: dict[str, Any]

    @property
    def is_counted(self) -> bool:
        """Say whether the voter holds a receipt."""
        return self.status == 201 and bool(self.said.get("entry")) and bool(self.said.get("nonce"))

    @property
    def is_late(self) -> bool:
        """Say whether the voter was told that the ballot came too late."""
        return self.status == 409 and self.said.get("code") == "vote-closed"


class Voter:
    """One kept connection to a server."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._connection.connect()

    def cast(self, vote: int, shot: Shot) -> Answer:
        """Send a ballot and wait for the answer."""
        try:
            self._connection.request(
                "POST", f"/api/v1/votes/{vote}/ballots/", shot.body, shot.headers
            )
            answer = self._connection.getresponse()
            return Answer(shot, answer.status, json.loads(answer.read()))
        except (OSError, http.client.HTTPException, ValueError):
            self._connection.close()
            return Answer(shot, 0, {})

    def close(self) -> None:
        """Hang up."""
        self._connection.close()


def tokens_of(chamber: Any) -> list[str]:
    """Make a key with the scope `vote` for the organisation of each seat."""
    from alliance.clock import database_now
    from members.actions import create_api_key
    from members.models import Affiliation
    from members.viewers import viewer_of_person
    from tests.factories.governance import SINCE

    found = []
    for number in range(1, len(chamber.people) + 1):
        person, organisation = chamber.person(number), chamber.seat(number).organisation
        Affiliation.objects.create(
            person=person, organisation=organisation, role="representative", since=SINCE
        )
        _key, token = create_api_key(
            viewer=viewer_of_person(person), organisation=organisation, name="bench", scopes=["vote"],
            expires_at=None, now=database_now(),
        )  # fmt: skip
        found.append(str(token))
    return found


def shot_of(seat: int, token: str, position: str) -> Shot:
    """Load a ballot."""
    key = uuid.uuid4().hex
    body = json.dumps({"seat": seat, "position": position, "idempotency_key": key}).encode()
    return Shot(seat, key, body, {**HEADERS, "Authorization": f"Bearer {token}"})


def wait_until(moment: float) -> None:
    """Return at a moment of the monotonic clock, as nearly as this machine can."""
    time.sleep(max(0.0, moment - time.monotonic() - 0.002))
    while time.monotonic() < moment:
        pass
