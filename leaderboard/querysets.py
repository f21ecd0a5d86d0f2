"""The questions asked about nodes, results and boards."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q

from alliance.attempts import AttemptQuerySet
from alliance.viewer import Viewer

SECOND = models.Value(timedelta(seconds=1))


class BenchmarkQuerySet(models.QuerySet["Benchmark"]):
    """Benchmarks; all of them are public."""

    def visible_to(self, viewer: Viewer) -> BenchmarkQuerySet:
        """Everybody sees every benchmark, proposed ones as such."""
        return self

    def matching(self, wanted: str) -> BenchmarkQuerySet:
        """Those whose name or address contains the words, whatever their accents and capitals."""
        return self.filter(
            Q(name_en__unaccent__icontains=wanted)
            | Q(name_fr__unaccent__icontains=wanted)
            | Q(slug__icontains=wanted)
        )

    def adopted(self) -> BenchmarkQuerySet:
        """Those with an adopted version: they have a board."""
        return self.filter(versions__state="adopted").distinct()


class BenchmarkVersionQuerySet(models.QuerySet["BenchmarkVersion"]):
    """Benchmark versions."""

    def named(self, benchmark: str, version: str) -> BenchmarkVersionQuerySet:
        """The one that a statement or a decision names."""
        return self.filter(benchmark__slug=benchmark, version=version).select_related("benchmark")

    def adopted(self) -> BenchmarkVersionQuerySet:
        """Those with a public board."""
        return self.filter(state="adopted").select_related("benchmark")

    def with_board(self) -> BenchmarkVersionQuerySet:
        """Those that have or had a public board."""
        return self.filter(state__in=("adopted", "retired")).select_related("benchmark")

    def current(self) -> BenchmarkVersionQuerySet:
        """The newest adopted version of each benchmark."""
        newer = self.model.objects.filter(
            benchmark=OuterRef("benchmark"),
            state="adopted",
            adopted_at__gt=OuterRef("adopted_at"),
        )
        return self.adopted().filter(~Exists(newer))


class SystemQuerySet(models.QuerySet["System"]):
    """Systems under test; all of them are public."""

    def visible_to(self, viewer: Viewer) -> SystemQuerySet:
        """Everybody sees every system."""
        return self

    def matching(self, wanted: str) -> SystemQuerySet:
        """Those whose name, publisher or identifier contains the words, whatever their accents and capitals."""
        return self.filter(
            Q(name__unaccent__icontains=wanted)
            | Q(publisher__unaccent__icontains=wanted)
            | Q(identifier__icontains=wanted)
        )


class NodeQuerySet(models.QuerySet["Node"]):
    """Evaluation nodes."""

    def visible_to(self, viewer: Viewer) -> NodeQuerySet:
        """Nodes in service for everybody; one that waits for its keys only for its owner."""
        if viewer.is_staff:
            return self
        return self.filter(~Q(state="pending") | Q(organisation__in=viewer.organisation_ids))

    def matching(self, wanted: str) -> NodeQuerySet:
        """Those whose name or owner contains the words, whatever their accents and capitals."""
        owner = Q(organisation__is_listed=True, organisation__name__unaccent__icontains=wanted)
        return self.filter(Q(node_id__icontains=wanted) | owner).select_related("organisation")

    def owned_by(self, organisation_ids: list[int] | frozenset[int]) -> NodeQuerySet:
        """Those of some organisations."""
        return self.filter(organisation__in=organisation_ids).select_related("organisation")

    def active(self) -> NodeQuerySet:
        """Those in service."""
        return self.filter(state="active")

    def takeable(self, now: datetime) -> NodeQuerySet:
        """Those a worker may pull: in service, nobody at it, breaker closed."""
        return (
            self.filter(state="active")
            .filter(Q(lease_until=None) | Q(lease_until__lte=now))
            .filter(Q(breaker_until=None) | Q(breaker_until__lte=now))
        )

    def due(self, now: datetime, ring_again: timedelta) -> NodeQuerySet:
        """Those to be pulled now and not rung for a moment ago, the longest waiting first."""
        return (
            self.takeable(now)
            .filter(next_pull_at__lte=now)
            .filter(Q(rung_at=None) | Q(rung_at__lte=now - ring_again))
            .order_by("next_pull_at", "pk")
        )

    def suspects(self) -> NodeQuerySet:
        """Those whose last pull failed, or that never answered one."""
        return self.filter(Q(failures__gt=0) | Q(last_success_at=None))

    def trusted(self) -> NodeQuerySet:
        """Those whose last pull went well."""
        return self.filter(failures=0, last_success_at__isnull=False)

    def quiet(self) -> NodeQuerySet:
        """Those nobody is at, read to the end of their log, whose last pull brought no news: a glance is enough."""
        last = self.model.pulls.rel.related_model.objects.filter(
            node=OuterRef("pk"), lease_token=OuterRef("lease_token"), outcome="unchanged"
        )
        return (
            self.trusted()
            .filter(state="active", health="fresh", lease_until=None)
            .filter(cursor__gte=F("last_checkpoint__size"))
            .exclude(etag="")
            .filter(Exists(last))
        )

    def under_way(self, now: datetime, ring_again: timedelta) -> NodeQuerySet:
        """Those that keep a worker busy, or will in a moment."""
        return self.filter(Q(lease_until__gt=now) | Q(rung_at__gt=now - ring_again))

    def overdue(self, now: datetime) -> NodeQuerySet:
        """Fresh ones that missed three intervals."""
        return self.filter(
            state="active",
            health="fresh",
            last_success_at__lt=now - F("interval") * 3 * SECOND,
        )

    def for_list(self) -> NodeQuerySet:
        """With what a list shows."""
        return self.select_related("organisation", "last_checkpoint").prefetch_related("benchmarks")

    def with_counts(self) -> NodeQuerySet:
        """With `result_count` and `open_quarantine`."""
        return self.annotate(
            result_count=Count("results", distinct=True),
            open_quarantine=Count(
                "quarantine", filter=Q(quarantine__resolved_at=None), distinct=True
            ),
        )


class NodeKeyQuerySet(models.QuerySet["NodeKey"]):
    """Keys of nodes."""

    def confirmed(self) -> NodeKeyQuerySet:
        """Those an owner has compared and pinned."""
        return self.filter(confirmed_at__isnull=False)

    def waiting(self) -> NodeKeyQuerySet:
        """Those shown by the node, not yet compared."""
        return self.filter(confirmed_at=None, revoked_at=None)


class PullAttemptQuerySet(AttemptQuerySet):
    """Pulls of nodes."""

    def of_node(self, node_id: int) -> Self:
        """One node's, newest first."""
        return self.filter(node=node_id).newest_first()


