"""What the pages across boards show, as plain data: for the API and for files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from django.http import QueryDict

from leaderboard import aggregate_page, compare_page, wording
from leaderboard.devices import NO_DEVICE, DeviceFigure, device_name, figures_of
from leaderboard.dimension_page import LEADERS
from leaderboard.models import Accelerator, BenchmarkVersion, Dimension, Result, Standing
from leaderboard.side_boards import SideBoard, side_boards
from leaderboard.statistics.aggregate import draws_for
from leaderboard.statistics.board import decimal_text
from leaderboard.statistics.comparison import LEVEL

Body = dict[str, Any]


def aggregate_document(params: QueryDict) -> Body:
    """The aggregate that an address describes; without weights, the boards that can be weighed in."""
    found = aggregate_page.computed(params)
    total = sum((weight for _board, weight in found.chosen), Fraction())
    return {
        "available": [field.field.removeprefix("w.") for field in found.fields],
        "components": [
            {
                "board": board.key,
                "weight": decimal_text(weight),
                "share": decimal_text(round(weight / total, 6)),
                "higher_is_better": board.higher_is_better,
            }
            for board, weight in found.chosen
        ],
        "draws": draws_for(len(found.ranked)) if found.ranked else 0,
        "ranked": [
            _named(found.names[row.key])
            | {
                "value": decimal_text(row.value),
                "low": f"{row.low:.12f}",
                "high": f"{row.high:.12f}",
                "rank_low": row.rank_low,
                "rank_high": row.rank_high,
                "without_low": row.without_low,
                "without_high": row.without_high,
            }
            for row in found.ranked
        ],
        "incomplete": [
            _named(found.names[row.key]) | {"has": row.has, "of": row.of} for row in found.partial
        ],
    }


def aggregate_problems(params: QueryDict) -> list[str]:
    """Name the weights that are none."""
    fields = aggregate_page.computed(params).fields
    return [f"{field.field}: {field.problem}" for field in fields if field.problem]


def aggregate_rows(body: Body) -> list[Body]:
    """Return the aggregate's table, the incomplete systems below the ranked."""
    return [*body["ranked"], *body["incomplete"]]


def comparison_document(params: QueryDict) -> Body:
    """Two to six systems on every board, and the test of each pair on each headline board."""
    systems = compare_page.systems_of(params)
    boards = [board for board in side_boards() if board.snapshot]
    rows = compare_page.rows_of(boards, [system.slug for system in systems])
    found = []
    for board in boards:
        assert board.snapshot is not None
        here = [rows.get((board.snapshot.pk, system.slug)) for system in systems]
        if any(here):
            figures = [None if row is None else _figure(row) for row in here]
            found.append(_board(board) | {"figures": figures, "pairs": _pairs(board, here)})
    return {"systems": [system.slug for system in systems], "boards": found}


def comparison_rows(body: Body) -> list[Body]:
    """Return one line for each figure."""
    return [
        {"board": board["board"], "dimension": board["dimension"]} | figure
        for board in body["boards"]
        for figure in board["figures"]
        if figure is not None
    ]


def dimension_document(code: str) -> Body:
    """The boards that speak to a dimension, with their leaders."""
    boards = [board for board in side_boards() if board.dimension == code]
    rows = Standing.objects.leading_rows([b.snapshot.pk for b in boards if b.snapshot], LEADERS)
    return {
        "code": code,
        "name": wording.dimension(code),
        "boards": [
            _board(board)
            | {
                "systems": board.snapshot.said.total if board.snapshot else 0,
                "ranked": board.snapshot.said.ranked if board.snapshot else 0,
                "leaders": [
                    _figure(row)
                    for row in (rows.get(board.snapshot.pk, []) if board.snapshot else [])
                ],
            }
            for board in boards
        ],
    }


def dimensions() -> list[Body]:
    """The six dimensions and their boards."""
    boards = side_boards()
    return [
        {
            "code": side.value,
            "name": wording.dimension(side.value),
            "boards": [board.key for board in boards if board.dimension == side.value],
        }
        for side in Dimension
    ]


def accelerators() -> list[Body]:
    """The devices that results were obtained on; 0 is a processor without an accelerator."""
    used = Result.objects.counted().exclude(accelerator=None).values("accelerator")
    devices: list[Accelerator | None] = list(Accelerator.objects.filter(pk__in=used).order_by("pk"))
    if Result.objects.counted().filter(accelerator=None).exists():
        devices.insert(0, None)
    return [_device(device) for device in devices]


def accelerator_document(device: Accelerator | None) -> Body:
    """What was measured on a device, and the same revisions on their other devices."""
    number = device.pk if device else NO_DEVICE
    versions = sorted(BenchmarkVersion.objects.current(), key=lambda v: (v.adopted_at, v.pk))
    boards = []
    for version in versions:
        found = figures_of(version, None)
        here = {(f.system, f.revision) for f in found if f.device == number}
        rows = [_device_figure(f) for f in found if (f.system, f.revision) in here]
        if rows:
            board = f"{version.benchmark.slug}:{version.primary_metric}"
            boards.append({"board": board, "version": version.version, "figures": rows})
    return _device(device) | {"boards": boards}


def dimension_rows(body: Body) -> list[Body]:
    """Return one line for each leader of each board."""
    return [
        {"board": board["board"], "version": board["version"]} | figure
        for board in body["boards"]
        for figure in board["leaders"]
    ]


def accelerator_rows(body: Body) -> list[Body]:
    """Return one line for each figure of each board."""
    return [
        {"board": board["board"], "version": board["version"]} | figure
        for board in body["boards"]
        for figure in board["figures"]
    ]


def _named(named: aggregate_page.Named) -> Body:
    return {"system": named.system, "name": named.name, "revision": named.revision}


def _board(board: SideBoard) -> Body:
    return {
        "board": board.key,
        "version": board.version.version,
        "dimension": board.dimension,
        "higher_is_better": board.higher_is_better,
        "number": board.snapshot.number if board.snapshot else 0,
    }


def _figure(row: Mapping[str, Any]) -> Body:
    names = (
        "system", "name", "revision", "value", "low", "high", "interval", "n", "ranked", "reason", "rank_low",
        "rank_high", "assurance",
    )  # fmt: skip
    return {name: row.get(name) for name in names}


def _pairs(board: SideBoard, rows: Sequence[Mapping[str, Any] | None]) -> list[Body]:
    if board.metric_id != board.version.primary_metric:
        return []
    ranked = [row for row in rows if row is not None and row["ranked"]]
    return [
        {
            "first": found.one["system"],
            "second": found.other["system"],
            "difference": decimal_text(found.difference),
            "p": None if found.p is None else f"{found.p:.6f}",
            "test": found.test,
            "told_apart": found.p is not None and found.p < LEVEL,
        }
        for found in compare_page.tested(ranked)
    ]


def _device(device: Accelerator | None) -> Body:
    return {"id": device.pk if device else NO_DEVICE, "name": device_name(device)}


def _device_figure(figure: DeviceFigure) -> Body:
    return {
        "device": figure.device,
        "device_name": figure.device_name,
        "system": figure.system,
        "name": figure.name,
        "revision": figure.revision,
        "value": decimal_text(figure.value),
        "n": figure.n,
        "results": figure.results,
        "items_per_second": figure.per_second,
        "joules_per_item": figure.joules,
    }
