"""JSON read so that two readers can never see two different things in the same bytes."""

import json
import math
import re
from typing import Any, Final, Never

MAX_DEPTH: Final = 32
MAX_NUMBER: Final = 64
MAX_BYTES: Final = 64 * 1024

# A string left open runs to the end, so that no input is scanned twice.
_BRACKETS_AND_STRINGS = re.compile(rb'"(?:[^"\\]|\\.)*+"?|[\[\]{}]', re.DOTALL)
_SURROGATE = re.compile("[\ud800-\udfff]")


class StrictJsonError(ValueError):
    """JSON that is refused: the ``reason``, and ``where`` it stands."""

    def __init__(self, reason: str, where: str) -> None:
        super().__init__(f"{reason} ({where})")
        self.reason = reason
        self.where = where


def loads(raw: bytes, *, max_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH) -> Any:
    """Read UTF-8 JSON without duplicate keys, NaN, infinities, deep nesting or giant numbers."""
    if len(raw) > max_bytes:
        raise StrictJsonError(f"has {len(raw)} bytes, more than {max_bytes}", "document")
    if raw.startswith(b"\xef\xbb\xbf"):
        raise StrictJsonError("begins with a byte order mark", "byte 0")
    _check_depth(raw, max_depth)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise StrictJsonError("is not UTF-8", f"byte {error.start}") from error
    try:
        value = json.loads(
            text,
            object_pairs_hook=_object,
            parse_int=_integer,
            parse_float=_float,
            parse_constant=_constant,
        )
    except json.JSONDecodeError as error:
        raise StrictJsonError(f"is not JSON: {error.msg}", f"character {error.pos}") from error
    if "\\u" in text:
        _check_surrogates(value)
    return value


def canonical(value: Any) -> bytes:
    """Return the one spelling we sign and hash: sorted keys, no spaces, UTF-8, no NaN."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode("utf-8")


def _check_depth(raw: bytes, max_depth: int) -> None:
    """Refuse deep nesting before the recursive parser sees it."""
    if raw.count(b"[") + raw.count(b"{") <= max_depth:
        return  # cannot be deeper than it has brackets, and most documents have few
    depth = 0
    for match in _BRACKETS_AND_STRINGS.finditer(raw):
        mark = match[0]
        if mark in b"[{":
            depth += 1
            if depth > max_depth:
                raise StrictJsonError(f"is nested deeper than {max_depth}", f"byte {match.start()}")
        elif mark in b"]}":
            depth -= 1


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key, value in pairs:
        if key in result:
            raise StrictJsonError("has the same key twice", f"key {key[:80]!r}")
        result[key] = value
    return result


def _integer(literal: str) -> int:
    _check_number(literal)
    return int(literal)


def _float(literal: str) -> float:
    _check_number(literal)
    value = float(literal)
    if math.isinf(value):
        raise StrictJsonError("has a number too large to hold", f"number {literal}")
    return value


def _check_number(literal: str) -> None:
    if len(literal) > MAX_NUMBER:
        raise StrictJsonError(
            f"has a number of {len(literal)} characters, more than {MAX_NUMBER}",
            f"number {literal[:20]}…",
        )


def _constant(name: str) -> Never:
    raise StrictJsonError("has a number that JSON does not know", name)


def _check_surrogates(value: Any) -> None:
    """Refuse half characters, which cannot be written as UTF-8 again."""
    if isinstance(value, str):
        if _SURROGATE.search(value):
            raise StrictJsonError("has half of a surrogate pair", f"string {value[:40]!r}")
    elif isinstance(value, dict):
        for key, item in value.items():
            _check_surrogates(key)
            _check_surrogates(item)
    elif isinstance(value, list):
        for item in value:
            _check_surrogates(item)
