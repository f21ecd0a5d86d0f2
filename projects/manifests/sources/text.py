"""Bytes to text: UTF-8, with the byte-order marks and foreign encodings that real files have."""

from __future__ import annotations

import codecs
import re

from projects.manifests.findings import Finding, Level, Place
from projects.manifests.sources.tree import unreadable

MAX_BYTES = 256 * 1024
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def decode(raw: bytes, findings: list[Finding], *, limit: int = MAX_BYTES) -> str:
    """Return the file's text, with remarks on what had to be put right."""
    start = Place(1, 1)
    if len(raw) > limit:
        raise unreadable("too-large", start, limit=str(limit // 1024))
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = raw.decode("utf-16", "replace")
        findings.append(Finding(Level.ERROR, "encoding", "", start))
    elif raw.startswith(codecs.BOM_UTF8):
        text = raw[3:].decode("utf-8", "replace")
        findings.append(Finding(Level.INFO, "byte-order-mark", "", start))
    else:
        text = _utf8(raw, findings)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    control = _CONTROL.search(text)
    if control:
        findings.append(
            Finding(Level.WARNING, "control-characters", "", _place(text, control.start()))
        )
        text = _CONTROL.sub("", text)
    if not text.strip():
        raise unreadable("empty", start)
    return text


def _utf8(raw: bytes, findings: list[Finding]) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8", "replace")
        findings.append(Finding(Level.ERROR, "encoding", "", _place(before, len(before))))
        return raw.decode("cp1252", "replace")


def _place(text: str, at: int) -> Place:
    return Place(text.count("\n", 0, at) + 1, at - (text.rfind("\n", 0, at) + 1) + 1)
