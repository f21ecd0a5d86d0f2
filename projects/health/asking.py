"""Asking forges and registers through the outbound door: conditional, and no more often than they allow."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from alliance.outbound import OutboundError, Response, fetch

OK, COMPUTING, NOT_MODIFIED, NOT_FOUND = 200, 202, 304, 404
LARGEST = 2 * 1024 * 1024
SECONDS = 15.0


class AskingFailed(Exception):
    """A question got no answer that could be used; `code` is one of `projects.health.reasons`."""

    def __init__(self, code: str, detail: str = "", *, until: datetime | None = None) -> None:
        super().__init__(code)
        self.code, self.detail, self.until = code, detail[:300], until


@dataclass
class Asker:
    """One measurement's conversation: remembers the entity tag of each address."""

    now: datetime
    tags: dict[str, str]
    headers: dict[str, str] = field(default_factory=dict)
    until: datetime | None = None
    """Until when the other side wants to be left alone, if it said so."""

    def ask(self, url: str) -> tuple[Any, bool]:
        """Return the answer and whether it is the one of last time (then it is None). Nothing there is None too."""
        headers = {"accept": "application/json"} | self.headers
        if url in self.tags:
            headers["if-none-match"] = self.tags[url]
        try:
            answer = fetch(url, headers=headers, max_bytes=LARGEST, deadline=SECONDS)
        except OutboundError as error:
            is_elsewhere = error.code == "redirect"
            raise AskingFailed("moved" if is_elsewhere else error.code, error.detail) from error
        self._note_limit(answer)
        if answer.status == NOT_MODIFIED:
            return None, True
        if answer.status == NOT_FOUND:
            self.tags.pop(url, None)
            return None, False
        if answer.status == COMPUTING:
            raise AskingFailed("being-computed")
        if answer.status != OK:
            raise AskingFailed("bad-status", f"HTTP {answer.status}")
        try:
            found = json.loads(answer.body)
        except (ValueError, RecursionError):
            raise AskingFailed("not-json") from None
        if tag := answer.headers.get("etag", ""):
            self.tags[url] = tag[:200]
        return found, False

    def _note_limit(self, answer: Response) -> None:
        left = answer.headers.get("x-ratelimit-remaining") or answer.headers.get(
            "ratelimit-remaining"
        )
        reset = answer.headers.get("x-ratelimit-reset") or answer.headers.get("ratelimit-reset")
        is_refused = answer.status == 429 or (
            answer.status == 403 and (left == "0" or "retry-after" in answer.headers)
        )
        if left == "0" or is_refused:
            self.until = self.now + _wait(
                self.now, answer.headers.get("retry-after", ""), reset or ""
            )
        if is_refused:
            raise AskingFailed("rate-limited", f"HTTP {answer.status}", until=self.until)


def _wait(now: datetime, seconds: str, moment: str) -> timedelta:
    """Return how long to wait: what was asked for, from a minute to a day; an hour where nothing clear was."""
    wait = 3600
    if seconds.isdigit() and len(seconds) < 8:
        wait = int(seconds)
    elif moment.isdigit() and len(moment) < 12:
        wait = int(moment) - int(now.timestamp())
    return timedelta(seconds=min(max(wait, 60), 86_400))
