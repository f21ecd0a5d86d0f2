"""What all formats share: errors that name the line, tidy names, whole numbers."""

from __future__ import annotations

from governance.tally.profile import TallyError

LONGEST = 64 * 1024 * 1024
"""Characters of a file; more is refused before it is read."""


class FormatError(TallyError):
    """A file is not what its ending says; the message begins with the line."""

    def __init__(self, message: str, line: int | None = None) -> None:
        self.line = line
        super().__init__(message if line is None else f"Line {line}: {message}")


def tidy(name: str) -> str:
    """Return a name with single spaces and none at its ends."""
    return " ".join(name.split())


def whole(text: str, line: int, what: str, *, least: int = 1) -> int:
    """Read a whole number; say what it should have been."""
    stripped = text.strip()
    if not (stripped.isascii() and stripped.isdigit()) or len(stripped) > 12:
        raise FormatError(f"{what} is a whole number, not {text.strip()!r}.", line)
    value = int(stripped)
    if value < least:
        raise FormatError(f"{what} is at least {least}, not {value}.", line)
    return value


def checked(text: str) -> str:
    """Refuse a file that is too long; drop a byte order mark."""
    if len(text) > LONGEST:
        raise FormatError("The file is longer than 64 million characters.")
    return text.removeprefix("\ufeff")
