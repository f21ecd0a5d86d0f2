"""Webhooks: what happens here, told to the systems of organisations that asked for it.

    from members import webhooks
    webhooks.emit("vote.closed", f"/api/v1/votes/{vote.pk}/", {"outcome": "carried"})

`emit` writes rows inside the caller's transaction; a worker sends them after it commits. See `docs/webhooks.md`.
"""

from members.webhooks.outbox import emit, emit_many

__all__ = ["emit", "emit_many"]
