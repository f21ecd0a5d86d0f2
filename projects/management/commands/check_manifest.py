"""`manage.py check_manifest FILE|URL [--json]`: does a manifest keep to its standard?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone, translation

from alliance.outbound import CODES, message
from projects.manifests import Reading, read_manifest
from projects.manifests.fetching import FetchFailed, get, raw_address, repository_of
from projects.manifests.formats import FORMATS
from projects.manifests.reading import LANDSCAPE_BYTES
from projects.manifests.wording import FORMATS as FORMAT_NAMES
from projects.manifests.wording import remark


class Command(BaseCommand):
    """Read a manifest as the portal does and say what it finds; the exit status is 1 where there are errors."""

    help = "Check a publiccode.yml, codemeta.json, CITATION.cff or landscape.yml, from a file or address."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", metavar="FILE|URL")
        parser.add_argument("--json", action="store_true", help="for programs")
        parser.add_argument("--format", choices=FORMATS, default="", dest="form")
        parser.add_argument("--language", choices=("en", "fr"), default="en")

    def handle(self, *args: Any, **options: Any) -> None:
        source = options["source"]
        with translation.override(options["language"]):
            raw, repository = self._bytes(source)
            reading = read_manifest(
                raw,
                name=source,
                form=options["form"],
                repository=repository,
                today=timezone.now().date(),
            )
            self._tell(source, reading, as_json=options["json"])
        if not reading.is_valid:
            raise CommandError(f"{source}: not valid.", returncode=1)

    def _bytes(self, source: str) -> tuple[bytes, str]:
        """Return the file, and the repository it lies in where its address tells."""
        if "://" not in source:
            path = Path(source)
            try:
                with path.open("rb") as file:
                    return file.read(LANDSCAPE_BYTES + 1), ""
            except OSError as error:
                raise CommandError(f"{source}: {error.strerror}") from error
        url = raw_address(source)
        try:
            return get(url, max_bytes=LANDSCAPE_BYTES).body, repository_of(url)
        except FetchFailed as failure:
            words = message(failure.code) if failure.code in CODES else failure.detail
            raise CommandError(f"{source}: {words}", returncode=2) from failure

    def _tell(self, source: str, reading: Reading, *, as_json: bool) -> None:
        remarks = [remark(one, reading.form) for one in reading.findings]
        if as_json:
            body = reading.as_json() | {
                "source": source,
                "findings": [one.as_json() for one in remarks],
            }
            self.stdout.write(json.dumps(body, ensure_ascii=False, indent=2))
            return
        name = FORMAT_NAMES.get(reading.form, "?")
        self.stdout.write(f"{source}: {name} {reading.version}".rstrip())
        for one in remarks:
            where = f"{one.line}:{one.column}" if one.line else "-"
            self.stdout.write(
                f"{where}\t{one.level}\t{one.rule}\t{one.path}\t{one.title} {one.advice}"
            )
            if one.reference:
                self.stdout.write(f"\t\t\t\t{one.reference}")
