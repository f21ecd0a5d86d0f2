"""What decisions do on the leaderboard."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.problems import DomainError
from governance.effects import EffectRefused, EffectType, Params
from leaderboard import actions
from leaderboard.actions import standing
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


class SuspendNode(EffectType):
    """Take nothing more from a node."""

    kind = "leaderboard.suspend_node"
    label = gettext_lazy("Suspend an evaluation node")
    example = {"node": "node-a", "reason": "Its operator has not answered since June."}

    def check(self, params: Params) -> None:
        node, _reason = _texts(params, "node", "reason")
        _refusing(lambda: standing.node_to_suspend(node))

    def describe(self, params: Params) -> str:
        node, reason = _texts(params, "node", "reason")
        return _("No result of the node “%(node)s” is taken any more: %(reason)s") % {
            "node": node,
            "reason": reason,
        }

    def apply(self, *, params: Params, decision_number: str, decided_at: datetime) -> None:
        node, reason = _texts(params, "node", "reason")
        _refusing(
            lambda: actions.suspend_node(slug=node, reason=reason, decision_number=decision_number)
        )

    def url(self, params: Params) -> str | None:
        return reverse("leaderboard:node", args=[_texts(params, "node")[0]])


class AdmitNode(EffectType):
    """Take a node's results: the first time, or again after a suspension or a contradiction in its log."""

    kind = "leaderboard.admit_node"
    label = gettext_lazy("Admit an evaluation node")
    example = {"node": "node-a"}

    def check(self, params: Params) -> None:
        (node,) = _texts(params, "node")
        _refusing(lambda: standing.node_to_admit(node))

    def describe(self, params: Params) -> str:
        (node,) = _texts(params, "node")
        return _("The portal takes results of the node “%(node)s”.") % {"node": node}

    def apply(self, *, params: Params, decision_number: str, decided_at: datetime) -> None:
        (node,) = _texts(params, "node")
        _refusing(lambda: actions.admit_node(slug=node, decision_number=decision_number))

    def url(self, params: Params) -> str | None:
        return reverse("leaderboard:node", args=[_texts(params, "node")[0]])


class RetractResult(EffectType):
    """Take a result out of the ranking; its page stays, with the reason."""

    kind = "leaderboard.retract_result"
    label = gettext_lazy("Retract a result")
    example = {
        "result": "01KB2M5W3V8Q4Z7N9C1D6F2G0H",
        "reason": "The test set was in the training data.",
    }

    def check(self, params: Params) -> None:
        result, _reason = _texts(params, "result", "reason")
        _refusing(lambda: standing.result_to_retract(result))

    def describe(self, params: Params) -> str:
        result, reason = _texts(params, "result", "reason")
        return _("The result %(result)s no longer counts: %(reason)s") % {
            "result": result,
            "reason": reason,
        }

    def apply(self, *, params: Params, decision_number: str, decided_at: datetime) -> None:
        result, reason = _texts(params, "result", "reason")
        _refusing(
            lambda: actions.retract_result(
                ulid=result, reason=reason, decision_number=decision_number
            )
        )

    def url(self, params: Params) -> str | None:
        return reverse("leaderboard:result", args=[_texts(params, "result")[0]])


def _texts(params: Params, *names: str) -> list[str]:
    """Return parameters that must be texts with something in them."""
    found = [params.get(name) for name in names]
    texts = [value.strip() for value in found if isinstance(value, str) and value.strip()]
    if len(texts) != len(names):
        raise EffectRefused(
            _("Give as texts: %(names)s.") % {"names": ", ".join(names)}, code="effect-params"
        )
    return texts


def _refusing(act: Callable[[], object]) -> None:
    """Turn a refusal of this room into one of an effect."""
    try:
        act()
    except DomainError as error:
        raise EffectRefused(error.message, code=error.code) from error
