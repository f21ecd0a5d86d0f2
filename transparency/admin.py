"""The log for staff: to read, never to write."""

from django.contrib import admin
from django.http import HttpRequest

from transparency.models import Checkpoint, Entry


class ReadOnly(admin.ModelAdmin):
    """No adding, changing or deleting."""

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(Entry)
class EntryAdmin(ReadOnly):
    """Entries by kind."""

    list_display = ["pk", "kind", "created_at"]
    list_filter = ["kind"]


@admin.register(Checkpoint)
class CheckpointAdmin(ReadOnly):
    """Checkpoints by size."""

    list_display = ["size", "created_at"]
