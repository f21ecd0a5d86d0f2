"""Sources, their harvest logs and the copies they brought, as JSON."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from projects.harvest import reasons
from projects.manifests.findings import Finding
from projects.manifests.wording import remark
from projects.models import CatalogueCopy, HarvestAttempt, Source


class SourceSerializer(serializers.ModelSerializer[Source]):
    """An address that the portal harvests. `project` is set for a project's own manifest."""

    project = serializers.SlugRelatedField[Any](slug_field="slug", read_only=True)

    class Meta:
        model = Source
        fields = [
            "slug", "name", "kind", "url", "project", "origin", "state", "health", "health_since", "last_success_at",
            "failures",
        ]  # fmt: skip


class RemarkSerializer(serializers.Serializer[Any]):
    """A validator's remark in the language asked for."""

    level = serializers.ChoiceField(choices=["error", "warning", "info"])
    rule = serializers.CharField()
    path = serializers.CharField()
    line = serializers.IntegerField()
    column = serializers.IntegerField()
    message = serializers.CharField()
    advice = serializers.CharField()
    reference = serializers.CharField()
    error_from = serializers.DateField(allow_null=True)


class HarvestAttemptSerializer(serializers.ModelSerializer[HarvestAttempt]):
    """One line of a harvest log: outcome, what changed, and every remark with its line, rule and link."""

    message = serializers.SerializerMethodField()
    advice = serializers.SerializerMethodField()
    findings = serializers.SerializerMethodField()

    class Meta:
        model = HarvestAttempt
        fields = [
            "started_at", "finished_at", "outcome", "message", "advice", "detail", "http_status", "gathered",
            "imported", "unchanged", "failed", "removed", "changes", "findings", "took_ms", "repeats",
        ]  # fmt: skip

    def get_message(self, attempt: HarvestAttempt) -> str:
        return reasons.reason(attempt.outcome).title

    def get_advice(self, attempt: HarvestAttempt) -> str:
        return reasons.reason(attempt.outcome).advice

    @extend_schema_field(RemarkSerializer(many=True))
    def get_findings(self, attempt: HarvestAttempt) -> list[dict[str, Any]]:
        return [remark(Finding.from_json(one), attempt.form).as_json() for one in attempt.findings]


class CatalogueCopySerializer(serializers.ModelSerializer[CatalogueCopy]):
    """A copy of an entry that somebody else owns: `url` is its address at its origin."""

    harvested_from = serializers.SlugRelatedField[Any](
        source="source", slug_field="slug", read_only=True
    )

    class Meta:
        model = CatalogueCopy
        fields = [
            "identifier", "harvested_from", "origin", "url", "name", "entry", "terms", "digest", "state",
            "remote_updated", "taken_at", "seen_at",
        ]  # fmt: skip
