"""Make a small, plain PNG from a picture somebody sent: nothing of the original file is kept or served."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from members.errors import LogoRefused

FORMATS: Final = ("PNG", "JPEG", "WEBP")  # no SVG: it is a program
SENT_BYTES: Final = 1024 * 1024
KEPT_BYTES: Final = 96 * 1024
LARGEST: Final = 4096
WIDTH, HEIGHT = 480, 240


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture made anew."""

    png: bytes
    width: int
    height: int

    @property
    def digest(self) -> str:
        """SHA-256 of its bytes, in hex."""
        return hashlib.sha256(self.png).hexdigest()


def read_logo(raw: bytes) -> Picture:
    """Decode, shrink and encode anew, or refuse with what to do."""
    if len(raw) > SENT_BYTES:
        raise LogoRefused(_("The file is larger than 1 MiB. Send a smaller one."), code="too-large")
    try:
        with Image.open(io.BytesIO(raw), formats=FORMATS) as image:
            if max(image.size) > LARGEST:
                raise LogoRefused(
                    _("The picture is larger than 4096 pixels. Send a smaller one."), code="too-large"
                )  # fmt: skip
            image.load()
            plain = image.convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        raise LogoRefused(
            _("This is no picture the portal can read. Send a PNG, JPEG or WebP file."), code="unreadable"
        ) from None  # fmt: skip
    plain.thumbnail((WIDTH, HEIGHT))
    for colours in (None, 256, 64, 16):
        shown = plain if colours is None else plain.quantize(colours)
        out = io.BytesIO()
        shown.save(out, "PNG", optimize=True)
        if out.tell() <= KEPT_BYTES:
            return Picture(out.getvalue(), *plain.size)
    raise LogoRefused(_("The picture has too much detail for a logo."), code="too-large")
