"""What a page across boards shows, as files at its own address: JSON has all of it, CSV and Parquet the table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.urls import reverse

from leaderboard import side_documents
from leaderboard.exports.document import as_json
from leaderboard.exports.formats import Export, offered
from leaderboard.exports.table import as_csv, as_parquet, columns_of
from leaderboard.models import Accelerator, Dimension

Body = dict[str, Any]
SUFFIXES = ("csv", "json", "parquet")


@dataclass(frozen=True, slots=True)
class SideFile:
    """A page across boards as data; `rows` makes the table of the whole."""

    name: str
    body: Body
    rows: Callable[[Body], Sequence[Mapping[str, Any]]]

    def written(self, suffix: str) -> bytes:
        """Return the bytes of one kind of file."""
        if suffix == "json":
            return as_json(self.body)
        rows = self.rows(self.body)
        if suffix == "csv":
            return as_csv(columns_of(rows), rows).encode()
        return as_parquet(columns_of(rows), rows, {"what": self.name})


def aggregate(params: QueryDict) -> SideFile:
    """The aggregate that an address describes, every row of it."""
    body = side_documents.aggregate_document(params)
    return SideFile("aggregate", body, side_documents.aggregate_rows)


def comparison(params: QueryDict) -> SideFile:
    """A comparison; the tables have the figures, JSON the tests of the pairs as well."""
    body = side_documents.comparison_document(params)
    return SideFile("comparison", body, side_documents.comparison_rows)


def dimension(code: Dimension) -> SideFile:
    """The boards of a dimension with their leaders."""
    body = side_documents.dimension_document(code.value)
    return SideFile(f"dimension-{code.value}", body, side_documents.dimension_rows)


def accelerators() -> SideFile:
    """The devices that results were obtained on."""
    body = {"results": side_documents.accelerators()}
    return SideFile("accelerators", body, lambda found: found["results"])


def accelerator(device: Accelerator | None) -> SideFile:
    """What was measured on one device, and the same revisions elsewhere."""
    body = side_documents.accelerator_document(device)
    return SideFile(f"accelerator-{body['id']}", body, side_documents.accelerator_rows)


def files_of(route: str, question: str = "", **named: Any) -> list[Export]:
    """Return the links of a page's files, with the question of the page."""
    tail = f"?{question}" if question else ""

    def address(suffix: str) -> str:
        return reverse(f"leaderboard:{route}", kwargs={**named, "suffix": suffix}) + tail

    return offered(SUFFIXES, address)
