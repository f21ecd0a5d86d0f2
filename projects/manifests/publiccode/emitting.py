"""Write YAML 1.2 that every reader reads alike: quoted unless plainly a word, literal blocks for paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

Value = str | bool | Mapping[str, "Value"] | Sequence["Value"]

_PLAIN: Final = re.compile(r"[A-Za-z][A-Za-z0-9+/ ._-]*[A-Za-z0-9+]|[A-Za-z]")
# Words that some version of YAML reads as something else than text.
_RESERVED: Final = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n"})


def emit(document: Mapping[str, Value]) -> str:
    """Return the document; empty values must not be in it."""
    return "\n".join(_mapping(document, 0)) + "\n"


def _mapping(found: Mapping[str, Value], depth: int) -> Iterator[str]:
    pad = "  " * depth
    for key, value in found.items():
        name = _scalar(key)
        if isinstance(value, Mapping):
            yield f"{pad}{name}:"
            yield from _mapping(value, depth + 1)
        elif isinstance(value, (str, bool)):
            yield from _text(f"{pad}{name}:", value, depth)
        else:
            yield f"{pad}{name}:"
            yield from _sequence(value, depth + 1)


def _sequence(found: Sequence[Value], depth: int) -> Iterator[str]:
    pad = "  " * depth
    for value in found:
        if isinstance(value, Mapping):
            lines = list(_mapping(value, depth + 1))
            yield f"{pad}- {lines[0].lstrip()}"
            yield from lines[1:]
        else:
            assert isinstance(value, (str, bool)), "no lists in lists"
            yield from _text(f"{pad}-", value, depth)


def _text(start: str, value: str | bool, depth: int) -> Iterator[str]:
    if isinstance(value, str) and _fits_block(value):
        yield f"{start} |-"
        pad = "  " * (depth + 1)
        yield from (f"{pad}{line}" if line else "" for line in value.split("\n"))
    else:
        yield f"{start} {_scalar(value)}"


def _fits_block(text: str) -> bool:
    lines = text.split("\n")
    return len(lines) > 1 and all(
        line == line.strip() and all(char.isprintable() for char in line) for line in lines
    ) and bool(lines[0] and lines[-1])  # fmt: skip


def _scalar(value: str | bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if _PLAIN.fullmatch(value) and value.lower() not in _RESERVED and "  " not in value:
        return value
    return f'"{"".join(map(_escaped, value))}"'


def _escaped(char: str) -> str:
    if char in '"\\':
        return f"\\{char}"
    if char == "\n":
        return "\\n"
    if char.isprintable():
        return char
    return f"\\u{ord(char):04X}" if ord(char) < 0x10000 else f"\\U{ord(char):08X}"
