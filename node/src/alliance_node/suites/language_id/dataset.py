"""The sentences of ``language-id`` 1.0.0, which travel inside the package."""

import json
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib import resources
from typing import Final

DATASET_ID: Final = "alliance/language-id"
REVISION: Final = "1.0.0"


@dataclass(frozen=True)
class Sentence:
    """One sentence; ``short`` marks the phrase of each language that has only a few words."""

    id: str
    language: str
    script: str
    short: bool
    text: str


@cache
def raw() -> bytes:
    return resources.files(__package__).joinpath("data/sentences.jsonl").read_bytes()


def digest() -> str:
    return sha256(raw()).hexdigest()


def sentences() -> tuple[Sentence, ...]:
    return tuple(Sentence(**json.loads(line)) for line in raw().decode("utf-8").splitlines())
