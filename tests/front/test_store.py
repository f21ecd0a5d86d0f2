"""Memory is bounded, and purging reaches exactly what stands on a key."""

from __future__ import annotations

from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from alliance.front.kept import Kept, keep
from alliance.front.render import Captured
from alliance.front.store import Store


def page(path: str, size: int = 10, *keys: str, query: bytes = b"") -> Kept:
    headers = [
        (b"cache-control", b"public, max-age=15"),
        (b"content-type", b"image/png"),
        (b"surrogate-key", " ".join(keys).encode()),
    ]
    kept = keep((path, query), Captured(200, headers, b"x" * size), 0.0)
    assert kept is not None
    return kept


def test_the_least_recently_read_goes_first() -> None:
    store = Store(40_000)
    for name in "abcd":
        store.put(page(f"/{name}", 5000), 0)
    assert store.get(("/a", b"")) is not None
    store.put(page("/e", 5000), 0)
    assert store.get(("/b", b"")) is None
    assert store.get(("/a", b"")) is not None


def test_queries_cannot_push_out_plain_pages() -> None:
    store = Store(40_000)
    store.put(page("/board", 5000), 0)
    for n in range(1000):
        store.put(page("/board", 5000, query=f"x={n}".encode()), 0)
    assert store.get(("/board", b"")) is not None
    assert store.bytes <= 40_000


def test_a_page_larger_than_the_memory_is_not_kept() -> None:
    store = Store(10_000)
    store.put(page("/a", 20_000), 0)
    assert (len(store), store.bytes) == (0, 0)


def test_a_page_made_before_a_purge_arrives_purged() -> None:
    store = Store(100_000)
    before = store.sequence
    store.purge(["a"])
    late, other = page("/late", 10, "a"), page("/other", 10, "b")
    store.put(late, before)
    store.put(other, before)
    assert (late.is_purged, other.is_purged) == (True, False)
    store.purge_all()
    third = page("/third", 10, "c")
    store.put(third, before)
    assert third.is_purged


def test_the_memory_of_purges_is_bounded_and_errs_on_the_safe_side() -> None:
    store = Store(100_000)
    before = store.sequence
    for n in range(25_000):
        store.purge([f"key:{n}"])
    assert len(store._purged_at) <= 10_001
    assert store.is_superseded(["key:1"], before)


class Memory(RuleBasedStateMachine):
    """Against a model: a dictionary of what was put, and the set of what was purged since."""

    @initialize()
    def begin(self) -> None:
        self.store = Store(60_000)
        self.purged: dict[tuple[str, bytes], bool] = {}

    @rule(
        name=st.sampled_from("abcdefgh"),
        query=st.sampled_from([b"", b"q=1", b"q=2"]),
        size=st.integers(0, 30_000),
        keys=st.sets(st.sampled_from("xyz")),
    )
    def put(self, name: str, query: bytes, size: int, keys: set[str]) -> None:
        kept = page(f"/{name}", size, *keys, query=query)
        self.store.put(kept, self.store.sequence)
        self.purged[kept.key] = False

    @rule(keys=st.sets(st.sampled_from("xyz"), min_size=1))
    def purge(self, keys: set[str]) -> None:
        for key in list(self.purged):
            kept = self.store.get(key)
            if kept is not None and kept.keys & keys:
                self.purged[key] = True
        self.store.purge(keys)

    @rule(name=st.sampled_from("abcdefgh"))
    def drop(self, name: str) -> None:
        self.store.drop((f"/{name}", b""))

    @invariant()
    def books_are_right(self) -> None:
        if not hasattr(self, "store"):
            return
        there = [kept for key in self.purged if (kept := self.store.get(key))]
        assert len(there) == len(self.store)
        assert self.store.bytes == sum(kept.size for kept in there) <= 60_000
        assert all(kept.is_purged == self.purged[kept.key] for kept in there)
        assert set(self.store._by_surrogate) == {k for kept in there for k in kept.keys}


TestMemory = Memory.TestCase
TestMemory.settings = hypothesis_settings(max_examples=60, stateful_step_count=30, deadline=None)
