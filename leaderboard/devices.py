"""The same systems on several devices: score, speed and energy, side by side, and whether the score stays the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from alliance.i18n import decimals
from leaderboard import figures
from leaderboard.charts.scatter import Spot, scatter
from leaderboard.metrics import metric_name
from leaderboard.models import Accelerator, BenchmarkVersion, Measurement, Result
from leaderboard.statistics.board import decimal_text

NO_DEVICE = 0  # results that name no accelerator: measured on a processor


@dataclass(frozen=True, slots=True)
class DeviceFigure:
    """One system revision on one device."""

    device: int
    device_name: str
    system: str
    name: str
    revision: str
    value: Fraction
    is_share: bool
    n: int
    results: int
    per_second: float | None
    joules: float | None


@dataclass(frozen=True, slots=True)
class DeviceLine:
    """A figure in words."""

    number: int
    device: str
    device_url: str
    name: str
    system_url: str
    revision: str
    value: str
    speed: str
    energy: str
    parity: str
    results: int


@dataclass(frozen=True, slots=True)
class DeviceTable:
    """The figures on one benchmark with their picture."""

    name: str
    url: str
    value_head: str
    lines: list[DeviceLine]
    picture: SafeString


def device_name(accelerator: Accelerator | None) -> str:
    """Name a device; results without one ran on a processor."""
    return str(accelerator) if accelerator else _("Processor, no accelerator")


def device_url(device: int) -> str:
    """Return the page of a device."""
    return reverse("leaderboard:accelerator", args=[device])


def device_tables(*, system: int | None = None, device: int | None = None) -> list[DeviceTable]:
    """Return, for each adopted benchmark, a system on all its devices, or all systems of a device on all of theirs."""
    versions = sorted(BenchmarkVersion.objects.current(), key=lambda v: (v.adopted_at, v.pk))
    tables = []
    for version in versions:
        found = figures_of(version, system)
        if device is not None:
            here = {(f.system, f.revision) for f in found if f.device == device}
            found = [f for f in found if (f.system, f.revision) in here]
        if found:
            tables.append(_table(version, found, device))
    return tables


def figures_of(version: BenchmarkVersion, system: int | None) -> list[DeviceFigure]:
    rows = Measurement.objects.filter(
        metric=version.primary_metric,
        result__benchmark_version=version,
        result__state=Result.State.COUNTED,
    )
    if system is not None:
        rows = rows.filter(result__system_revision__system=system)
    groups: dict[tuple[Any, ...], list[Measurement]] = {}
    for m in rows.select_related("result__accelerator", "result__system_revision__system"):
        key = (m.result.system_revision_id, m.result.accelerator_id or NO_DEVICE)
        groups.setdefault(key, []).append(m)
    found = [_figure(device, members) for (_revision, device), members in groups.items()]
    return sorted(found, key=lambda f: (-f.value, f.name, f.revision, f.device))


def _figure(device: int, members: Sequence[Measurement]) -> DeviceFigure:
    first = members[0].result
    is_share = all(m.successes is not None for m in members)
    values = [
        Fraction(m.successes, m.n) if m.successes is not None else Fraction(m.value)
        for m in members
    ]
    items = sum(m.n for m in members)
    mean = sum((value * m.n for value, m in zip(values, members, strict=True)), Fraction()) / items
    return DeviceFigure(
        device=device,
        device_name=device_name(first.accelerator),
        system=first.system_revision.system.slug,
        name=first.system_revision.system.name,
        revision=first.system_revision.revision,
        value=mean,
        is_share=is_share,
        n=max(m.n for m in members),
        results=len(members),
        per_second=_mean(_rate(m) for m in members),
        joules=_mean(_energy(m) for m in members),
    )


def _cost(m: Measurement, *names: str) -> float | None:
    """Read a number of the stated cost, whatever its spelling; None where it is none."""
    cost: Mapping[str, Any] = m.result.cost
    text = next((cost[name] for name in names if cost.get(name)), None)
    try:
        number = float(text) if text is not None else 0.0
    except (TypeError, ValueError):
        return None
    return number if number > 0 else None


def _rate(m: Measurement) -> float | None:
    seconds = _cost(m, "wallSeconds", "wall_seconds")
    return m.n / seconds if seconds else None


def _energy(m: Measurement) -> float | None:
    joules = _cost(m, "energyJoules", "energy_joules")
    return joules / m.n if joules else None


def _mean(numbers: Iterable[float | None]) -> float | None:
    known = [number for number in numbers if number is not None]
    return sum(known) / len(known) if known else None


def _table(
    version: BenchmarkVersion, found: Sequence[DeviceFigure], device: int | None
) -> DeviceTable:
    metric = version.metric(version.primary_metric) or {"id": version.primary_metric}
    tolerance = Fraction(str(metric.get("tolerance", version.tolerance)))
    lines = [_line(i, f, found, tolerance) for i, f in enumerate(found, start=1)]
    spots = [
        Spot(i, f.per_second, float(f.value), device is None or f.device == device)
        for i, f in enumerate(found, start=1)
        if f.per_second is not None
    ]
    picture = scatter(
        spots,
        label=_("%(count)s points: items a second across, score upward; the table has the figures")
        % {"count": len(spots)},
        x_name=_("items a second"),
        y_name=metric_name(metric),
        is_share=all(f.is_share for f in found),
    )
    name = version.benchmark.name
    return DeviceTable(name, version.get_absolute_url(), metric_name(metric), lines, picture)


def _line(
    number: int, figure: DeviceFigure, found: Sequence[DeviceFigure], tolerance: Fraction
) -> DeviceLine:
    return DeviceLine(
        number=number,
        device=figure.device_name,
        device_url=device_url(figure.device),
        name=figure.name,
        system_url=reverse("leaderboard:system", args=[figure.system]),
        revision=figure.revision,
        value=figures.score(decimal_text(figure.value), is_share=figure.is_share, n=figure.n),
        speed=_short(figure.per_second),
        energy=_short(figure.joules),
        parity=_parity(figure, found, tolerance),
        results=figure.results,
    )


def _short(number: float | None) -> str:
    if number is None:
        return ""
    return decimals(number, figures.value_places(number, is_share=False, n=None))


def _parity(figure: DeviceFigure, found: Sequence[DeviceFigure], tolerance: Fraction) -> str:
    """Say whether the same revision scores the same on its other devices."""
    others = [
        f.value
        for f in found
        if (f.system, f.revision) == (figure.system, figure.revision) and f.device != figure.device
    ]
    if not others:
        return _("only device")
    widest = max(abs(figure.value - value) for value in others)
    if widest <= tolerance:
        return _("same score, within tolerance")
    gap = figures.plain(decimal_text(widest))
    return _("differs by %(gap)s") % {"gap": gap}
