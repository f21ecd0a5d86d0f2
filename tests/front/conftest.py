"""A front over a scripted application, with a clock that stands still until it is moved."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest

from alliance.front.serving import Front, Limits

Reply = tuple[int, dict[str, str], bytes]
PUBLIC = {"Cache-Control": "public, max-age=15", "Content-Type": "text/html; charset=utf-8"}


def public(body: str, *keys: str, **more: str) -> Reply:
    """Return a public page that stands on some keys."""
    tags = {"Surrogate-Key": " ".join(keys)} if keys else {}
    return 200, PUBLIC | tags | {n.replace("_", "-"): v for n, v in more.items()}, body.encode()


@dataclass
class Script:
    """A WSGI application that counts its calls. `pages` maps a path to a reply or to a function of the environ."""

    pages: dict[str, Any] = field(default_factory=dict)
    calls: Counter[str] = field(default_factory=Counter)
    seen: list[dict[str, Any]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    seconds: float = 0.0

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        with self.lock:
            self.calls[environ["PATH_INFO"]] += 1
            self.seen.append(dict(environ))
        time.sleep(self.seconds)
        page = self.pages.get(environ["PATH_INFO"], (404, {}, b"nothing"))
        status, headers, body = page(environ) if callable(page) else page
        start_response(f"{status} X", list(headers.items()))
        return [body]


@dataclass
class Clock:
    """Time for the front's memory."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def script() -> Script:
    return Script()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def front(script: Script, clock: Clock) -> Iterable[Front]:
    made = make_front(script, clock)
    yield made
    made.close_threads()


def make_front(
    app: Callable[..., Any], clock: Callable[[], float] = time.monotonic, **more: Any
) -> Front:
    """Return a front that listens to nothing."""
    limits = more.pop("limits", Limits(threads=2))
    origin = urlsplit(more.pop("origin", "http://portal.cast.example"))
    front = Front(app, origin=origin, listener=more.pop("listener", None), limits=limits, **more)
    front.reading._clock = clock
    return front
