"""`manage.py catalogues extract|compile|check [room …]`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from alliance import catalogues


class Command(BaseCommand):
    """Keep the French catalogues complete, without GNU gettext."""

    help = "Extract, compile or check the message catalogues, one a room."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("verb", choices=["extract", "compile", "check"])
        parser.add_argument("rooms", nargs="*", help=f"any of: {', '.join(catalogues.ROOMS)}")

    def handle(self, *args: Any, **options: Any) -> None:
        rooms = options["rooms"] or list(catalogues.ROOMS)
        unknown = set(rooms) - set(catalogues.ROOMS)
        if unknown:
            raise CommandError(
                f"No such room: {', '.join(sorted(unknown))}. Rooms: {', '.join(catalogues.ROOMS)}."
            )
        faults: list[str] = []
        for room in rooms:
            for language in catalogues.LANGUAGES:
                faults += self._one(options["verb"], room, language)
        for line in faults:
            self.stderr.write(line)
        if faults:
            raise CommandError(
                f"{len(faults)} messages need work. Run `manage.py catalogues extract`, then translate."
            )

    def _one(self, verb: str, room: str, language: str) -> list[str]:
        if verb == "extract":
            added = catalogues.extract(room, language)
            self.stdout.write(f"{room} {language}: {added} to translate")
        elif verb == "compile":
            catalogues.compile_catalogue(room, language)
        else:
            return catalogues.faults(room, language)
        return []
