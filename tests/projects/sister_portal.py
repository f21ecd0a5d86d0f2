"""A whole portal in a process of its own, for the test of two that federate: it serves its pages and takes orders.

Orders are JSON lines on standard input, answers JSON lines on standard output. `DATABASE_URL` is migrated already.
"""

from __future__ import annotations

import json
import sys
import threading
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


def main() -> None:
    """Serve and obey."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.wsgi import get_wsgi_application

    # The machine may be busy with other tests; what is tested is not speed.
    settings.HARVEST_LIMITS = {
        "first_byte_seconds": 60,
        "exchange_seconds": 120,
        "harvest_seconds": 240,
    }
    port = int(sys.argv[1])
    server = make_server("127.0.0.1", port, get_wsgi_application(), handler_class=_Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    _say({"ready": True})
    for line in sys.stdin:
        name, *values = json.loads(line)
        _say(ORDERS[name](*values))


def _say(answer: Any) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def _add(slug: str, name: str, summary_en: str, summary_fr: str) -> str:
    from projects import actions
    from projects.actions import ProjectSheet
    from projects.portal_identity import entry_id

    facts = {"name": name, "tier": "managed", "summary_en": summary_en, "summary_fr": summary_fr}
    repositories = [f"https://code.example.org/{slug}/{slug}"]
    sheet = ProjectSheet(slug=slug, facts=facts, repositories=repositories)
    return entry_id(actions.record_project(sheet=sheet).uid)


def _change(slug: str, facts: dict[str, Any]) -> bool:
    from projects import actions
    from projects.actions import ProjectSheet

    actions.record_project(sheet=ProjectSheet(slug=slug, facts=facts))
    return True


def _register(name: str, url: str) -> str:
    from projects import actions

    return actions.register_catalogue(kind="portal", name=name, url=url).slug


def _harvest(slug: str) -> list[Any]:
    from projects.harvest.cycle import harvest
    from projects.models import Source

    attempt = harvest(source_id=Source.objects.get(slug=slug).pk)
    assert attempt is not None
    return [attempt.outcome, attempt.imported, attempt.removed, attempt.failed]


def _copies() -> list[list[str]]:
    from projects.models import CatalogueCopy

    rows = CatalogueCopy.objects.order_by("name")
    return [[row.name, row.state, row.url, row.text_of("summaries", "fr")] for row in rows]


ORDERS = {
    "add": _add,
    "change": _change,
    "register": _register,
    "harvest": _harvest,
    "copies": _copies,
}

if __name__ == "__main__":
    main()
