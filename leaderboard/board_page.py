"""What a board page shows, gathered from one snapshot; five rows or five hundred cost the same queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliance.i18n import whole
from leaderboard import wording
from leaderboard.board_query import BoardQuery, Facet, facets_of
from leaderboard.board_words import Fact, KeyItem, caveats, facts_of, key_of
from leaderboard.lines import Table, make_table, scale_of
from leaderboard.metrics import in_sentence, metric_name, metric_with_unit
from leaderboard.models import Benchmark, BenchmarkVersion, BoardSnapshot

Stored = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Tab:
    """A metric of the version."""

    label: str
    dimension: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class Decision:
    """The decision that adopted the version."""

    number: str
    url: str
    day: datetime | None


@dataclass(frozen=True, slots=True)
class BoardPage:
    """Everything the templates print."""

    benchmark: Benchmark
    version: BenchmarkVersion
    query: BoardQuery
    path: str
    decision: Decision | None
    facts: list[Fact]
    tabs: list[Tab]
    facets: list[Facet]
    number: int
    computed_at: datetime | None
    heading: str
    sentence: str
    table: Table
    unranked: Table
    unranked_note: str
    key: list[KeyItem]
    caveats: list[str]
    shown: int
    total: int
    is_past: bool
    first_day: str
    last_day: str
    json_url: str
    csv_url: str
    api_url: str
    now_url: str
    all_url: str
    draws_digest: str
    empty_title: str
    empty_text: str

    @property
    def filtered(self) -> bool:
        return self.query.is_filtered

    @property
    def topic(self) -> str:
        """The live topic to follow; a past board does not move."""
        return "" if self.is_past else f"board:{self.benchmark.slug}"

    @property
    def metric_param(self) -> str:
        return "" if self.query.metric == self.version.primary_metric else self.query.metric

    @property
    def as_of(self) -> str:
        return self.query.as_of.isoformat() if self.query.as_of else ""


def snapshot_for(version: BenchmarkVersion, query: BoardQuery) -> BoardSnapshot | None:
    """Return the newest snapshot, or the newest of the day asked for."""
    boards = BoardSnapshot.objects.of_board(version.pk, query.metric)
    return boards.as_of(query.until).first() if query.until else boards.latest_or_none()


def kept_rows(snapshot: BoardSnapshot | None, query: BoardQuery) -> list[Stored]:
    """Return the rows that the facets leave, in board order: what the page and every export show."""
    return [row for row in (snapshot.rows if snapshot else []) if query.keeps(row)]


def board_page(
    version: BenchmarkVersion, query: BoardQuery, params: QueryDict, today: date
) -> BoardPage:
    """Gather a board page."""
    benchmark = version.benchmark
    metric = version.metric(query.metric) or {"id": query.metric}
    snapshot = snapshot_for(version, query)
    rows: Sequence[Stored] = snapshot.rows if snapshot else []
    kept = kept_rows(snapshot, query)
    ranked = [row for row in kept if row["ranked"]]
    unranked = [row for row in kept if not row["ranked"]]
    count = sum(1 for row in rows if row["ranked"])
    name = in_sentence(metric)
    path = reverse("leaderboard:board", args=[benchmark.slug])
    value_head = metric_with_unit(metric)
    scale = scale_of(kept) if kept else None
    return BoardPage(
        benchmark=benchmark,
        version=version,
        query=query,
        path=path,
        decision=decision_of(version),
        facts=facts_of(version, metric, rows),
        tabs=_tabs(version, query, path, params),
        facets=facets_of(rows, query),
        number=snapshot.number if snapshot else 0,
        computed_at=snapshot.computed_at if snapshot else None,
        heading=_heading(count, len(rows), name),
        sentence=_("%(name)s: %(heading)s, with intervals, rank ranges and replications.")
        % {"name": benchmark.name, "heading": _heading(count, len(rows), name)},
        table=make_table(
            ranked, count=count, scale=scale, caption=_caption(name), value_head=value_head
        ),
        unranked=make_table(unranked, count=count, scale=scale, caption="", value_head=value_head),
        unranked_note=_unranked_note(unranked),
        key=key_of(ranked),
        caveats=caveats(rows),
        shown=len(kept),
        total=len(rows),
        is_past=bool(query.as_of and query.as_of < today),
        first_day=version.adopted_at.date().isoformat() if version.adopted_at else "",
        last_day=today.isoformat(),
        json_url=_with(reverse("leaderboard:board-json", args=[benchmark.slug]), params),
        csv_url=_with(reverse("leaderboard:board-csv", args=[benchmark.slug]), params),
        api_url=f"/api/v1/boards/{benchmark.slug}/",
        now_url=_with(path, params, as_of=None),
        all_url=_with(path, params, assurance=None, licence=None, node=None),
        draws_digest=snapshot.draws_digest if snapshot else "",
        **_empty(snapshot, query),
    )


def decision_of(version: BenchmarkVersion) -> Decision | None:
    """Return the stamp of the adopting decision."""
    if not version.adopted_by:
        return None
    url = reverse("governance:decision", args=[version.adopted_by])
    return Decision(version.adopted_by, url, version.adopted_at)


def _heading(count: int, total: int, metric: str) -> str:
    if count:
        text = ngettext(
            "%(count)s system, ranked by %(metric)s",
            "%(count)s systems, ranked by %(metric)s",
            count,
        )
        return text % {"count": whole(count), "metric": metric}
    text = ngettext("%(count)s system by %(metric)s", "%(count)s systems by %(metric)s", total)
    return text % {"count": whole(total), "metric": metric}


def _caption(metric: str) -> str:
    return _(
        "Systems by %(metric)s with 95 %% intervals, rank ranges, comparison with the leader, assurance and nodes"
    ) % {"metric": metric}


def _unranked_note(rows: Sequence[Stored]) -> str:
    if rows and all(row["reason"] == "no-uncertainty" for row in rows):
        return _(
            "The nodes publish this figure without its uncertainty. A place would claim more than anyone knows."
        )
    return _("Nothing vanishes: what cannot be ranked stands here with its reason.")


def _tabs(version: BenchmarkVersion, query: BoardQuery, path: str, params: QueryDict) -> list[Tab]:
    return [
        Tab(
            metric_name(metric),
            wording.dimension(metric.get("dimension", version.benchmark.dimension)),
            _with(
                path,
                params,
                metric=None if metric["id"] == version.primary_metric else metric["id"],
            ),
            metric["id"] == query.metric,
        )
        for metric in version.metrics
    ]


def _with(path: str, params: QueryDict, **changes: str | None) -> str:
    """Return an address with the current question, some of it changed."""
    changed = params.copy()
    for name, value in changes.items():
        changed.pop(name, None)
        if value is not None:
            changed[name] = value
    return f"{path}?{changed.urlencode()}" if changed else path


def _empty(snapshot: BoardSnapshot | None, query: BoardQuery) -> dict[str, str]:
    if query.is_filtered:
        return {
            "empty_title": _("No system passes these filters"),
            "empty_text": _("Take a box away, or show the whole board."),
        }
    if query.as_of and snapshot is None:
        return {
            "empty_title": _("There was no board yet on that day"),
            "empty_text": _("Choose a later day, or show the board as it stands now."),
        }
    return {
        "empty_title": _("No results yet"),
        "empty_text": _(
            "The benchmark is adopted. The first results appear here by themselves when a node has measured."
        ),
    }
