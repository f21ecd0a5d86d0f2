"""Look whether a domain shows a value: as a DNS record or as a file on its website."""

from __future__ import annotations

from typing import Final

import dns.exception
import dns.resolver
from django.conf import settings

from alliance import outbound

RECORD: Final = "_alliance-portal"
_SECONDS: Final = 8.0
_BYTES: Final = 4096


def record_name(domain: str) -> str:
    """Return where the DNS record has to stand."""
    return f"{RECORD}.{domain}"


def record_value(token: str) -> str:
    """Return what the DNS record and the file have to say."""
    return f"alliance-portal={token}"


def file_url(domain: str) -> str:
    """Return where the file has to lie."""
    return str(settings.DOMAIN_PROOF_URL).format(domain=domain)


def stands_in_dns(domain: str, token: str) -> bool:
    """Ask the name servers; no answer, or none in time, is no proof."""
    resolver = dns.resolver.Resolver(configure=not settings.DNS_SERVERS)
    if settings.DNS_SERVERS:
        host, _colon, port = settings.DNS_SERVERS[0].partition(":")
        resolver.nameservers, resolver.port = [host], int(port or 53)
    try:
        answers = resolver.resolve(record_name(domain), "TXT", lifetime=_SECONDS)
    except dns.exception.DNSException:
        return False
    wanted = record_value(token).encode()
    return any(b"".join(answer.strings).strip() == wanted for answer in answers)


def stands_on_website(domain: str, token: str) -> bool:
    """Fetch the file through the one door; a redirect is no proof, since it leads elsewhere."""
    try:
        reply = outbound.fetch(file_url(domain), max_bytes=_BYTES, deadline=_SECONDS)
    except outbound.OutboundError:
        return False
    return reply.status == 200 and reply.body.strip() == record_value(token).encode()
