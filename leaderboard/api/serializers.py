"""The leaderboard as JSON. Numbers that matter are decimal strings."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from leaderboard.metrics import metric_name
from leaderboard.models import (
    Benchmark,
    BenchmarkVersion,
    Measurement,
    Node,
    NodeKey,
    Result,
    System,
    SystemRevision,
)
from members.api.serializers import OrganisationSlugField


class BenchmarkVersionSerializer(serializers.ModelSerializer[BenchmarkVersion]):
    """Fixed data, metrics and tolerance of a benchmark."""

    class Meta:
        model = BenchmarkVersion
        fields = [
            "version", "state", "dataset_digest", "task_digest", "primary_metric", "metrics", "tolerance", "n_items",
            "adopted_by", "adopted_at",
        ]  # fmt: skip


class BenchmarkSerializer(serializers.ModelSerializer[Benchmark]):
    """A measured task with its versions, the newest first."""

    versions = BenchmarkVersionSerializer(many=True, read_only=True)

    class Meta:
        model = Benchmark
        fields = [
            "slug", "name_en", "name_fr", "summary_en", "summary_fr", "dimension", "versions",
        ]  # fmt: skip


class RowSerializer(serializers.Serializer[Any]):
    """One row of a board."""

    system = serializers.CharField()
    name = serializers.CharField()
    revision = serializers.CharField()
    licence = serializers.CharField(allow_blank=True)
    value = serializers.CharField(help_text="decimal string")
    low = serializers.CharField(allow_null=True, help_text="decimal string")
    high = serializers.CharField(allow_null=True, help_text="decimal string")
    interval = serializers.ChoiceField(["wilson", "reported", "none"])
    n = serializers.IntegerField(allow_null=True)
    ranked = serializers.BooleanField()
    reason = serializers.CharField(allow_null=True, help_text="why the row has no rank")
    rank_low = serializers.IntegerField(allow_null=True)
    rank_high = serializers.IntegerField(allow_null=True)
    p = serializers.CharField(allow_null=True, help_text="against the leader; decimal string")
    test = serializers.ChoiceField(["anchor", "mcnemar", "fisher", "normal", "none"])
    tied_with_leader = serializers.BooleanField()
    tie_class = serializers.IntegerField(
        allow_null=True,
        required=False,
        help_text="1 for those the test cannot tell from the leader",
    )
    assurance = serializers.ChoiceField(
        ["self-attested", "recomputed", "replicated", "disputed", "retracted"]
    )
    organisations = serializers.SerializerMethodField(help_text="how many measured it")
    agreeing = serializers.IntegerField(help_text="organisations within tolerance of each other")
    dissenting = serializers.IntegerField()
    spread = serializers.CharField(help_text="largest minus smallest; decimal string")
    nodes = serializers.ListField(child=serializers.CharField())
    results = serializers.ListField(child=serializers.CharField(), help_text="ULIDs")

    def get_organisations(self, row: dict[str, Any]) -> int:
        return len(row["organisations"])


class BoardSerializer(serializers.Serializer[Any]):
    """A board in short."""

    benchmark = serializers.CharField()
    version = serializers.CharField()
    dimension = serializers.CharField()
    metric = serializers.CharField()
    number = serializers.IntegerField(help_text="rises by one with each change; 0 while empty")
    computed_at = serializers.DateTimeField(allow_null=True)
    systems = serializers.IntegerField()
    ranked = serializers.IntegerField()
    replicated = serializers.IntegerField(
        help_text="systems that two or more organisations agree on"
    )


class BoardDetailSerializer(BoardSerializer):
    """A board with its rows."""

    metrics = serializers.ListField(child=serializers.CharField())
    ranking_code_version = serializers.CharField(allow_null=True)
    draws_digest = serializers.CharField(allow_null=True)
    digest = serializers.CharField(allow_null=True)
    rows = RowSerializer(many=True)


class SystemRevisionSerializer(serializers.ModelSerializer[SystemRevision]):
    """One exact form of a system; no digest means that it was declared opaque."""

    class Meta:
        model = SystemRevision
        fields = ["revision", "digest"]


class SystemSerializer(serializers.ModelSerializer[System]):
    """A system under test."""

    revisions = SystemRevisionSerializer(many=True, read_only=True)

    class Meta:
        model = System
        fields = [
            "slug", "identifier", "name", "publisher", "licence", "homepage", "revisions",
        ]  # fmt: skip


class NodeKeySerializer(serializers.ModelSerializer[NodeKey]):
    """A public key's thumbprint and what may be verified with it."""

    class Meta:
        model = NodeKey
        fields = ["kid", "not_before", "not_after", "confirmed_at", "revoked_at"]


class NodeSerializer(serializers.ModelSerializer[Node]):
    """An evaluation node and how it fares."""

    organisation = OrganisationSlugField()
    benchmarks = serializers.SlugRelatedField[Any](slug_field="slug", many=True, read_only=True)
    keys = NodeKeySerializer(many=True, read_only=True)
    results = serializers.IntegerField(source="result_count", read_only=True)
    open_quarantine = serializers.IntegerField(read_only=True)

    class Meta:
        model = Node
        fields = [
            "slug", "node_id", "organisation", "endpoint", "log_origin", "software", "state", "health", "health_since",
            "interval", "last_success_at", "benchmarks", "keys", "results", "open_quarantine",
        ]  # fmt: skip


class PlainNumber(serializers.CharField):
    """A stored number as a decimal string without trailing zeros."""

    def to_representation(self, value: Any) -> str:
        return f"{value.normalize():f}"


class MeasurementSerializer(serializers.ModelSerializer[Measurement]):
    """One number of a result."""

    name = serializers.SerializerMethodField()
    value = PlainNumber(help_text="decimal string")
    stderr = PlainNumber(allow_null=True, help_text="decimal string")
    recomputed = PlainNumber(allow_null=True, help_text="decimal string")

    class Meta:
        model = Measurement
        fields = [
            "metric", "name", "group", "value", "n", "successes", "stderr", "unit", "higher_is_better", "recomputed",
            "agrees",
        ]  # fmt: skip

    def get_name(self, row: Measurement) -> str:
        return metric_name(row.result.benchmark_version.metric(row.metric) or {"id": row.metric})


class ResultSerializer(serializers.ModelSerializer[Result]):
    """A signed result as the portal read it; the envelope itself is at `envelope`."""

    id = serializers.CharField(source="ulid")
    node = serializers.CharField(source="node.slug")
    organisation = OrganisationSlugField(source="node.organisation")
    benchmark = serializers.CharField(source="benchmark_version.benchmark.slug")
    version = serializers.CharField(source="benchmark_version.version")
    system = serializers.CharField(source="system_revision.system.slug")
    revision = serializers.CharField(source="system_revision.revision")
    envelope = serializers.SerializerMethodField()
    entry = serializers.CharField(source="envelope.entry_id", help_text="entry of the public log")
    relay = serializers.CharField(
        source="envelope.relay.slug", default=None, help_text="through which sister portal it came"
    )
    measurements = MeasurementSerializer(many=True, read_only=True)

    class Meta:
        model = Result
        fields = [
            "id", "run_id", "attempt", "node", "organisation", "benchmark", "version", "system", "revision",
            "started_at", "finished_at", "ingested_at", "harness_name", "harness_version", "settings_digest",
            "relationship",
            "outcomes", "state", "reason", "reason_text", "envelope", "entry", "relay", "measurements",
        ]  # fmt: skip

    def get_envelope(self, row: Result) -> str:
        return f"/federation/v1/envelopes/{row.envelope_id}"
