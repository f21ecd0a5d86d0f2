"""The noise of ``language-id-noisy``: what hurried people do to a sentence, the same every time.

All chance comes from SHA-256 over the sentence's id, so neither a library nor a Python version
can change the benchmark.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from typing import Final

from .dataset import Sentence, sentences

KINDS: Final = ("typos", "case", "accents")
LETTERS_PER_TYPO: Final = 12


@dataclass(frozen=True)
class Noisy:
    kind: str
    text: str


def noisy(sentence: Sentence) -> Noisy:
    """Apply one kind of noise, chosen among those that change this sentence at all."""
    draws = _draws(sentence.id)
    candidates = {
        "typos": _with_typos(sentence.text, draws),
        "case": _with_other_case(sentence.text, draws),
        "accents": _without_accents(sentence.text),
    }
    kinds = [kind for kind in KINDS if candidates[kind] != sentence.text]
    kind = kinds[next(draws) % len(kinds)]
    return Noisy(kind, candidates[kind])


@cache
def digest() -> str:
    """Return the SHA-256 over all noisy sentences: what the noise is, not how it was made."""
    lines = (f"{sentence.id}\t{noisy(sentence).text}\n" for sentence in sentences())
    return sha256("".join(lines).encode()).hexdigest()


def _draws(seed: str) -> Iterator[int]:
    count = 0
    while True:
        yield int.from_bytes(sha256(f"{seed}/{count}".encode()).digest()[:8], "big")
        count += 1


def _with_typos(text: str, draws: Iterator[int]) -> str:
    """Swap, drop or double letters, one in every twelve and at least one."""
    letters = list(text)
    places = [at for at in range(len(letters) - 1) if letters[at].isalpha()]
    for _ in range(max(1, len(places) // LETTERS_PER_TYPO)):  # fewer than places there are
        at, how = places.pop(next(draws) % len(places)), next(draws) % 3
        if how == 0 and letters[at] != letters[at + 1]:
            letters[at], letters[at + 1] = letters[at + 1], letters[at]
        elif how == 1 and len(places) > 2:
            letters[at] = ""
        else:
            letters[at] *= 2
    return "".join(letters)


def _with_other_case(text: str, draws: Iterator[int]) -> str:
    return text.upper() if next(draws) % 2 else text.lower()


def _without_accents(text: str) -> str:
    """Drop what decomposes into a Latin letter and a mark, as on a keyboard without accents."""
    return "".join(
        parts[0]
        if len(parts := unicodedata.normalize("NFD", mark)) > 1 and parts[0].isascii()
        else mark
        for mark in text
    )
