"""What forms and API bodies need, so that it is the rules that say no and not the form."""

from __future__ import annotations

import io
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

TEXT = {"title_en": "A title", "text_en": "A text."}
HOURS = {"starts_at": "2099-01-01T10:00Z", "ends_at": "2099-01-01T11:00Z"}
FORMS: dict[str, Any] = {
    "application-decline": {"reason": "A reason"},
    "governance:comment": {"text": "A comment", "kind": "comment"},
    "governance:letters": {"delivery": "daily"},
    "governance:meeting-act": {"reason": "A reason"},
    "leaderboard:node-revoke": {"kid": "{kid}", "reason": "A reason"},
    "meeting-agenda": [{"title_en": "A point"}],
    "meeting-attendance": [{"seat": 2, "presence": "present"}],
    "meeting-list": {"body": "{body}", "title_en": "A meeting"} | HOURS,
    "meeting-minutes": {"text_en": "We met."},
    "meeting-roll-calls": {"proposal": "{proposal}", "answers": [{"seat": 2, "position": "for"}]},
    "proposal-amendments": TEXT | {"why": "A reason"},
    "proposal-call": {"closes_at": "2099-01-01T00:00:00Z"},
    "proposal-comments": {"text": "A comment"},
    "proposal-list": TEXT | {"body": "{body}"},
    "proxy-list": {"body": "{body}", "seat": 2, "to_seat": 3, "vote": "{vote}"},
    "vote-ballots": {"seat": 2, "position": "for", "idempotency_key": "matrix-walk"},
    "vote-late-positions": {"seat": 2, "position": "for"},
}


def filled(route: str, values: dict[str, Any]) -> Any:
    """Return what is sent to a route; `{pk}` and the like stand for the thing in its address."""
    if route == "members:organisation-logo":
        return {"picture": _picture()}
    form = FORMS.get(route, {})
    if isinstance(form, list):
        return form
    return {
        name: text.format(**values) if isinstance(text, str) else text
        for name, text in form.items()
    }


def _picture() -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (4, 4)).save(out, "PNG")
    return SimpleUploadedFile("logo.png", out.getvalue(), "image/png")
