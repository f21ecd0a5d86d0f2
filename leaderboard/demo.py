"""The demonstration's evaluation nodes: registered and confirmed as a member would do it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from django.conf import settings

from governance.actions import Draft
from governance.demo import BOARD, Story, decide
from leaderboard import actions
from leaderboard.errors import NodeRefused
from leaderboard.models import Benchmark, Node
from members.models import Organisation

WAIT_SECONDS = 20.0
SLUGS = ("language-id", "language-id-noisy")


def demo(nodes: Mapping[str, str] | None = None) -> None:
    """Bring in the nodes at these addresses (`{"node-a": "http://127.0.0.1:9101", …}`).

    `node-a` belongs to the organisation `demo-a`, and so on. A node that has another port since
    the last start is followed there. Raises `NodeRefused` where one does not answer in time.
    """
    if not settings.DEMO:
        raise RuntimeError("Demonstration nodes are brought in only where DEMO=1.")
    for name, endpoint in sorted((nodes or {}).items()):
        letter = name.rpartition("-")[2]
        _bring_in(Organisation.objects.get(slug=f"demo-{letter}"), endpoint)


def _bring_in(organisation: Organisation, endpoint: str) -> None:
    found = Node.objects.owned_by([organisation.pk]).first()
    if found is None or found.state == Node.State.PENDING:
        node = _patiently(
            lambda: actions.register_node(organisation=organisation, endpoint=endpoint, actor=None)
        )
        shown = list(node.keys.waiting().values_list("kid", flat=True))
        node = actions.confirm_node(node=node, kids=shown, actor=None)
    elif found.endpoint != endpoint:
        known = found
        node = _patiently(lambda: actions.move_node(node=known, endpoint=endpoint, actor=None))
    else:
        node = found
        actions.wake_node(slug=node.slug)
    if node.state == Node.State.CHECKED:
        decide(_admission(node))
        node.refresh_from_db()
    for benchmark in Benchmark.objects.filter(slug__in=SLUGS):
        actions.associate_benchmark(node=node, benchmark=benchmark, actor=None)


def _admission(node: Node) -> Story:
    """The demonstration board's decision that admits a node."""
    return Story(
        sheet=BOARD, proposer="a", seconders="b", officer="rep-a@demo.example",
        draft=Draft(
            title_en=f"Admit the evaluation node {node.slug} of {node.organisation}",
            title_fr=f"Admettre le nœud d’évaluation {node.slug} de {node.organisation}",
            text_en=f"The board admits the node **{node.node_id}**. Its keys were compared; the portal pulls from it.",
            text_fr=f"Le conseil admet le nœud **{node.node_id}**. Ses clés ont été comparées ; le portail "
            "l’interroge.",
            effect_kind="leaderboard.admit_node", effect_params={"node": node.slug},
        ),
        votes=(("ab", "for", ""), ("c", "for", "")),
    )  # fmt: skip


def _patiently(introduce: Callable[[], Node]) -> Node:
    """Try until the node answers; it may still be starting."""
    until = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            return introduce()
        except NodeRefused:
            if time.monotonic() > until:
                raise
            time.sleep(0.5)