class QuarantinedQuerySet(models.QuerySet["Quarantined"]):
    """Items that were not accepted."""

    def of_node(self, node_id: int) -> QuarantinedQuerySet:
        """One node's."""
        return self.filter(node=node_id)

    def open(self) -> QuarantinedQuerySet:
        """Those nobody has settled."""
        return self.filter(resolved_at=None)


class EnvelopeQuerySet(models.QuerySet["Envelope"]):
    """Accepted envelopes."""

    def after(self, seq: int) -> EnvelopeQuerySet:
        """Those with a place in the public log after `seq` (a leaf's index plus one), in order.

        The log's order is the relay's order: a sister portal checks what it reads here against the
        portal's own checkpoint, exactly as with a node.
        """
        return self.filter(entry__leaf__index__gte=seq).order_by("entry__leaf__index")


class ResultQuerySet(models.QuerySet["Result"]):
    """Results."""

    def visible_to(self, viewer: Viewer) -> ResultQuerySet:
        """Everybody sees every accepted result, retracted and equivocated ones as such."""
        return self

    def of_version(self, benchmark_version_id: int) -> ResultQuerySet:
        """Those of one benchmark version."""
        return self.filter(benchmark_version=benchmark_version_id)

    def of_run(self, node_id: int, run_id: str) -> ResultQuerySet:
        """Everything a node signed under one run id: more than one is equivocation."""
        return self.filter(node=node_id, run_id=run_id)

    def of_node(self, node_id: int) -> ResultQuerySet:
        """One node's."""
        return self.filter(node=node_id)

    def of_envelope(self, sha256: str) -> ResultQuerySet:
        """The one that an envelope holds."""
        return self.filter(envelope=sha256)

    def counted(self) -> ResultQuerySet:
        """Those that boards rank."""
        return self.filter(state="counted")

    def for_board(self) -> ResultQuerySet:
        """With what computing a board reads."""
        return self.select_related(
            "node__organisation", "system_revision__system", "samples"
        ).prefetch_related("measurements")

    def for_page(self) -> ResultQuerySet:
        """With what a result page shows."""
        return self.select_related(
            "envelope__entry",
            "envelope__relay",
            "node__organisation",
            "benchmark_version__benchmark",
            "system_revision__system",
            "accelerator",
            "superseded_by",
        ).prefetch_related("measurements", "events")


class RunStartedQuerySet(models.QuerySet["RunStarted"]):
    """Announced runs."""

    def of_node(self, node_id: int) -> RunStartedQuerySet:
        """One node's."""
        return self.filter(node=node_id)

    def without_result(self) -> RunStartedQuerySet:
        """Those whose result never came (or has not come yet)."""
        from leaderboard.models import Result

        arrived = Result.objects.filter(node=OuterRef("node"), run_id=OuterRef("run_id"))
        return self.filter(~Exists(arrived))
