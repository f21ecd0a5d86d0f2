"""Which pages are in memory: bounded in bytes, least recently read go first, dropped by what they stand on."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from typing import Final

from alliance.front.kept import Kept, Key
from alliance.pages import EVERYTHING

QUERY_SHARE: Final = 4  # addresses with a query may fill one part in so many
_KEYS_REMEMBERED: Final = 10_000


class Store:
    """Kept pages by address, and by surrogate key.

    Addresses with a query have their own, smaller part: somebody who counts up `?x=1`, `?x=2`… can't push out boards.
    A purge marks pages instead of removing them: they are shown when no new one can be made. `sequence` numbers the
    purges, so that a page whose making began before a purge is known to be old when it arrives after it.
    """

    def __init__(self, max_bytes: int) -> None:
        self._parts: tuple[OrderedDict[Key, Kept], OrderedDict[Key, Kept]] = (
            OrderedDict(),
            OrderedDict(),
        )
        self._most = (max_bytes - max_bytes // QUERY_SHARE, max_bytes // QUERY_SHARE)
        self._bytes = [0, 0]
        self._by_surrogate: dict[str, set[Key]] = {}
        self._purged_at: dict[str, int] = {}
        self._all_purged_at = 0
        self.sequence = 0

    def __len__(self) -> int:
        return len(self._parts[0]) + len(self._parts[1])

    @property
    def bytes(self) -> int:
        return self._bytes[0] + self._bytes[1]

    def get(self, key: Key) -> Kept | None:
        """Return a page, fresh or not, and count it as read."""
        part = self._parts[1 if key[1] else 0]
        kept = part.get(key)
        if kept is not None:
            part.move_to_end(key)
        return kept

    def put(self, kept: Kept, since: int) -> None:
        """Keep a page whose making began at a sequence number."""
        self.drop(kept.key)
        number = 1 if kept.key[1] else 0
        kept.is_purged = self.is_superseded(kept.keys, since)
        if kept.size > self._most[number]:
            return
        self._parts[number][kept.key] = kept
        self._bytes[number] += kept.size
        for surrogate in kept.keys:
            self._by_surrogate.setdefault(surrogate, set()).add(kept.key)
        while self._bytes[number] > self._most[number]:
            self.drop(next(iter(self._parts[number])))

    def drop(self, key: Key) -> None:
        """Forget a page."""
        number = 1 if key[1] else 0
        kept = self._parts[number].pop(key, None)
        if kept is None:
            return
        self._bytes[number] -= kept.size
        for surrogate in kept.keys:
            standing = self._by_surrogate[surrogate]
            standing.discard(key)
            if not standing:
                del self._by_surrogate[surrogate]

    def purge(self, surrogates: Iterable[str]) -> int:
        """Mark every page that stands on one of the keys; return how many."""
        self.sequence += 1
        count = 0
        for surrogate in surrogates:
            if surrogate == EVERYTHING:
                self.purge_all()
            self._purged_at[surrogate] = self.sequence
            for key in self._by_surrogate.get(surrogate, ()):
                self._parts[1 if key[1] else 0][key].is_purged = True
                count += 1
        if len(self._purged_at) > _KEYS_REMEMBERED:
            self._purged_at.clear()
            self._all_purged_at = self.sequence
        return count

    def purge_all(self) -> None:
        """Mark everything: notifications may have been lost."""
        self.sequence += 1
        self._all_purged_at = self.sequence
        self._purged_at.clear()
        for part in self._parts:
            for kept in part.values():
                kept.is_purged = True

    def is_superseded(self, surrogates: Iterable[str], since: int) -> bool:
        """Say whether something a page stands on was purged after a sequence number."""
        if self._all_purged_at > since:
            return True
        return any(self._purged_at.get(surrogate, 0) > since for surrogate in surrogates)
