"""The first door: public pages from memory, made once however many ask.

What a reader gets, in this order: the kept page when it is fresh; the kept page while one new one is made, when it has
only aged; the new page, for which everybody waits together, after a purge or when there was none; the old page with
`Age` and `Warning` when Django fails or takes too long; and otherwise Django itself, with the reader's own headers.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Final

from alliance.front.kept import Kept, Key, keep
from alliance.front.protocol import Scope, Send, as_text, refuse_as_busy, reply
from alliance.front.render import Captured
from alliance.front.store import Store

logger = logging.getLogger(__name__)

AGED_BUT_GOOD: Final = 60.0  # stale-while-revalidate
PATIENCE: Final = 5.0  # seconds a reader waits for a new page when there is an old one
LONGEST_WAIT: Final = 30.0  # and when there is none
MOST_MAKING: Final = 256
REST_AFTER_FAILURE: Final = 1.0
OLDEST: Final = 24 * 3600.0
PRIVATE_FOR: Final = 30.0  # how long an address is remembered as not public
ADDRESSES_REMEMBERED: Final = 10_000
ROUNDS: Final = 3  # a page that is purged while it is being made is made again
LONGEST_QUERY: Final = 1024
NEVER_KEPT: Final = (
    "/staff/", "/accounts/", "/en/accounts/", "/fr/accounts/", "/healthz", "/readyz",
)  # fmt: skip

Make = Callable[[Key], Awaitable[Captured]]
Outcome = Kept | Captured


class Reading:
    """Answers GET and HEAD where it can; `answer` returns False when Django must."""

    def __init__(
        self, store: Store, make: Make, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.store = store
        self._make = make
        self._clock = clock
        self._making: dict[Key, asyncio.Task[Outcome]] = {}
        self._private: OrderedDict[str, float] = OrderedDict()

    def fresh(self, key: Key) -> Kept | None:
        """Return a kept page that can be given at once."""
        kept = self.store.get(key)
        return kept if kept is not None and kept.is_fresh(self._clock()) else None

    async def answer(self, scope: Scope, send: Send) -> bool:
        """Answer from memory, or from a page made for nobody."""
        headers = dict(as_text(scope["headers"]))
        if "authorization" in headers:
            return False
        key: Key = (scope["path"], scope["query_string"])
        kept = self.store.get(key)
        if kept is None:
            return await self._answer_unknown(key, scope, headers, send)
        if not kept.fits(headers):
            return False
        now = self._clock()
        if kept.is_fresh(now):
            await _give(kept, scope, headers, send)
            return True
        return await self._answer_old(kept, now, scope, headers, send)

    async def _answer_unknown(
        self, key: Key, scope: Scope, headers: dict[str, str], send: Send
    ) -> bool:
        path, query = key
        if path.startswith(NEVER_KEPT) or len(query) > LONGEST_QUERY or not query.isascii():
            return False
        if self._private.get(path, 0.0) > self._clock():
            return False
        if len(self._making) >= MOST_MAKING and key not in self._making:
            await refuse_as_busy(send)
            return True
        try:
            outcome = await asyncio.wait_for(asyncio.shield(self._made(key)), LONGEST_WAIT)
        except TimeoutError:
            await refuse_as_busy(send)
            return True
        return await self._answer_with(outcome, scope, headers, send, b"portal; fwd=uri-miss")

    async def _answer_old(
        self, kept: Kept, now: float, scope: Scope, headers: dict[str, str], send: Send
    ) -> bool:
        if now < kept.retry_at:
            await _give(kept, scope, headers, send, b"portal; hit; detail=failing", _aged(kept, now))  # fmt: skip
            return True
        making = self._made(kept.key)
        if not kept.is_purged and now < kept.fresh_until + AGED_BUT_GOOD:
            await _give(kept, scope, headers, send)
            return True
        outcome: Outcome | None
        try:
            outcome = await asyncio.wait_for(asyncio.shield(making), PATIENCE)
        except TimeoutError:
            outcome = None
        is_failure = outcome is None or (isinstance(outcome, Captured) and outcome.status >= 500)
        now = self._clock()
        if is_failure and now < kept.made_at + OLDEST:
            await _give(kept, scope, headers, send, b"portal; hit; detail=stale", _aged(kept, now))
            return True
        if outcome is None:
            await refuse_as_busy(send)
            return True
        return await self._answer_with(outcome, scope, headers, send, b"portal; fwd=stale")

    async def _answer_with(
        self,
        outcome: Outcome,
        scope: Scope,
        headers: dict[str, str],
        send: Send,
        status: bytes,
    ) -> bool:
        if isinstance(outcome, Kept):
            if not outcome.fits(headers):
                return False
            await _give(outcome, scope, headers, send, status)
            return True
        if outcome.body is None or not _is_for_everybody(outcome, scope["path"], headers):
            return False
        length = (b"content-length", str(len(outcome.body)).encode())
        kept = [pair for pair in outcome.headers if pair[0] != b"content-length"]
        is_head = scope["method"] == "HEAD"
        await reply(send, outcome.status, [*kept, length], outcome.body, is_head=is_head)
        return True

    def _made(self, key: Key) -> asyncio.Task[Outcome]:
        """Return the one task that makes a page now."""
        task = self._making.get(key)
        if task is None:
            task = self._making[key] = asyncio.create_task(self._make_once(key))
            task.add_done_callback(_see_exception)
        return task

    async def _make_once(self, key: Key) -> Outcome:
        try:
            return await self._make_and_keep(key, ROUNDS)
        finally:
            del self._making[key]

    async def _make_and_keep(self, key: Key, rounds: int) -> Outcome:
        since, began = self.store.sequence, self._clock()
        made = await self._make(key)
        if made.status >= 500:
            old = self.store.get(key)
            if old is not None:
                old.retry_at = self._clock() + REST_AFTER_FAILURE
            return made
        kept = await asyncio.to_thread(keep, key, made, began)
        if kept is None:
            self.store.drop(key)
            if made.status < 400:
                self._remember_private(key[0])
            return made
        self.store.put(kept, since)
        if kept.is_purged and rounds > 1:
            return await self._make_and_keep(key, rounds - 1)
        return (
            kept  # after the last round it changes faster than it can be made: the newest there is
        )

    def _remember_private(self, path: str) -> None:
        self._private[path] = self._clock() + PRIVATE_FOR
        self._private.move_to_end(path)
        if len(self._private) > ADDRESSES_REMEMBERED:
            self._private.popitem(last=False)


async def _give(
    kept: Kept,
    scope: Scope,
    headers: dict[str, str],
    send: Send,
    status: bytes | None = None,
    more: list[tuple[bytes, bytes]] | None = None,
) -> None:
    """Send a kept page in the form the reader can use, or 304 when they have it."""
    form = kept.form_for(headers.get("if-none-match"), headers.get("accept-encoding", ""))
    ready = form.headers
    if status is not None:
        ready = [*ready[:-1], (b"cache-status", status), *(more or ())]
    await reply(send, form.status, ready, form.body, is_head=scope["method"] == "HEAD")


def _see_exception(task: asyncio.Task[Outcome]) -> None:
    """Look at a failure of our own even when nobody waits for the page, or asyncio complains of it later."""
    if not task.cancelled() and task.exception() is not None:
        logger.error("keeping a page failed", exc_info=task.exception())


def _aged(kept: Kept, now: float) -> list[tuple[bytes, bytes]]:
    """Say how old a page is that is shown for want of a new one."""
    age = str(max(0, int(now - kept.made_at))).encode()
    return [(b"age", age), (b"warning", b'110 - "Response is stale"')]


def _is_for_everybody(made: Captured, path: str, headers: dict[str, str]) -> bool:
    """Say whether a response that isn't kept may still answer the reader it was made for.

    A failure may. A refusal or a redirect may when neither a cookie nor a language could have changed it. A page that
    Django didn't call public never is: it is made again with the reader's own headers.
    """
    if made.get(b"set-cookie"):
        return False
    if made.status >= 500:
        return True
    is_one_language = path.startswith(("/en/", "/fr/")) or "accept-language" not in headers
    return made.status >= 300 and "cookie" not in headers and is_one_language
