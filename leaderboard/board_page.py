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
from leaderboard.board_query import PAGE_ROWS, BoardQuery, Facet, Order, facets_of
from leaderboard.board_rows import Selection, page_of, snapshot_for
from leaderboard.board_words import Fact, KeyItem, caveats, facts_of, key_of
from leaderboard.exports import Export, exports_of
from leaderboard.lines import Table, cut_text, make_table, scale_of
from leaderboard.metrics import in_sentence, metric_name, metric_with_unit
from leaderboard.models import Benchmark, BenchmarkVersion, BoardSnapshot
from leaderboard.summary import Summary

Stored = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Tab:
    """A metric of the version, or another version."""

    label: str
    dimension: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """An entry of a list to choose from."""

    value: str
    label: str
    current: bool


@dataclass(frozen=True, slots=True)
class Decision:
    """The decision that adopted the version."""

    number: str
    url: str
    day: datetime | None


@dataclass(frozen=True, slots=True)
class Pager:
    """Where the reader is among the pages; empty addresses where there is none."""

    page: int
    pages: int
    first: int
    last: int
    before: str
    after: str


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
    versions: list[Tab]
    orders: list[Choice]
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
    pager: Pager
    is_past: bool
    first_day: str
    last_day: str
    exports: list[Export]
    api_url: str
    now_url: str
    all_url: str
    draws_digest: str
    code_version: str
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


def board_page(
    version: BenchmarkVersion, query: BoardQuery, params: QueryDict, today: date
) -> BoardPage:
    """Gather a board page."""
    benchmark = version.benchmark
    metric = version.metric(query.metric) or {"id": query.metric}
    snapshot = snapshot_for(version, query)
    said = snapshot.said if snapshot else Summary()
    selection = page_of(snapshot, query)
    ranked, unranked = _tables(selection.rows, said, metric, query)
    empty_title, empty_text = _empty(snapshot, query)
    path = reverse("leaderboard:board", args=[benchmark.slug])
    heading = _heading(said.ranked, said.total, in_sentence(metric))
    return BoardPage(
        benchmark=benchmark,
        version=version,
        query=query,
        path=path,
        decision=decision_of(version),
        facts=facts_of(version, metric, said),
        tabs=_tabs(version, query, path, params),
        versions=_versions(version, path, params),
        orders=_orders(query),
        facets=facets_of(said, query),
        number=snapshot.number if snapshot else 0,
        computed_at=snapshot.computed_at if snapshot else None,
        heading=heading,
        sentence=_("%(name)s: %(heading)s, with intervals, rank ranges and replications.")
        % {"name": benchmark.name, "heading": heading},
        table=ranked,
        unranked=unranked,
        unranked_note=_unranked_note([row for row in selection.rows if not row["ranked"]]),
        key=key_of([row for row in selection.rows if row["ranked"]]),
        caveats=caveats(said),
        shown=selection.shown,
        total=said.total,
        pager=_pager(selection, path, params),
        is_past=bool(query.as_of and query.as_of < today),
        first_day=version.adopted_at.date().isoformat() if version.adopted_at else "",
        last_day=today.isoformat(),
        exports=exports_of(benchmark.slug, without_page(params)),
        api_url=f"/api/v1/boards/{benchmark.slug}/",
        now_url=_with(path, params, as_of=None, page=None),
        all_url=_with(path, params, assurance=None, licence=None, node=None, q=None, page=None),
        draws_digest=snapshot.draws_digest if snapshot else "",
        code_version=snapshot.ranking_code_version if snapshot else "",
        empty_title=empty_title,
        empty_text=empty_text,
    )


def _tables(
    rows: Sequence[Stored], said: Summary, metric: Mapping[str, Any], query: BoardQuery
) -> tuple[Table, Table]:
    """Draw the ranked rows and those without a rank, on one scale."""
    scale, head = scale_of(said), metric_with_unit(metric)
    by_place = query.order is Order.PLACE
    return (
        make_table(
            [row for row in rows if row["ranked"]],
            count=said.ranked,
            scale=scale,
            caption=_caption(in_sentence(metric)),
            value_head=head,
            cut_after=said.last_tied if by_place else "",
            cut_text=cut_text(said),
        ),
        make_table(
            [row for row in rows if not row["ranked"]],
            count=said.ranked,
            scale=scale,
            caption="",
            value_head=head,
        ),
    )


def _pager(selection: Selection, path: str, params: QueryDict) -> Pager:
    page, pages = selection.page, selection.pages
    first = (page - 1) * PAGE_ROWS + 1
    before = None if page == 2 else str(page - 1)
    return Pager(
        page,
        pages,
        first,
        first + len(selection.rows) - 1,
        _with(path, params, page=before) if page > 1 else "",
        _with(path, params, page=str(page + 1)) if page < pages else "",
    )


def _orders(query: BoardQuery) -> list[Choice]:
    names = {
        Order.PLACE: _("Rank range"),
        Order.NAME: _("Name"),
        Order.CHECKED: _("Most organisations first"),
    }
    return [Choice(str(order), names[order], order is query.order) for order in Order]


def _versions(version: BenchmarkVersion, path: str, params: QueryDict) -> list[Tab]:
    """Offer the other versions of the benchmark that have a board; versions never share a column."""
    found = BenchmarkVersion.objects.with_board().filter(benchmark=version.benchmark_id)
    rows = list(found.order_by("-adopted_at", "-pk"))
    return [
        Tab(
            row.version,
            str(row.get_state_display()),
            _with(path, params, version=None if i == 0 else row.version, page=None, metric=None),
            row.pk == version.pk,
        )
        for i, row in enumerate(rows)
    ]


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
                page=None,
            ),
            metric["id"] == query.metric,
        )
        for metric in version.metrics
    ]


def without_page(params: QueryDict) -> QueryDict:
    """Return the question without its page: an export holds all pages."""
    changed = params.copy()
    changed.pop("page", None)
    return changed


def _with(path: str, params: QueryDict, **changes: str | None) -> str:
    """Return an address with the current question, some of it changed."""
    changed = params.copy()
    for name, value in changes.items():
        changed.pop(name, None)
        if value is not None:
            changed[name] = value
    return f"{path}?{changed.urlencode()}" if changed else path


def _empty(snapshot: BoardSnapshot | None, query: BoardQuery) -> tuple[str, str]:
    if query.is_filtered:
        return (
            _("No system passes these filters"),
            _("Take a box away, or show the whole board."),
        )
    if query.as_of and snapshot is None:
        return (
            _("There was no board yet on that day"),
            _("Choose a later day, or show the board as it stands now."),
        )
    return (
        _("No results yet"),
        _(
            "The benchmark is adopted. The first results appear here by themselves when a node has measured."
        ),
    )
