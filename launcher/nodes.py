"""Three evaluation nodes on loopback, each of a demonstration organisation, each with a folder of its own."""

from __future__ import annotations

import sys

from launcher.portal import Portal
from launcher.private import private_folder

SUITE = "language-id"
NODES = {"node-a": "A", "node-b": "B", "node-c": "C"}


def start(portal: Portal) -> dict[str, str]:
    """Make the nodes at the first start, let them serve and evaluate; return their addresses by name."""
    folder = private_folder(portal.data / "nodes")
    addresses = {}
    for name, letter in NODES.items():
        port = portal.ports.keep(name)
        addresses[name] = f"http://127.0.0.1:{port}"
        portal.run(
            [sys.executable, "-m", "alliance_node", "init", str(folder / name), "--if-missing",
             "--node-id", f"{name}.demo.example", "--organisation", f"Demo Organisation {letter}",
             "--contact", f"engineer@{name}.demo.example"]
        )  # fmt: skip
        portal.start(
            name, "alliance_node", "serve", str(folder / name), "--port", str(port),
            "--run", SUITE, "--if-new", "--wake", f"{portal.url}/api/v1/nodes/{name}/wake",
        )  # fmt: skip
    hosts = [address.removeprefix("http://") for address in addresses.values()]
    given = portal.env.get("OUTBOUND_ALLOWED_HOSTS", "")
    portal.env["OUTBOUND_ALLOWED_HOSTS"] = ",".join([*filter(None, [given]), *hosts])
    return addresses


def as_argument(addresses: dict[str, str]) -> str:
    """Write addresses as `manage.py demo --nodes` reads them."""
    return ",".join(f"{name}={address}" for name, address in addresses.items())
