"""`{% proof_panel entry %}`: the inclusion proof of an entry, on any page."""

from __future__ import annotations

from typing import Any

from django import template

from transparency.charts import inclusion_path
from transparency.models import Entry
from transparency.proofs import proof_of

register = template.Library()


@register.inclusion_tag("transparency/_proof.html", takes_context=True)
def proof_panel(context: template.Context, entry: Entry | None, number: str = "") -> dict[str, Any]:
    """Render the proof as a section; `number` is its number on a page with numbered sections."""
    request = context.get("request")
    if entry is not None and request is not None:
        request.__dict__.setdefault("surrogate_keys", set()).add(f"entry:{entry.pk}")
    proof = proof_of(entry) if entry is not None else None
    picture = inclusion_path(proof.index, proof.size, proof.path) if proof else ""
    return {"entry": entry, "proof": proof, "picture": picture, "number": number}
