"""This room's part of the home page."""

from __future__ import annotations

from typing import Any

from members.directory import figures


def home_context() -> dict[str, Any]:
    """Return the figures about the Alliance's size."""
    return {"figures": figures()}
