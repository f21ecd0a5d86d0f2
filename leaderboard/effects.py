"""What decisions do on the leaderboard."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from governance.effects import EffectRefused, EffectType, Params
from leaderboard import actions
from leaderboard.actions.benchmarks import version_named
from leaderboard.errors import BenchmarkRefused


class AdoptBenchmark(EffectType):
    """Give a proposed benchmark version its public board."""

    kind = "leaderboard.adopt_benchmark"
    label = gettext_lazy("Adopt a benchmark")
    example = {"benchmark": "language-id", "version": "1.0.0"}

    def check(self, params: Params) -> None:
        benchmark, version = self._named(params)
        try:
            version_named(benchmark=benchmark, version=version)
        except BenchmarkRefused as error:
            raise EffectRefused(error.message, code=error.code) from error

    def describe(self, params: Params) -> str:
        benchmark, version = self._named(params)
        return _("“%(benchmark)s” %(version)s is adopted and gets a public board.") % {
            "benchmark": benchmark,
            "version": version,
        }

    def apply(self, *, params: Params, decision_number: str, decided_at: datetime) -> None:
        benchmark, version = self._named(params)
        try:
            actions.adopt_benchmark(
                benchmark=benchmark,
                version=version,
                decision_number=decision_number,
                decided_at=decided_at,
            )
        except BenchmarkRefused as error:
            raise EffectRefused(error.message, code=error.code) from error

    def url(self, params: Params) -> str | None:
        return reverse("leaderboard:board", args=[self._named(params)[0]])

    def _named(self, params: Params) -> tuple[str, str]:
        benchmark, version = params.get("benchmark"), params.get("version")
        if not isinstance(benchmark, str) or not isinstance(version, str):
            raise EffectRefused(
                _("Give the benchmark and its version as texts."), code="effect-params"
            )
        return benchmark, version
