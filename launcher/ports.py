"""Loopback ports: free ones, taken ones, and those kept from one start to the next."""

from __future__ import annotations

import json
import random
import socket
from pathlib import Path

from launcher.errors import LauncherError

# Below the range that systems hand to outgoing connections, so that none of those takes a kept port.
RANGE = range(20_000, 32_000)


def is_taken(port: int) -> bool:
    """Say whether somebody listens on, or holds, a loopback port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return is_listening(port)  # some systems let a second program bind beside a wildcard listener


def is_listening(port: int) -> bool:
    """Say whether somebody answers on a loopback port."""
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def free_port() -> int:
    """Return a port on loopback that nobody uses now."""
    for port in random.sample(RANGE, 200):
        if not is_taken(port):
            return port
    raise LauncherError(f"No free port on 127.0.0.1 between {RANGE.start} and {RANGE.stop}.")


class Ports:
    """Ports by name in one file: the same at every start, chosen anew only when somebody else took one."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def keep(self, name: str) -> int:
        """Return the port used last time when it is still free, else a new one."""
        ports = self._read()
        port = ports.get(name, 0)
        if not port or is_taken(port):
            port = free_port()
            self.path.write_text(json.dumps(ports | {name: port}, indent=1) + "\n")
        return port

    def _read(self) -> dict[str, int]:
        try:
            return {
                str(name): int(port) for name, port in json.loads(self.path.read_text()).items()
            }
        except (OSError, ValueError, AttributeError, TypeError):
            return {}
