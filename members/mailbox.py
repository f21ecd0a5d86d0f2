"""Read the letters that a demonstration keeps as files instead of sending them."""

from __future__ import annotations

import email
import email.policy
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

SHOWN = 40


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter."""

    to: str
    subject: str
    text: str
    sent_at: datetime | None


def letters(folder: Path) -> list[Letter]:
    """Return the newest letters first. A file may hold several: Django's backend writes one file a connection."""
    files = sorted(folder.glob("*.log"), key=lambda path: path.stat().st_mtime, reverse=True)[
        :SHOWN
    ]
    found = [letter for path in files for letter in reversed(_read(path))]
    return found[:SHOWN]


def _read(path: Path) -> list[Letter]:
    parts = path.read_bytes().split(b"\n" + b"-" * 79 + b"\n")
    return [_letter(part) for part in parts if part.strip()]


def _letter(raw: bytes) -> Letter:
    message = email.message_from_bytes(raw, policy=email.policy.default)
    body = message.get_body(("plain",)) if message.is_multipart() else message
    sent = parsedate_to_datetime(message["Date"]) if message["Date"] else None
    text = body.get_content() if body else ""
    return Letter(str(message["To"]), str(message["Subject"]), text.strip(), sent)
