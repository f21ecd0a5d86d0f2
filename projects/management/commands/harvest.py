"""`manage.py harvest [SLUG …]`: harvest sources now, without a worker; all that are due where none is named."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from projects.harvest import notices, scheduling
from projects.harvest.cycle import harvest
from projects.harvest.reasons import reason
from projects.models import Source


class Command(BaseCommand):
    """For operators, and for portals without a queue."""

    help = "Harvest the named sources, or all that are due, and send the letters that wait."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slugs", nargs="*", metavar="SLUG")

    def handle(self, *args: Any, **options: Any) -> None:
        named = dict(Source.objects.filter(slug__in=options["slugs"]).values_list("slug", "pk"))
        unknown = [slug for slug in options["slugs"] if slug not in named]
        if unknown:
            raise CommandError(f"No such source: {', '.join(unknown)}.")
        for pk in named.values() if options["slugs"] else scheduling.due_sources():
            attempt = harvest(source_id=pk)
            source = Source.objects.get(pk=pk)
            if attempt is None:
                self.stdout.write(f"{source.slug}: somebody is at it, or it is paused")
            else:
                self.stdout.write(
                    f"{source.slug}: {attempt.outcome}: {reason(attempt.outcome).title}"
                )
        notices.send_all()
