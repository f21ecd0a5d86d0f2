"""What the pages of evaluation nodes show: health in words and shape, pulls, quarantine, keys, the log's head."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliance.pages import tag
from alliance.viewer import ANONYMOUS
from leaderboard import measures, node_words
from leaderboard.charts.coverage import coverage_mark
from leaderboard.charts.nodes import Dot, Health, health_mark, node_picture
from leaderboard.models import (
    BoardSnapshot,
    Node,
    NodeCheckpoint,
    NodeKey,
    PullAttempt,
    Quarantined,
    Result,
    Standing,
)
from leaderboard.reasons import explain_item
from leaderboard.relays.heads import FORK
from members.models import Organisation

PULLS_SHOWN = 20
QUARANTINE_SHOWN = 20
COVERAGE_ROWS = 40

_HEALTH = {
    Node.Health.NEW: Health.WAITING,
    Node.Health.FRESH: Health.FRESH,
    Node.Health.STALE: Health.STALE,
    Node.Health.DOWN: Health.DOWN,
    Node.Health.INCONSISTENT: Health.INCONSISTENT,
}


@dataclass(frozen=True, slots=True)
class NodeLine:
    """A node in a list."""

    node: Node
    mark: SafeString
    health: str
    sentence: str
    results: int
    quarantined: int

    @property
    def is_good(self) -> bool:
        return health_of(self.node) is Health.FRESH


@dataclass(frozen=True, slots=True)
class PullLine:
    """A pull as printed; quiet ones in a row share a line."""

    at: datetime
    when: str
    word: str
    text: str
    is_failure: bool
    took_ms: int


@dataclass(frozen=True, slots=True)
class QuarantineLine:
    """An item that was not accepted, and what its owner can do."""

    seen_at: datetime
    seq: int
    code: str
    text: str
    advice: str
    digest: str


@dataclass(frozen=True, slots=True)
class KeyLine:
    """A key and whether it may sign."""

    key: NodeKey
    state: str


@dataclass(frozen=True, slots=True)
class ResultLine:
    """A result in a dated list."""

    result: Result
    at: datetime
    when: str
    node: str
    system: str
    benchmark: str
    value: str
    interval: str
    state: str


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """A system and the nodes that measured it."""

    name: str
    slug: str
    cells: list[SafeString]


@dataclass(frozen=True, slots=True)
class Coverage:
    """Which node measured which system on one board."""

    nodes: list[str]
    rows: list[CoverageRow]
    more: int


def node_lines() -> list[NodeLine]:
    """Return every public node with its health and counts, in two queries."""
    nodes = Node.objects.visible_to(ANONYMOUS).for_list().with_counts()
    return [line_of(node) for node in nodes]


def line_of(node: Node) -> NodeLine:
    """Put one node into words."""
    return NodeLine(
        node=node,
        mark=health_mark(health_of(node)),
        health=node_words.health_word(node),
        sentence=node_words.health_sentence(node),
        results=getattr(node, "result_count", 0),
        quarantined=getattr(node, "open_quarantine", 0),
    )


def health_of(node: Node) -> Health:
    """Return the circle to draw; a paused or suspended node waits."""
    if node.state == Node.State.RELAYED and node.health == Node.Health.INCONSISTENT:
        return Health.INCONSISTENT
    if node.state != Node.State.ACTIVE:
        return Health.WAITING
    return _HEALTH[Node.Health(node.health)]


def picture_of(lines: Sequence[NodeLine], snapshots: Iterable[BoardSnapshot]) -> SafeString:
    """Draw the nodes around the portal, with a line between those that meet in a cell."""
    places = {line.node.slug: i for i, line in enumerate(lines)}
    pairs = {
        (min(a, b), max(a, b))
        for snapshot in snapshots
        for a, b in ((places.get(x, -1), places.get(y, -1)) for x, y in snapshot.said.pairs)
        if a >= 0 and b >= 0
    }
    dots = [Dot(line.node.slug, health_of(line.node)) for line in lines]
    return node_picture(dots, sorted(pairs), label=_sentence(lines))


def _sentence(lines: Sequence[NodeLine]) -> str:
    fresh = sum(1 for line in lines if health_of(line.node) is Health.FRESH)
    text = ngettext(
        "%(count)s evaluation node around the portal, %(fresh)s of them fresh",
        "%(count)s evaluation nodes around the portal, %(fresh)s of them fresh",
        len(lines),
    )
    return text % {"count": len(lines), "fresh": fresh}


def health_key(lines: Iterable[NodeLine]) -> list[tuple[SafeString, str]]:
    """Explain the circles that the picture has."""
    found = {health_of(line.node) for line in lines}
    return [(health_mark(h), str(node_words.HEALTH_KEY[h])) for h in Health if h in found]


def pulls_of(node: Node) -> list[PullLine]:
    """Return the node's last pulls, newest first."""
    pulls = PullAttempt.objects.of_node(node.pk).filter(finished_at__isnull=False)[:PULLS_SHOWN]
    return [
        PullLine(
            at=pull.finished_at or pull.started_at,
            when=measures.short_moment(pull.finished_at or pull.started_at),
            word=node_words.pull_word(pull),
            text=node_words.pull_text(pull),
            is_failure=node_words.is_failure(pull),
            took_ms=pull.took_ms,
        )
        for pull in pulls
    ]


