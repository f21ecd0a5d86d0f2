"""Finding what to import: files named, and in folders everything that may be a result."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from . import helm, huggingface, mteb

SAMPLES: Final = (".jsonl", ".jsonl.gz")


@dataclass
class Batch:
    """What to read, and what lies beside it and is no result of its own."""

    files: list[Path] = field(default_factory=list)
    skipped: dict[Path, str] = field(default_factory=dict)


def find(paths: Sequence[Path]) -> Batch:
    """Return every file named, and every result below the folders named.

    A folder that is a HELM run is one result. A file that is named is always read, so that its
    refusal says what it is.
    """
    batch = Batch()
    for path in paths:
        if path.is_dir():
            _walk(path, batch)
        else:
            batch.files.append(path)
    return batch


def _walk(folder: Path, batch: Batch) -> None:
    if helm.is_run(folder):
        batch.files.append(folder)
        return
    for path in sorted(folder.iterdir()):
        if path.is_dir() and not path.is_symlink():
            _walk(path, batch)
        elif path.is_file():
            _sort(path, batch)


def _sort(path: Path, batch: Batch) -> None:
    name = path.name
    if name == mteb.MODEL_FILE and len(list(path.parent.glob("*.json"))) > 1:
        batch.skipped[path] = "describes the model, and is read with the results beside it"
    elif name.endswith((".json", ".eval")):
        batch.files.append(path)
    elif name.endswith(SAMPLES):
        batch.skipped[path] = "holds single samples; the results file beside it has the scores"
    elif (
        path.suffix in (".yaml", ".yml")
        and (path.parent.name == huggingface.FOLDER or name == huggingface.FILE)
    ) or (name == huggingface.CARD and _mentions_results(path)):
        batch.files.append(path)


def _mentions_results(path: Path) -> bool:
    try:
        return f"\n{huggingface.MODEL_INDEX}:" in path.read_text("utf-8", "replace")
    except OSError:
        return False
