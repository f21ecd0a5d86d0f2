"""For operators: to look, and to press the buttons that call actions. Nothing is edited here by hand."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.problems import DomainError
from leaderboard import actions, reasons
from leaderboard.models import (
    Accelerator,
    Benchmark,
    BenchmarkVersion,
    BoardSnapshot,
    Dispute,
    DisputeEvent,
    Measurement,
    Node,
    NodeCheckpoint,
    NodeEvent,
    NodeKey,
    PullAttempt,
    Quarantined,
    Relay,
    RelayAttempt,
    RelayEvent,
    RelayOrigin,
    RelayRefusal,
    Result,
    System,
)
from members.models import Person


class ReadOnly(admin.ModelAdmin):
    """Rows to look at."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class _Rows(admin.TabularInline):
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class KeyRows(_Rows):
    model = NodeKey
    fields = ("kid", "not_before", "not_after", "confirmed_at", "revoked_at", "revoked_reason")


class MeasurementRows(_Rows):
    model = Measurement
    fields = ("metric", "value", "n", "successes", "recomputed", "agrees")


@admin.register(Node)
class NodeAdmin(ReadOnly):
    """Nodes: pause, resume, and look now."""

    list_display = ("node_id", "organisation", "state", "health", "cursor", "failures")
    list_filter = ("state", "health")
    search_fields = ("node_id", "slug")
    list_select_related = ("organisation",)
    inlines = (KeyRows,)
    actions = ("pause", "resume", "wake")

    @admin.action(description=gettext_lazy("Pause"), permissions=["view"])
    def pause(self, request: HttpRequest, nodes: QuerySet[Node]) -> None:
        self._each(request, nodes, actions.pause_node)

    @admin.action(description=gettext_lazy("Resume"), permissions=["view"])
    def resume(self, request: HttpRequest, nodes: QuerySet[Node]) -> None:
        self._each(request, nodes, actions.resume_node)

    @admin.action(description=gettext_lazy("Look now"), permissions=["view"])
    def wake(self, request: HttpRequest, nodes: QuerySet[Node]) -> None:
        for node in nodes:
            actions.wake_node(slug=node.slug)

    def _each(self, request: HttpRequest, nodes: QuerySet[Node], action: Any) -> None:
        actor = request.user if isinstance(request.user, Person) else None
        for node in nodes:
            try:
                action(node=node, actor=actor)
            except DomainError as refusal:
                self.message_user(request, f"{node}: {refusal.message}", messages.ERROR)


@admin.register(PullAttempt)
class PullAttemptAdmin(ReadOnly):
    """The pull log."""

    list_display = ("node", "started_at", "outcome", "items_new", "quarantined", "took_ms")
    list_filter = ("outcome", "node")
    list_select_related = ("node",)


@admin.register(RelayAttempt)
class RelayAttemptAdmin(ReadOnly):
    """The log of pulls of relays."""

    list_display = ("relay", "started_at", "outcome", "items_new", "quarantined", "took_ms")
    list_filter = ("outcome", "relay")
    list_select_related = ("relay",)


@admin.register(Quarantined)
class QuarantinedAdmin(ReadOnly):
    """What was not accepted, and why."""

    list_display = ("node", "seq", "reason_code", "in_words", "field", "seen_at", "resolved_at")
    list_filter = ("reason_code", "node")
    list_select_related = ("node",)
    exclude = ("raw",)

    @admin.display(description=gettext_lazy("In words"))
    def in_words(self, item: Quarantined) -> str:
        return reasons.explain_item(item.reason_code).title


@admin.register(Result)
class ResultAdmin(ReadOnly):
    """Results; their state changes only by statements and decisions."""

    list_display = ("ulid", "node", "benchmark_version", "system_revision", "state", "reason")
    list_filter = ("state", "benchmark_version", "node")
    search_fields = ("ulid", "run_id")
    list_select_related = ("node", "benchmark_version__benchmark", "system_revision__system")
    inlines = (MeasurementRows,)


class RelayOriginRows(_Rows):
    model = RelayOrigin
    fields = ("node", "checkpoint_path", "created_at")
    readonly_fields = ("created_at",)


class RelayRefusalRows(_Rows):
    model = RelayRefusal
    fields = ("seq", "node", "reason_code", "field", "detail", "seen_at")
    readonly_fields = ("seen_at",)


class RelayEventRows(_Rows):
    model = RelayEvent
    fields = ("at", "kind", "actor", "details")
    readonly_fields = ("at",)


@admin.register(Relay)
class RelayAdmin(ReadOnly):
    """Relays of sister portals; their desk is on the site, under Relays."""

    list_display = ("relay_id", "state", "health", "cursor", "failures", "last_outcome")
    list_filter = ("state", "health")
    search_fields = ("relay_id", "slug")
    exclude = ("log_key", "head_root")
    inlines = (RelayOriginRows, RelayRefusalRows, RelayEventRows)


class DisputeEventRows(_Rows):
    model = DisputeEvent
    fields = ("at", "from_state", "to_state", "actor", "details")
    readonly_fields = ("at",)


@admin.register(Dispute)
class DisputeAdmin(ReadOnly):
    """Disputes; they are settled by decisions. “View on site” leads to the result's page."""

    list_display = ("pk", "result", "organisation", "state", "raised_at", "ended_at")
    list_filter = ("state",)
    search_fields = ("result__ulid",)
    list_select_related = ("result", "organisation")
    inlines = (DisputeEventRows,)


@admin.register(BenchmarkVersion)
class BenchmarkVersionAdmin(ReadOnly):
    """Benchmark versions; adoption is a decision's effect."""

    list_display = ("benchmark", "version", "state", "adopted_by", "results_revision")
    list_filter = ("state",)
    list_select_related = ("benchmark",)
    actions = ("recompute",)

    @admin.action(description=gettext_lazy("Compute the boards again"), permissions=["view"])
    def recompute(self, request: HttpRequest, versions: QuerySet[BenchmarkVersion]) -> None:
        for version in versions:
            actions.refresh_board(benchmark_version_id=version.pk)
        self.message_user(request, _("The boards are up to date."))


@admin.register(System)
class SystemAdmin(admin.ModelAdmin):
    """Systems: an operator may add what statements do not say."""

    list_display = ("name", "identifier", "publisher", "licence")
    search_fields = ("name", "identifier")
    readonly_fields = ("identifier", "slug")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


for model in (Accelerator, Benchmark, BoardSnapshot, NodeCheckpoint, NodeEvent):
    admin.site.register(model, ReadOnly)
