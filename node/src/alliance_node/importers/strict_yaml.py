"""YAML read as strictly as JSON: no aliases, no tags, no key twice, no NaN, no infinities.

An alias lets a few lines stand for billions; a result file has no use for one.
"""

import io
import math
from datetime import date
from importlib import import_module
from typing import Any, Final

from .model import Refusal

MAX_BYTES: Final = 1024 * 1024
MAX_DEPTH: Final = 32
_CORE: Final = "tag:yaml.org,2002:"


def loads(raw: bytes | str) -> Any:
    """Read one YAML document, or refuse it with where and why."""
    if len(raw) > MAX_BYTES:
        raise Refusal("file", f"has {len(raw)} bytes of YAML, more than {MAX_BYTES}")
    try:
        text = raw if isinstance(raw, str) else raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refusal(f"byte {error.start}", "is not UTF-8") from error
    try:
        ruamel: Any = import_module("ruamel.yaml")
    except ImportError:
        raise Refusal(
            "file", "is YAML, for which ruamel.yaml is needed: pip install ruamel.yaml"
        ) from None
    try:
        _check_events(ruamel, text)
        return _plain(ruamel.YAML(typ="safe", pure=True).load(text), "document")
    except ruamel.error.YAMLError as error:
        raise Refusal(_where(error), f"is not YAML we read: {_problem(error)}") from error
    except (ValueError, OverflowError) as error:
        raise Refusal("file", f"is not YAML we read: {error}") from error


def _check_events(ruamel: Any, text: str) -> None:
    """Look at the document before anything is built from it."""
    depth = 0
    for event in ruamel.YAML(typ="safe", pure=True).parse(io.StringIO(text)):
        name, line = type(event).__name__, f"line {event.start_mark.line + 1}"
        if name == "AliasEvent" or getattr(event, "anchor", None):
            raise Refusal(line, "has an anchor or an alias")
        tag = getattr(event, "tag", None)
        if tag is not None and not str(tag).startswith(_CORE):
            raise Refusal(line, f"has the tag {str(tag)[:80]}")
        depth += name in ("MappingStartEvent", "SequenceStartEvent")
        depth -= name in ("MappingEndEvent", "SequenceEndEvent")
        if depth > MAX_DEPTH:
            raise Refusal(line, f"is nested deeper than {MAX_DEPTH}")


def _plain(value: Any, where: str) -> Any:
    """Return what JSON could hold too; dates become texts."""
    if isinstance(value, dict):
        for key in value:
            if not isinstance(key, str):
                raise Refusal(where, f"has the key {key!r}, which is no text")
        return {key: _plain(item, f"{where}.{key}") for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item, f"{where}[{at}]") for at, item in enumerate(value)]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        raise Refusal(where, f"is {value}, which is no number JSON knows")
    if value is None or isinstance(value, str | int | float):
        return value
    raise Refusal(where, f"is a {type(value).__name__}")


def _where(error: Any) -> str:
    mark = getattr(error, "problem_mark", None)
    return "file" if mark is None else f"line {mark.line + 1}"


def _problem(error: Any) -> str:
    return " ".join(str(getattr(error, "problem", None) or error).split())[:200]
