"""What must be equal for results to meet in a cell. Pure."""

from __future__ import annotations

import hashlib
from functools import lru_cache

from alliance_node.proofs.strict_json import canonical


@lru_cache(maxsize=4096)
def setting_key(
    harness_name: str, harness_version: str, settings_digest: str, precision: str, adapter: str
) -> str:
    """Name a setting: harness, its major version, settings, precision, adapter."""
    major = harness_version.split(".", 1)[0]
    parts = [harness_name, major, settings_digest, precision, adapter]
    return hashlib.sha256(canonical(parts)).hexdigest()
