"""What becomes of a result: counted, unranked, equivocated, superseded, retracted.

Nothing vanishes: every change writes an event row, marks the touched boards and drops their pages.
All functions run inside the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from alliance_node.proofs.statement import EvalRun
from django.db.models import F

from alliance.pages import purge
from leaderboard.models import BenchmarkVersion, Envelope, Node, NodeEvent, Result, ResultEvent
from leaderboard.pull.verify import Refusal
from members import webhooks

State = Result.State
EQUIVOCATION = "equivocation"


def target_of(node: Node, said: EvalRun) -> Result | Refusal | None:
    """Return the node's own earlier result that a statement retracts or supersedes, locked."""
    named = said.retracts.digest if said.retracts is not None else said.supersedes
    if named is None:
        return None
    digest = named.removeprefix("sha256:")
    target = Result.objects.of_node(node.pk).of_envelope(digest).select_for_update().first()
    if target is None:
        field = "predicate.retracts.digest" if said.retracts else "predicate.supersedes"
        return Refusal("unknown-target", field, digest)
    return target


def first_state(node: Node, run_id: str, unranked: str) -> dict[str, Any]:
    """Return the state a new result begins in; a second truth for one run counts for nothing."""
    if Result.objects.of_run(node.pk, run_id).exists():
        for earlier in Result.objects.of_run(node.pk, run_id).select_for_update():
            if earlier.state != State.EQUIVOCATED:
                change(earlier, to=State.EQUIVOCATED, reason=EQUIVOCATION)
                mark_touched([earlier.benchmark_version_id])
        NodeEvent.objects.create(node=node, kind=EQUIVOCATION, details={"run": run_id})
        return {"state": State.EQUIVOCATED.value, "reason": EQUIVOCATION}
    if unranked:
        return {"state": State.UNRANKED.value, "reason": unranked}
    return {"state": State.COUNTED.value, "reason": ""}


def set_aside(earlier: Result, later: Result) -> set[int]:
    """Move a result aside for the one that supersedes it; return the versions this touches."""
    if earlier.state not in (State.COUNTED, State.UNRANKED):
        return set()
    earlier.superseded_by = later
    earlier.save(update_fields=["superseded_by"])
    change(earlier, to=State.SUPERSEDED, reason="superseded")
    return {earlier.benchmark_version_id}


def retract(result: Result, *, by: Envelope, reason: str) -> set[int]:
    """Take a result out of the ranking at its own node's word; it stays to be seen.

    An equivocated one stays that: taking back one of two truths does not make the other true.
    """
    if result.state == State.EQUIVOCATED:
        change(result, to=result.state, reason=EQUIVOCATION, details={"retracted_by": by.pk})
        return {result.benchmark_version_id}
    result.reason_text = reason
    result.save(update_fields=["reason_text"])
    change(result, to=State.RETRACTED, reason="retracted", details={"envelope": by.pk})
    return {result.benchmark_version_id}


def retract_by_decision(result: Result, *, decision: str, reason: str) -> None:
    """Take a result out of the ranking on the Alliance's word; it stays to be seen."""
    result.reason_text = reason
    result.save(update_fields=["reason_text"])
    change(result, to=State.RETRACTED, reason="retracted", details={"decision": decision})


def change(result: Result, *, to: str, reason: str, details: dict[str, Any] | None = None) -> None:
    """Change a result's state, with the event row that tells of it."""
    before = result.state
    result.state, result.reason = to, reason
    result.save(update_fields=["state", "reason"])
    ResultEvent.objects.create(
        result=result, from_state=before, to_state=to, reason=reason, details=details or {}
    )
    if to == State.RETRACTED != before:
        _tell_retracted(result)
    purge_pages(result)


def _tell_retracted(result: Result) -> None:
    version = result.benchmark_version
    told = {"benchmark": version.benchmark.slug, "version": version.version}
    node = result.node.slug
    webhooks.emit("result.retracted", f"/api/v1/results/{result.ulid}/", {"node": node, **told})


def mark_touched(versions: Iterable[int]) -> None:
    """Note in the versions' rows that their boards are out of date; in one order, so that two
    pulls never wait for each other in a circle."""
    for version in sorted(set(versions)):
        BenchmarkVersion.objects.filter(pk=version).update(
            results_revision=F("results_revision") + 1
        )


def keys_of(result: str, benchmark: str, system: str) -> set[str]:
    """Return what the pages that show a result stand on, all named as in their addresses."""
    return {f"result:{result}", f"board:{benchmark}", f"system:{system}"}


def purge_pages(result: Result) -> None:
    """Drop the kept pages that show a result, when this transaction commits."""
    benchmark, system = result.benchmark_version.benchmark, result.system_revision.system
    purge(*keys_of(result.ulid, benchmark.slug, system.slug))
