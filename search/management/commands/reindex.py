"""`manage.py reindex [KIND …]`: compare the index with what is public and mend the differences."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from search.actions import index_changes, reindex
from search.sources import all_sources


class Command(BaseCommand):
    help = "Compare the search's index with what is public and mend the differences."

    def add_arguments(self, parser: CommandParser) -> None:
        kinds = ", ".join(source.kind for source in all_sources())
        parser.add_argument("kinds", nargs="*", help=f"of: {kinds} (all)")

    def handle(self, *args: Any, **options: Any) -> None:
        unknown = set(options["kinds"]) - {source.kind for source in all_sources()}
        if unknown:
            known = ", ".join(source.kind for source in all_sources())
            raise CommandError(f"No such kind: {', '.join(sorted(unknown))}. Kinds: {known}.")
        for kind, count in reindex(options["kinds"]).items():
            self.stdout.write(f"{kind}: {count}")
        while index_changes():
            pass
