"""Counting a samples file again, sample by sample. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from alliance_node.proofs import strict_json

MAX_LINE = 64 * 1024
MAX_LINES = 200_000


@dataclass(frozen=True, slots=True)
class Sheet:
    """Every sample's outcome in the order of the ids; `items` is the digest of those ids."""

    items: str
    correct: bytes

    @property
    def n(self) -> int:
        return len(self.correct)

    @property
    def successes(self) -> int:
        return sum(self.correct)


def read_samples(raw: bytes) -> Sheet | None:
    """Read lines of `{"id": …, "correct": …}`; None where a harness writes another form.

    Another form is no fault: the result then stays unrecomputed. Half a form is not guessed at.
    """
    lines = raw.splitlines()
    if not 1 <= len(lines) <= MAX_LINES:
        return None
    outcomes: dict[str, bool] = {}
    for line in lines:
        try:
            sample = strict_json.loads(line, max_bytes=MAX_LINE)
        except strict_json.StrictJsonError:
            return None
        if not isinstance(sample, dict):
            return None
        name, correct = sample.get("id"), sample.get("correct")
        if not isinstance(name, str) or not isinstance(correct, bool) or name in outcomes:
            return None
        outcomes[name] = correct
    names = sorted(outcomes)
    return Sheet(
        sha256(strict_json.canonical(names)).hexdigest(), bytes(outcomes[name] for name in names)
    )
