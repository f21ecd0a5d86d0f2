"""Counting a samples file again, sample by sample. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from hashlib import sha256
from typing import Any

from alliance_node.proofs import strict_json

MAX_LINE = 64 * 1024
MAX_LINES = 200_000


@dataclass(frozen=True, slots=True)
class Sheet:
    """Every sample's outcome in the order of the ids; `items` is the digest of those ids, `raw` the file itself."""

    items: str
    correct: bytes
    confidence: bytes | None = None
    raw: bytes = b""

    @property
    def n(self) -> int:
        return len(self.correct)

    @property
    def successes(self) -> int:
        return sum(self.correct)


def read_samples(raw: bytes) -> Sheet | None:
    """Read lines of `{"id": …, "correct": …}`, or of `{"id": …, "score": …}`; None where a harness writes another form.

    Continuous scores have no outcomes: `correct` is empty then.
    Another form is no fault: the result then stays unrecomputed. Half a form is not guessed at.
    """
    lines = raw.splitlines()
    if not 1 <= len(lines) <= MAX_LINES:
        return None
    outcomes: dict[str, bool] = {}
    scored: set[str] = set()
    confidences: dict[str, int] = {}
    for line in lines:
        try:
            sample = strict_json.loads(line, max_bytes=MAX_LINE)
        except strict_json.StrictJsonError:
            return None
        if not isinstance(sample, dict):
            return None
        name, correct = sample.get("id"), sample.get("correct")
        if not isinstance(name, str) or name in outcomes or name in scored:
            return None
        if correct is None and not outcomes and _is_number(sample.get("score")):
            scored.add(name)
            continue
        if not isinstance(correct, bool) or scored:
            return None
        outcomes[name] = correct
        stated = confidence_of(sample)
        if stated is not None:
            confidences[name] = stated
    names = sorted(outcomes or scored)
    return Sheet(
        sha256(strict_json.canonical(names)).hexdigest(),
        bytes(outcomes[name] for name in names if outcomes),
        _packed(names, confidences),
    )


def confidence_of(sample: dict[str, Any]) -> int | None:
    """Read a confidence (a decimal text or number from 0 to 1) in ten-thousandths; None where there is none."""
    stated = sample.get("confidence")
    if isinstance(stated, bool) or not isinstance(stated, (str, int, float)):
        return None
    try:
        value = Decimal(str(stated))
    except InvalidOperation:
        return None
    return int(value * 10_000) if value.is_finite() and 0 <= value <= 1 else None


def _is_number(stated: object) -> bool:
    """Tell whether something is a number or the text of one."""
    if isinstance(stated, bool) or not isinstance(stated, (str, int, float)):
        return False
    try:
        return Decimal(str(stated)).is_finite()
    except InvalidOperation:
        return False


def _packed(names: list[str], confidences: dict[str, int]) -> bytes | None:
    """Write the confidences where every sample has one; half of them would draw another picture."""
    if len(confidences) != len(names) or not confidences:
        return None
    return b"".join(confidences[name].to_bytes(2, "big") for name in names)
