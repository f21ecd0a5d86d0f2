"""`manage.py fsck_log`: derive the public log again and compare."""

from __future__ import annotations

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from transparency import audit
from transparency.models import Checkpoint


class Command(BaseCommand):
    """Check leaf hashes, places, tiles, every checkpoint, and that each room's rows stand in the log."""

    help = "Derive the public log again from its entries; exit 1 with every fault found."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        found = list(audit.faults())
        newest = Checkpoint.objects.latest_or_none()
        size = newest.size if newest else 0
        if options["json"]:
            self.stdout.write(json.dumps({"size": size, "faults": found}))
        else:
            for fault in found:
                self.stderr.write(fault)
            self.stdout.write(f"{size} entries, {len(found)} faults")
        if found:
            sys.exit(1)
