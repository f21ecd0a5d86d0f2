"""Fill the portal: facts about the Alliance always, demonstration bodies and nodes where DEMO is on."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.conf import settings

import governance.demo
import leaderboard.demo
import leaderboard.seed
import members.demo
import members.seed
import projects.demo
import projects.seed


def steps(nodes: dict[str, str]) -> Iterator[tuple[str, Callable[[], object]]]:
    """Yield (what is done, the doing) in an order in which each step finds what it needs; all can be repeated."""
    yield "organisations", members.seed.seed
    yield "projects and events", projects.seed.seed
    yield "benchmarks and systems", leaderboard.seed.seed
    if not settings.DEMO:
        return
    yield "demonstration members", members.demo.demo
    yield "demonstration events", projects.demo.demo
    yield "demonstration bodies and votes", governance.demo.demo
    yield "evaluation nodes", lambda: leaderboard.demo.demo(nodes)
