"""Fill the portal: facts about the Alliance always, demonstration bodies and nodes where DEMO is on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from django.conf import settings

import governance.demo
import leaderboard.demo
import leaderboard.seed
import members.demo
import members.seed
import projects.demo
import projects.seed


def steps(nodes: Mapping[str, str]) -> Iterator[tuple[str, Callable[[], object]]]:
    """Yield (what is done, the doing), in an order in which each step finds what it needs; all can be repeated.

    `nodes` holds the addresses of running evaluation nodes by name: `{"node-a": "http://127.0.0.1:9101"}`.
    """
    yield "organisations", members.seed.seed
    yield "benchmarks and systems", leaderboard.seed.seed
    yield "projects, focus areas and events", projects.seed.seed
    if not settings.DEMO:
        return
    yield "demonstration members", members.demo.demo
    yield "demonstration bodies, decisions and an open vote", governance.demo.demo
    yield "a demonstration project and events to come", projects.demo.demo
    yield "evaluation nodes", lambda: leaderboard.demo.demo(nodes)
