"""What a measurement found: a figure beside its target, met or not."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How a figure stands to its target. What could not be measured is never counted as met."""

    MET = "met"
    SHORT = "short"
    NOT_RUN = "not run"
    NO_TARGET = "-"


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the report. `value` is in `unit`; `spread` says how far the rounds lay apart."""

    name: str
    value: float | None
    unit: str
    target: str
    verdict: Verdict
    spread: str = ""
    note: str = ""

    @property
    def shown(self) -> str:
        """The value with three significant digits and its unit."""
        if self.value is None:
            return "-"
        digits = f"{self.value:,.0f}" if abs(self.value) >= 100 else f"{self.value:.3g}"
        return f"{digits} {self.unit}".strip()


def at_least(name: str, value: float, bound: float, unit: str, **more: str) -> Figure:
    """Return a figure that should reach a bound."""
    verdict = Verdict.MET if value >= bound else Verdict.SHORT
    return Figure(name, value, unit, f"≥ {bound:g} {unit}".strip(), verdict, **more)


def at_most(name: str, value: float, bound: float, unit: str, **more: str) -> Figure:
    """Return a figure that should stay within a bound."""
    verdict = Verdict.MET if value <= bound else Verdict.SHORT
    return Figure(name, value, unit, f"≤ {bound:g} {unit}".strip(), verdict, **more)


def seen(name: str, value: float, unit: str, **more: str) -> Figure:
    """Return a figure without a target."""
    return Figure(name, value, unit, "", Verdict.NO_TARGET, **more)


def not_run(name: str, target: str, why: str) -> Figure:
    """Return the line of a measurement that could not be made here, with the reason."""
    return Figure(name, None, "", target, Verdict.NOT_RUN, note=why)


def to_json(figures: Iterable[Figure]) -> str:
    """Write figures as one line of JSON."""
    return json.dumps([asdict(figure) for figure in figures], ensure_ascii=False)


def from_json(line: str) -> list[Figure]:
    """Read what `to_json` wrote."""
    return [Figure(**{**row, "verdict": Verdict(row["verdict"])}) for row in json.loads(line)]


def table(figures: Iterable[Figure]) -> str:
    """Return the report as a Markdown table."""
    lines = [
        "| what | figure | target | | spread | note |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    lines += [
        f"| {f.name} | {f.shown} | {f.target} | {f.verdict} | {f.spread} | {f.note} |"
        for f in figures
    ]
    return "\n".join(lines) + "\n"