def quarantine_of(node: Node) -> list[QuarantineLine]:
    """Return what of the node's was not accepted and is not settled."""
    rows = Quarantined.objects.open().filter(node=node).defer("raw")[:QUARANTINE_SHOWN]
    return [
        QuarantineLine(
            row.seen_at,
            row.seq,
            row.reason_code,
            node_words.quarantine_text(row),
            explain_item(row.reason_code).advice,
            row.digest,
        )
        for row in rows
    ]


def keys_of(node: Node, now: datetime) -> list[KeyLine]:
    """Return the node's keys with what each may do today."""
    return [KeyLine(key, node_words.key_state(key, now)) for key in node.keys.all()]


def contradictions_of(node: Node) -> list[NodeCheckpoint]:
    """Return the heads that contradict what the node signed before: the evidence."""
    found = node.checkpoints.filter(consistent=False).select_related("contradicts")
    return list(found.order_by("-pk")[:3])


def relay_forks_of(node: Node) -> list[dict[str, Any]]:
    """Return pairs of heads of which a relay showed one: the evidence of two histories."""
    return [event.details for event in node.events.filter(kind=FORK)[:3]]


def notices_of(node: Node) -> list[str]:
    """Say first what takes a node's word its weight: a suspension, a key revoked, two truths for one run."""
    notices = []
    if node.state == Node.State.SUSPENDED:
        event = node.events.filter(kind="suspended").first()
        notices.append(node_words.suspended_text(event.details if event else {}))
    revoked = [key for key in node.keys.all() if key.revoked_at is not None]
    notices += [node_words.revoked_text(key) for key in revoked]
    runs = node.results.filter(state=Result.State.EQUIVOCATED).values("run_id").distinct().count()
    if runs:
        notices.append(node_words.equivocation_text(runs))
    return notices


def coverages_of(
    snapshots: Sequence[BoardSnapshot],
) -> list[tuple[BoardSnapshot, Coverage]]:
    """Return the grid of nodes by systems of each board, its first rows."""
    rows = Standing.objects.leading_rows([s.pk for s in snapshots], COVERAGE_ROWS)
    return [(s, _coverage(s, rows[s.pk])) for s in snapshots if rows.get(s.pk)]


def _coverage(snapshot: BoardSnapshot, stored: list[dict[str, Any]]) -> Coverage:
    nodes = sorted(snapshot.said.counts["node"])
    rows = [
        CoverageRow(
            f"{row['name']} {row['revision']}",
            row["system"],
            [_cell_mark(slug in row["nodes"]) for slug in nodes],
        )
        for row in stored
    ]
    return Coverage(nodes, rows, snapshot.said.total - len(rows))


def _cell_mark(is_measured: bool) -> SafeString:
    return coverage_mark(int(is_measured), _("measured") if is_measured else _("not measured"))


def is_troubled(line: NodeLine) -> bool:
    """Say whether a reader should hear about this node before the good news."""
    bad = (Health.STALE, Health.DOWN, Health.INCONSISTENT)
    return health_of(line.node) in bad or line.quarantined > 0


def result_lines(results: Iterable[Result]) -> list[ResultLine]:
    """Put results into a dated list."""
    return [_result_line(result) for result in results]


def _result_line(result: Result) -> ResultLine:
    version = result.benchmark_version
    numbers = list(result.measurements.all())
    headline = next((m for m in numbers if m.metric == version.primary_metric), numbers[0])
    return ResultLine(
        result=result,
        at=result.ingested_at,
        when=measures.short_moment(result.ingested_at),
        node=result.node.slug,
        system=f"{result.system_revision.system.name} {result.system_revision.revision}",
        benchmark=version.benchmark.name,
        value=measures.value_text(headline),
        interval=measures.interval_text(headline),
        state="" if result.state == Result.State.COUNTED else str(result.get_state_display()),
    )


def latest_results(node: Node | None = None, limit: int = 8) -> list[Result]:
    """Return what came in last, of one node or of all."""
    results = Result.objects.visible_to(ANONYMOUS).select_related(
        "node", "benchmark_version__benchmark", "system_revision__system"
    )
    if node is not None:
        results = results.filter(node=node)
    return list(results.prefetch_related("measurements").order_by("-ingested_at", "-pk")[:limit])


def organisation_section(request: HttpRequest, organisation: Organisation) -> dict[str, Any] | None:
    """Return the nodes an organisation runs, for its page in the directory; None where it runs none."""
    nodes = Node.objects.visible_to(ANONYMOUS).filter(organisation=organisation)
    lines = [line_of(node) for node in nodes.for_list().with_counts()]
    tag(request, "nodes")
    return {"lines": lines} if lines else None
