"""Adapters that turn result files of evaluation harnesses into findings.

A new adapter is a module with ``NAME``, ``recognises(document)`` and ``read(...)``, entered in
:data:`ADAPTERS`.
"""

from pathlib import Path
from types import ModuleType
from typing import Final

from alliance_node.proofs import strict_json

from . import inspect_ai, lm_eval
from .model import Options, Reading, Refusal

ADAPTERS: Final[tuple[ModuleType, ...]] = (inspect_ai, lm_eval)
MAX_FILE: Final = 64 * 1024 * 1024


def read_file(path: Path, options: Options) -> Reading:
    """Find the adapter that knows this file, and read it."""
    try:
        if path.stat().st_size > MAX_FILE:
            raise Refusal("file", f"has {path.stat().st_size} bytes, more than {MAX_FILE}")
        raw = path.read_bytes()
    except OSError as error:
        raise Refusal("file", f"cannot be read: {error.strerror}") from error
    if raw.startswith(b"PK"):
        return inspect_ai.read_archive(path, raw, options)
    try:
        document = strict_json.loads(raw, max_bytes=MAX_FILE, max_depth=inspect_ai.MAX_DEPTH)
    except strict_json.StrictJsonError as error:
        raise Refusal(error.where, error.reason) from error
    for adapter in ADAPTERS:
        if isinstance(document, dict) and adapter.recognises(document):
            reading: Reading = adapter.read(path, raw, document, options)
            return reading
    known = ", ".join(adapter.NAME for adapter in ADAPTERS)
    raise Refusal("file", f"is not a result file of a harness we know ({known})")
