"""Fill the portal: facts about the Alliance always, demonstration people where DEMO is on."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.conf import settings

import members.demo
import members.seed


def steps() -> Iterator[tuple[str, Callable[[], object]]]:
    """Yield (what is done, the doing), in an order in which each step finds what it needs; all can be repeated."""
    yield "organisations", members.seed.seed
    if settings.DEMO:
        yield "demonstration members", members.demo.demo
