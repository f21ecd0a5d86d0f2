"""The aggregate that an address describes: boards with weights, who is on all of them, and what each board decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from django.http import QueryDict
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from leaderboard import figures, wording
from leaderboard.charts.marks import Mark, dot_and_interval
from leaderboard.charts.scale import Scale, axis, scale_over
from leaderboard.charts.strips import rank_strip
from leaderboard.models import Standing
from leaderboard.side_boards import SideBoard, side_boards
from leaderboard.statistics.aggregate import (
    Aggregate,
    Component,
    Incomplete,
    Score,
    aggregate,
    draws_for,
)
from leaderboard.statistics.board import decimal_text

LARGEST_WEIGHT = 100
SHOWN = 200


@dataclass(frozen=True, slots=True)
class WeightField:
    """A board that can be weighed in."""

    field: str
    name: str
    dimension: str
    weight: str
    problem: str


@dataclass(frozen=True, slots=True)
class AggregateLine:
    """One system of the aggregate."""

    key: str
    name: str
    url: str
    revision: str
    place: str
    strip: SafeString
    plot: SafeString
    value: str
    interval: str
    without: str


@dataclass(frozen=True, slots=True)
class IncompleteLine:
    """A system that lacks some of the boards."""

    name: str
    url: str
    revision: str
    text: str


@dataclass(frozen=True, slots=True)
class AggregatePage:
    """Everything the template prints."""

    fields: list[WeightField]
    formula: str
    lines: list[AggregateLine]
    axis: SafeString
    incomplete: list[IncompleteLine]
    ranked: int
    draws: int
    has_problem: bool
    question: str


@dataclass(frozen=True, slots=True)
class Named:
    """A system revision by its names."""

    name: str
    system: str
    revision: str


@dataclass(frozen=True, slots=True)
class Computed:
    """The aggregate itself, before it is put into words."""

    fields: list[WeightField]
    chosen: list[tuple[SideBoard, Fraction]]
    ranked: list[Aggregate]
    partial: list[Incomplete]
    names: dict[str, Named]

    @property
    def has_problem(self) -> bool:
        return any(field.problem for field in self.fields)


def computed(params: QueryDict) -> Computed:
    """Read the weights (`w.BENCHMARK:METRIC=2`) and compute; without weights nothing is ranked."""
    boards = [b for b in side_boards() if b.is_share and b.snapshot and b.snapshot.said.ranked]
    fields, weights = _read(boards, params)
    chosen = [(board, weights[board.key]) for board in boards if board.key in weights]
    if not chosen:
        return Computed(fields, [], [], [], {})
    components = [Component(b.key, weight, b.higher_is_better) for b, weight in chosen]
    scores, names = _scores([board for board, _weight in chosen])
    ranked, partial = aggregate(components, scores)
    return Computed(fields, chosen, ranked, partial, names)


def aggregate_page(params: QueryDict) -> AggregatePage:
    """Put the aggregate into words and pictures."""
    found = computed(params)
    fields, ranked, partial, names = found.fields, found.ranked, found.partial, found.names
    if not found.chosen:
        scale = scale_over([0.0, 1.0], is_share=True)
        return AggregatePage(fields, "", [], axis(scale), [], 0, 0, found.has_problem, "")
    scale = scale_over([end for row in ranked for end in (row.low, row.high)], is_share=True)
    return AggregatePage(
        fields=fields,
        formula=_formula(found.chosen),
        lines=[_line(row, names[row.key], scale, len(ranked)) for row in ranked[:SHOWN]],
        axis=axis(scale),
        incomplete=[_incomplete(row, names[row.key]) for row in partial[:SHOWN]],
        ranked=len(ranked),
        draws=draws_for(len(ranked)),
        has_problem=found.has_problem,
        question=params.urlencode(),
    )


def _read(
    boards: Sequence[SideBoard], params: QueryDict
) -> tuple[list[WeightField], dict[str, Fraction]]:
    fields, weights = [], {}
    for board in boards:
        name = f"w.{board.key}"
        text = params.get(name, "").strip()[:12]
        weight = _weight(text)
        if weight:
            weights[board.key] = weight
        problem = ""
        if text and weight is None:
            problem = _("Give a number from 0 to %(largest)s, such as 1 or 0.5.") % {
                "largest": LARGEST_WEIGHT
            }
        dimension = wording.dimension(board.dimension)
        fields.append(WeightField(name, board.name, dimension, text, problem))
    return fields, weights


def _weight(text: str) -> Fraction | None:
    """Read a weight; None where it is none. A comma is a decimal mark, too."""
    if not text:
        return Fraction()
    try:
        number = Decimal(text.replace(",", "."))
    except InvalidOperation:
        return None
    if not number.is_finite() or not 0 <= number <= LARGEST_WEIGHT:
        return None
    return Fraction(number)


def _formula(chosen: Sequence[tuple[SideBoard, Fraction]]) -> str:
    total = sum((weight for _board, weight in chosen), Fraction())
    parts = []
    for board, weight in chosen:
        share = figures.plain(decimal_text(round(weight / total, 3)))
        turned = board.name if board.higher_is_better else f"(1 − {board.name})"
        parts.append(f"{share} × {turned}")
    return " + ".join(parts)


def _scores(boards: Sequence[SideBoard]) -> tuple[dict[str, dict[str, Score]], dict[str, Named]]:
    """Return the ranked scores by system revision and board, in one query."""
    by_snapshot = {board.snapshot.pk: board.key for board in boards if board.snapshot}
    rows = Standing.objects.filter(snapshot__in=by_snapshot, ranked=True, n__isnull=False)
    scores: dict[str, dict[str, Score]] = {}
    names: dict[str, Named] = {}
    for snapshot, row in rows.values_list("snapshot_id", "row"):
        key = f"{row['system']}@{row['revision']}"
        score = Score(Fraction(row["value"]), row["n"])
        scores.setdefault(key, {})[by_snapshot[snapshot]] = score
        names[key] = Named(row["name"], row["system"], row["revision"])
    return scores, names


def _line(row: Aggregate, named: Named, scale: Scale, count: int) -> AggregateLine:
    value = figures.score(decimal_text(row.value), is_share=True)
    interval = figures.span(decimal_text(row.low), decimal_text(row.high), is_share=True)
    return AggregateLine(
        key=row.key,
        name=named.name,
        url=reverse("leaderboard:system", args=[named.system]),
        revision=named.revision,
        place=figures.places_span(row.rank_low, row.rank_high),
        strip=rank_strip(row.rank_low, row.rank_high, count),
        plot=dot_and_interval(
            scale,
            value=float(row.value),
            low=row.low,
            high=row.high,
            mark=Mark.FILLED,
            label=_("%(value)s, 95 %% interval %(interval)s")
            % {"value": value, "interval": interval},
        ),
        value=value,
        interval=interval,
        without=figures.places_span(row.without_low, row.without_high),
    )


def _incomplete(row: Incomplete, named: Named) -> IncompleteLine:
    text = _("incomplete (%(has)s of %(of)s)") % {"has": row.has, "of": row.of}
    url = reverse("leaderboard:system", args=[named.system])
    return IncompleteLine(named.name, url, named.revision, text)
