"""What resampling the samples file adds to a figure: by groups of items, and over continuous scores."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from alliance_node.proofs import strict_json
from django.utils.translation import gettext as _

from leaderboard import figures
from leaderboard.models import RawFile, Result
from leaderboard.pull.samples import MAX_LINE
from leaderboard.statistics.board import decimal_text
from leaderboard.statistics.bootstrap import Resampled, bootstrap, cluster_bootstrap

MOST_SAMPLES = 20_000


class Samples(NamedTuple):
    """The scores of a samples file, and the group of each where every sample names one."""

    scores: list[float]
    groups: list[str] | None
    is_share: bool


def resampled_of(result: Result) -> list[str]:
    """Return sentences with the intervals that the kept samples file allows; nothing where it allows none."""
    row = RawFile.objects.filter(pk=result.samples_digest).first()
    found = read_scores(zlib.decompress(bytes(row.packed))) if row else None
    if found is None or len(found.scores) < 2:
        return []
    said = []
    if found.groups and 1 < len(set(found.groups)) < len(found.scores):
        text = _("Bootstrap over %(units)s groups of items: 95 %% interval %(interval)s.")
        said.append(_sentence(text, cluster_bootstrap(found.scores, found.groups), found.is_share))
    if not found.is_share:
        text = _("Bootstrap over %(units)s scores: mean %(mean)s, 95 %% interval %(interval)s.")
        said.append(_sentence(text, bootstrap(found.scores), found.is_share))
    return said


def read_scores(raw: bytes) -> Samples | None:
    """Read `score`, else `correct`, and `group` of every sample; None where a sample has no score."""
    lines = raw.splitlines()
    if len(lines) > MOST_SAMPLES:
        return None
    scores: list[float] = []
    groups: list[str] = []
    shares = True
    for line in lines:
        try:
            sample = strict_json.loads(line, max_bytes=MAX_LINE)
        except strict_json.StrictJsonError:
            return None
        score = score_of(sample) if isinstance(sample, dict) else None
        if score is None:
            return None
        shares = shares and "score" not in sample
        scores.append(score)
        if isinstance(sample.get("group"), str):
            groups.append(sample["group"])
    return Samples(scores, groups if len(groups) == len(scores) else None, shares)


def score_of(sample: dict[str, Any]) -> float | None:
    """Read a sample's score, a number or a decimal text; else 1 or 0 for right or wrong."""
    stated = sample.get("score")
    if stated is None:
        correct = sample.get("correct")
        return float(correct) if isinstance(correct, bool) else None
    if isinstance(stated, bool) or not isinstance(stated, (str, int, float)):
        return None
    try:
        value = Decimal(str(stated))
    except InvalidOperation:
        return None
    return float(value) if value.is_finite() and abs(value) < Decimal(10) ** 26 else None


def _sentence(text: str, found: Resampled, is_share: bool) -> str:
    low, high, mean = (decimal_text(round(x, 6)) for x in (found.low, found.high, found.mean))
    return text % {
        "units": found.units,
        "mean": figures.score(str(mean), is_share=is_share),
        "interval": figures.span(low, high, is_share=is_share),
    }


def notes(sentences: Sequence[str]) -> list[str]:
    """Say what the sentences mean for the board."""
    if not sentences:
        return []
    note = _(
        "The board's own interval takes the items as independent; where these are wider, trust these."
    )
    return [*sentences, note]
