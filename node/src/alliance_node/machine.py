"""What the node can say of the machine it runs on; what it cannot find out stays unsaid."""

import importlib.metadata
import os
import platform
from hashlib import sha256
from pathlib import Path

from .proofs.predicate import Environment


def environment() -> Environment:
    return Environment(
        cpu=_cpu(),
        memory_bytes=_memory(),
        os=f"{platform.system()} {platform.release()} {platform.machine()}",
        lock_digest=installed_digest(),
    )


def installed_digest() -> str:
    """Return the digest of the Python version and every installed distribution's version."""
    lines = {
        f"{distribution.metadata['Name']}=={distribution.version}".lower()
        for distribution in importlib.metadata.distributions()
    }
    text = "\n".join([f"python=={platform.python_version()}", *sorted(lines)]) + "\n"
    return "sha256:" + sha256(text.encode()).hexdigest()


def _cpu() -> str | None:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8", "replace").splitlines()
    except OSError:
        return platform.processor() or None
    name = next((line.partition(":")[2] for line in lines if line.startswith("model name")), "")
    count = os.cpu_count() or 1
    return f"{name.strip() or platform.machine()} ({count} logical cores)"


def _memory() -> int | None:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (OSError, ValueError):
        return None
