"""Networks from which a key may be used, as CIDR blocks. Pure: no database, no request."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

MOST = 20


def parse(text: str) -> list[str]:
    """Read blocks, one a line or separated by commas, in their normal form; a ValueError names the one that is none."""
    found: dict[str, None] = {}
    for word in text.replace(",", " ").split():
        try:
            found[str(ipaddress.ip_network(word, strict=False))] = None
        except ValueError:
            raise ValueError(word) from None
    return list(found)


def includes(networks: Iterable[str], address: str) -> bool:
    """Say whether an address lies in one of the blocks; none named means everywhere."""
    blocks = [ipaddress.ip_network(block) for block in networks]
    if not blocks:
        return True
    try:
        client = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(client, ipaddress.IPv6Address) and client.ipv4_mapped:
        client = client.ipv4_mapped
    return any(client in block for block in blocks)
