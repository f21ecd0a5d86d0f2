"""`manage.py demo`: load the facts and, where DEMO is on, everything needed to try the portal."""

from __future__ import annotations

import json
import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from alliance import demo
from alliance.problems import DomainError
from members.demo import accounts


class Command(BaseCommand):
    """Load facts and demonstration data; safe to repeat."""

    help = (
        "Load the facts about the Alliance and, with DEMO=1, demonstration bodies, votes and nodes."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--nodes", default="", help="name=address pairs of running nodes, separated by commas"
        )
        parser.add_argument(
            "--accounts", action="store_true", help="only print the demonstration accounts as JSON"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["accounts"]:
            self.stdout.write(json.dumps(accounts() if settings.DEMO else []))
            return
        for name, step in demo.steps(_nodes(options["nodes"])):
            began = time.monotonic()
            try:
                step()
            except DomainError as error:
                raise CommandError(f"{name}: {error.message}") from error
            self.stdout.write(f"{name} ({time.monotonic() - began:.1f} s)")


def _nodes(text: str) -> dict[str, str]:
    nodes = {}
    for pair in filter(None, text.split(",")):
        name, equals, address = pair.partition("=")
        if not equals or not address.startswith(("http://", "https://")):
            raise CommandError(f"--nodes wants name=http://host:port pairs, not {pair!r}.")
        nodes[name.strip()] = address.strip()
    return nodes
