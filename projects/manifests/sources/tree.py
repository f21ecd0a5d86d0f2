"""The tree that YAML and JSON are read into: plain values, each with its place in the file."""

from __future__ import annotations

from dataclasses import dataclass

from projects.manifests.findings import Finding, Level, Place

Scalar = str | int | float | bool | None


class Unreadable(Exception):
    """The file can't be read at all; `finding` says where and why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.rule)
        self.finding = finding


def unreadable(rule: str, place: Place, **values: str) -> Unreadable:
    """Return the exception for a file that can't be read."""
    return Unreadable(Finding(Level.ERROR, rule, "", place, values))


@dataclass(frozen=True, slots=True)
class Item:
    """A value; `text` is how the file writes a scalar (`1.10` stays `1.10`, though it reads as a number)."""

    value: Scalar | list[Item] | dict[str, Item]
    place: Place
    text: str = ""

    @property
    def mapping(self) -> dict[str, Item] | None:
        return self.value if isinstance(self.value, dict) else None

    @property
    def sequence(self) -> list[Item] | None:
        return self.value if isinstance(self.value, list) else None

    @property
    def is_empty(self) -> bool:
        return self.value is None or self.value in ("", [], {})

    @property
    def kind(self) -> str:
        """The name of the value's type, for sentences."""
        kinds: list[tuple[type, str]] = [
            (dict, "mapping"),
            (list, "list"),
            (bool, "boolean"),
            (str, "text"),
        ]
        if self.value is None:
            return "nothing"
        return next((name for kind, name in kinds if isinstance(self.value, kind)), "number")


MAX_DEPTH = 40
MAX_ITEMS = 20_000
