"""The log as JSON."""

from __future__ import annotations

import base64
from typing import Any

from rest_framework import serializers

from transparency.models import Checkpoint, Entry
from transparency.sources import json_of


class EntrySerializer(serializers.ModelSerializer[Entry]):
    """An entry without its bytes."""

    index = serializers.IntegerField(source="leaf_index", allow_null=True, read_only=True)
    leaf_hash = serializers.SerializerMethodField()

    class Meta:
        model = Entry
        fields = ["id", "kind", "index", "leaf_hash", "created_at"]

    def get_leaf_hash(self, entry: Entry) -> str:
        return base64.b64encode(bytes(entry.leaf_hash)).decode()


class EntryDetailSerializer(EntrySerializer):
    """An entry with its bytes, and as JSON where it is JSON."""

    body = serializers.SerializerMethodField()
    json = serializers.SerializerMethodField()

    class Meta(EntrySerializer.Meta):
        fields = [*EntrySerializer.Meta.fields, "body", "json"]

    def get_body(self, entry: Entry) -> str:
        return base64.b64encode(bytes(entry.body)).decode()

    def get_json(self, entry: Entry) -> dict[str, Any] | None:
        return json_of(bytes(entry.body))


class ProofSerializer(serializers.Serializer[Any]):
    """An inclusion proof (RFC 6962 §2.1.1) against a signed checkpoint; hashes in base64."""

    index = serializers.IntegerField()
    size = serializers.IntegerField()
    leaf_hash = serializers.CharField()
    path = serializers.ListField(child=serializers.CharField())
    root = serializers.CharField()  # type: ignore[assignment]
    checkpoint = serializers.CharField()


class CheckpointSerializer(serializers.ModelSerializer[Checkpoint]):
    """A signed checkpoint."""

    root = serializers.CharField(source="root_base64")  # type: ignore[assignment]

    class Meta:
        model = Checkpoint
        fields = ["size", "root", "note", "created_at"]
