"""Adapters that turn result files of evaluation harnesses into findings.

A new adapter is a module with ``NAME``, ``recognises(document)`` and ``read(...)``, entered in
:data:`ADAPTERS`.
"""

from pathlib import Path
from types import ModuleType
from typing import Any, Final

from alliance_node.proofs import strict_json

from . import cube, every_eval_ever, helm, huggingface, inspect_ai, lm_eval, mteb, strict_yaml
from .finding import SAMPLES
from .model import Options, Reading, Refusal

ADAPTERS: Final[tuple[ModuleType, ...]] = (
    inspect_ai,
    every_eval_ever,
    cube,
    mteb,
    huggingface,
    lm_eval,
)
NAMES: Final = (*(adapter.NAME for adapter in ADAPTERS), helm.NAME)
MAX_FILE: Final = 64 * 1024 * 1024


def read_file(path: Path, options: Options) -> Reading:
    """Find the adapter that knows this file or folder, and read it."""
    if path.is_dir():
        return helm.read_folder(path, options)
    _check_name(path)
    try:
        if path.stat().st_size > MAX_FILE:
            raise Refusal("file", f"has {path.stat().st_size} bytes, more than {MAX_FILE}")
        raw = path.read_bytes()
    except OSError as error:
        raise Refusal("file", f"cannot be read: {error.strerror}") from error
    if not raw:
        raise Refusal("file", "is empty")
    if raw.startswith(b"PK"):
        return inspect_ai.read_archive(path, raw, options)
    if path.suffix == ".eval":
        raise Refusal("archive", "is not a zip file")
    document = _document(path, raw)
    for adapter in ADAPTERS:
        if adapter.recognises(document):
            reading: Reading = adapter.read(path, raw, document, options)
            return reading
    if mteb.is_model_file(document):
        raise Refusal("file", "describes a model and holds no result; import the files beside it")
    raise Refusal("file", f"is not a result file of a harness we know ({', '.join(NAMES)})")


def _check_name(path: Path) -> None:
    """Say what a file is where its name tells, before its content confuses."""
    if path.name in helm.FILES and helm.is_run(path.parent):
        raise Refusal("file", f"is one file of a HELM run; import its folder: {path.parent}")
    if path.name.endswith(SAMPLES):
        raise Refusal("file", "holds single samples; import the results file beside it")


def _document(path: Path, raw: bytes) -> Any:
    if path.suffix in (".yaml", ".yml"):
        return strict_yaml.loads(raw)
    if path.suffix == ".md":
        return strict_yaml.loads(huggingface.front_matter(raw.decode("utf-8", "replace")))
    try:
        return strict_json.loads(raw, max_bytes=MAX_FILE, max_depth=inspect_ai.MAX_DEPTH)
    except strict_json.StrictJsonError as error:
        raise Refusal(error.where, error.reason) from error
