"""Which addresses the portal may connect to.

The list is deny-first and wider than `ipaddress.is_global`: an address that carries another one inside (mapped, NAT64,
6to4) is judged by both, since a gateway may unwrap it.
"""

from __future__ import annotations

import ipaddress
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Final

Address = IPv4Address | IPv6Address

_BLOCKED_4: Final = [
    IPv4Network(text)
    for text in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",
        "100.64.0.0/10",  # carrier-grade NAT; cloud metadata of some providers
        "127.0.0.0/8",
        "169.254.0.0/16",  # link-local, cloud metadata
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
]
_BLOCKED_6: Final = [
    IPv6Network(text)
    for text in (
        "::/96",  # unspecified, loopback, IPv4-compatible
        "64:ff9b:1::/48",  # NAT64 for local use
        "100::/64",
        "2001::/23",  # protocol assignments: Teredo, benchmarking, ORCHID
        "2001:db8::/32",
        "3fff::/20",
        "5f00::/16",
        "fc00::/7",
        "fe80::/10",
        "fec0::/10",
        "ff00::/8",
    )
]
_UNICAST_6: Final = IPv6Network("2000::/3")
_NAT64: Final = IPv6Network("64:ff9b::/96")
_LOCAL: Final = [
    ipaddress.ip_network(text)
    for text in ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7")
]  # fmt: skip


def is_public(address: Address) -> bool:
    """Say whether an address belongs to the public internet, and so does every address inside it."""
    if isinstance(address, IPv4Address):
        return address.is_global and not any(address in block for block in _BLOCKED_4)
    if address.scope_id:
        return False
    inner = address.ipv4_mapped or address.sixtofour
    if address in _NAT64:
        inner = IPv4Address(int(address) & 0xFFFFFFFF)
    if inner is not None:
        return is_public(inner)
    return address in _UNICAST_6 and not any(address in block for block in _BLOCKED_6)


def is_local(address: Address) -> bool:
    """Say whether an address is this machine or its own network: what an allowed host may be besides public.

    Link-local addresses are never among them, so cloud metadata stays out of reach in tests and demonstrations too.
    """
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        return is_local(address.ipv4_mapped)
    return any(address in block for block in _LOCAL if block.version == address.version)
