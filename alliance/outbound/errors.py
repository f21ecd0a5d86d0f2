"""Why a request didn't work: stable codes for programs and records, sentences for readers."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext as _

from alliance.problems import DomainError

# code → HTTP status that fits when the failure answers somebody's request.
CODES: Final[dict[str, int]] = {
    "bad-url": 422,
    "scheme": 422,
    "port": 422,
    "credentials": 422,
    "private-address": 422,
    "name-not-found": 502,
    "connect": 502,
    "tls": 502,
    "timeout": 504,
    "too-large": 502,
    "redirect": 502,
    "encoding": 502,
    "truncated": 502,
    "protocol": 502,
}


def message(code: str) -> str:
    """Return the sentence for a code in the active language; records keep the code, pages show this."""
    return {
        "bad-url": _("This isn't a web address that the portal accepts."),
        "scheme": _("The address must start with https://."),
        "port": _("Only the ports 443 and 8443 are allowed."),
        "credentials": _("The address must not contain a user name or password."),
        "private-address": _("The address leads to a private network or to the portal itself."),
        "name-not-found": _("The host name can't be found."),
        "connect": _("The server doesn't accept connections."),
        "tls": _("The server's certificate or encryption isn't valid."),
        "timeout": _("The server took too long to answer."),
        "too-large": _("The answer is larger than allowed."),
        "redirect": _("The server redirects to another address; redirects aren't followed."),
        "encoding": _("The server compressed its answer, though it was asked not to."),
        "truncated": _("The connection ended before the answer was complete."),
        "protocol": _("The answer doesn't follow HTTP."),
    }[code]


class OutboundError(DomainError):
    """A request that was refused before it left, or that failed on its way."""

    def __init__(self, code: str, detail: str = "") -> None:
        """`detail` is technical, in English, and may quote what the other side sent: for logs, not for pages."""
        super().__init__(message(code), code=code)
        self.status = CODES[code]
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.code}: {self.detail or self.message}"
