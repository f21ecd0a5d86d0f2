"""What computing a board reads, in three queries of plain tuples: five thousand results in a fraction of a second."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from leaderboard.models import Dispute, Measurement, Result, SampleSheet
from leaderboard.settings_key import setting_key
from leaderboard.statistics.board import Reason, Run
from leaderboard.statistics.comparison import Outcomes
from members.querysets import public_slug

_STATE_REASONS = {
    Result.State.RETRACTED: Reason.RETRACTED,
    Result.State.EQUIVOCATED: Reason.EQUIVOCATION,
}
_COLUMNS = (
    "result_id", "metric", "value", "n", "successes", "stderr", "result__ulid", "result__state", "result__reason",
    "result__relationship", "result__outcomes__abstained", "result__harness_name", "result__harness_version",
    "result__settings_digest", "result__precision", "result__adapter", "result__node__slug",
    public_slug("result__node__organisation"), "result__system_revision__system__slug",
    "result__system_revision__system__name", "result__system_revision__system__licence",
    "result__system_revision__revision", "result__system_revision__digest", "result__system_revision_id",
)  # fmt: skip


class _Measured(NamedTuple):
    """One number with what its result says, in the order of the columns."""

    result_id: int
    metric: str
    value: Decimal
    n: int
    successes: int | None
    stderr: Decimal | None
    ulid: str
    state: str
    reason: str
    relationship: str
    abstained: int | None
    harness_name: str
    harness_version: str
    settings_digest: str
    precision: str
    adapter: str
    node: str
    organisation: str
    system: str
    name: str
    licence: str
    revision: str
    digest: str
    revision_id: int


class _Sheet(NamedTuple):
    """What the portal counted itself."""

    items: str
    correct: Outcomes
    successes: int


# Runs by all that was read of them: the number, its samples and whether it is disputed.
KnownRuns = dict[tuple[_Measured, tuple[str, bytes] | None, bool], Run]


class BoardFacts:
    """All results of a benchmark version, superseded ones left out."""

    def __init__(
        self,
        measured: list[_Measured],
        sheets: dict[int, tuple[str, bytes]],
        disputed: frozenset[int],
    ) -> None:
        self._by_metric: dict[str, list[_Measured]] = defaultdict(list)
        self._by_result: dict[str, _Measured] = {}
        for row in measured:
            self._by_metric[row.metric].append(row)
            self._by_result[row.ulid] = row
        self._sheets = sheets
        self._disputed = disputed

    def runs(self, metric: str, known: KnownRuns) -> list[Run]:
        """Return the runs of one metric, as the statistics take them: the very same where nothing changed."""
        found: KnownRuns = {}
        for row in self._by_metric[metric]:
            facts = (row, self._sheets.get(row.result_id), row.result_id in self._disputed)
            found[facts] = known.get(facts) or _run(*facts)
        known.clear()
        known.update(found)
        return list(found.values())

    def names(self, ulid: str) -> dict[str, str]:
        """Return what a stored row adds for readers, from the first result of its cell."""
        row = self._by_result[ulid]
        harness = (row.harness_name, row.harness_version, row.precision)
        return {
            "name": row.name,
            "licence": row.licence,
            "setting_label": " ".join(part for part in harness if part),
        }

    def revision_of(self, ulid: str) -> int:
        """Return the key of the system revision that a result is about."""
        return self._by_result[ulid].revision_id


def _run(row: _Measured, said: tuple[str, bytes] | None, disputed: bool) -> Run:
    sheet = _sheet(*said) if said else None
    if sheet and (len(sheet.correct), sheet.successes) != (row.n, row.successes):
        sheet = None  # the samples are those of another number
    return Run(
        id=row.ulid,
        node=row.node,
        organisation=row.organisation,
        system=row.system,
        revision=row.revision,
        artefact=row.digest,
        setting=setting_key(
            row.harness_name,
            row.harness_version,
            row.settings_digest,
            row.precision,
            row.adapter,
        ),
        value=_fraction(row.value),
        n=row.n,
        successes=row.successes,
        stderr=None if row.stderr is None else float(row.stderr),
        first_party=row.relationship == Result.Relationship.FIRST_PARTY,
        disputed=disputed,
        excluded=_excluded(row.state, row.reason),
        abstained=int(row.abstained or 0),
        recomputed=sheet is not None,
        outcomes=sheet.correct if sheet else None,
        items=sheet.items if sheet else "",
    )


def board_facts(benchmark_version_id: int) -> BoardFacts:
    """Read the results of a version."""
    measured = Measurement.objects.filter(result__benchmark_version=benchmark_version_id).exclude(
        result__state=Result.State.SUPERSEDED
    )
    sheets = SampleSheet.objects.filter(result__benchmark_version=benchmark_version_id)
    disputes = Dispute.objects.pending().filter(result__benchmark_version=benchmark_version_id)
    return BoardFacts(
        [_Measured(*row) for row in measured.values_list(*_COLUMNS).order_by()],
        {
            result: (items, bytes(correct))
            for result, items, correct in sheets.values_list("result_id", "items", "correct")
        },
        disputes.disputed_results(),
    )


def setting_of(result: Result) -> str:
    """Name the setting of one result."""
    return setting_key(
        result.harness_name,
        result.harness_version,
        result.settings_digest,
        result.precision,
        result.adapter,
    )


def _sheet(items: str, correct: bytes) -> _Sheet:
    return _Sheet(items, np.frombuffer(correct, np.bool_), correct.count(1))


def _excluded(state: str, reason: str) -> str | None:
    if state == Result.State.COUNTED:
        return None
    return str(_STATE_REASONS.get(Result.State(state), reason or Reason.LIMITED))


@lru_cache(maxsize=65_536)
def _fraction(value: Any) -> Fraction:
    return Fraction(value)
