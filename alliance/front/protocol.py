"""ASGI as the front uses it: types, and short answers that need no Django."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

from django.utils.translation import gettext as _

from alliance.problems import PROBLEM_TYPE, problem

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

# What Django's middleware sends with every page, for answers that never see it.
SAFETY: Final[Headers] = [
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"referrer-policy", b"same-origin"),
]


def as_text(headers: Headers) -> list[tuple[str, str]]:
    """Return headers as text, byte for byte (RFC 9110 §5.5: ISO-8859-1)."""
    return [(name.decode("latin-1"), value.decode("latin-1")) for name, value in headers]


async def reply(
    send: Send, status: int, headers: Headers, body: bytes, *, is_head: bool = False
) -> None:
    """Send a whole response."""
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if is_head else body})


async def refuse(
    send: Send, status: int, code: str, title: str, *, retry_after: int | None = None
) -> None:
    """Send a problem document."""
    body = json.dumps(problem(status=status, code=code, title=title)).encode()
    headers = [
        *SAFETY,
        (b"content-type", PROBLEM_TYPE.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
    ]
    if retry_after is not None:
        headers.append((b"retry-after", str(retry_after).encode()))
    await reply(send, status, headers, body)


async def refuse_as_busy(send: Send) -> None:
    """Say that too many already wait."""
    title = _("The portal is very busy. Please try again in a few seconds.")
    await refuse(send, 503, "busy", title, retry_after=2)
