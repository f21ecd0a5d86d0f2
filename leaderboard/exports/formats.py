"""The kinds of file a board can be taken as."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from leaderboard.exports.document import BoardDocument, board_json, head_of
from leaderboard.exports.eval_results import board_eval_results
from leaderboard.exports.every_eval_ever import board_every_eval_ever
from leaderboard.exports.table import board_csv, board_parquet, has_parquet


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file; `suffix` ends the address."""

    suffix: str
    content_type: str
    label: str
    text: Promise
    write: Callable[[BoardDocument], bytes]
    is_attachment: bool = True


@dataclass(frozen=True, slots=True)
class Export:
    """A file that a reader of the page can take."""

    label: str
    text: str
    url: str
    content_type: str


def _csv(document: BoardDocument) -> bytes:
    return board_csv(document.rows).encode()


def _parquet(document: BoardDocument) -> bytes:
    head = {name: str(value) for name, value in head_of(document).items() if value is not None}
    return board_parquet(document.rows, head)


FORMATS = {
    found.suffix: found
    for found in (
        Format("csv", "text/csv; charset=utf-8", "CSV", gettext_lazy("The table as shown"), _csv),
        Format(
            "json",
            "application/json",
            "JSON",
            gettext_lazy("Rows, draws digest and settings"),
            board_json,
            is_attachment=False,
        ),
        Format(
            "parquet",
            "application/vnd.apache.parquet",
            "Parquet",
            gettext_lazy("The same columns, typed"),
            _parquet,
        ),
        Format(
            "eee.jsonl",
            "application/jsonl; charset=utf-8",
            "EEE",
            gettext_lazy("Every Eval Ever, one record a line"),
            board_every_eval_ever,
        ),
        Format(
            "eval_results.yaml",
            "application/yaml; charset=utf-8",
            "YAML",
            gettext_lazy("Entries for .eval_results of a model's repository"),
            board_eval_results,
        ),
    )
}


def exports_of(slug: str, params: QueryDict) -> list[Export]:
    """Return the files of a board, with the question of the page."""
    question = f"?{params.urlencode()}" if params else ""
    return offered(
        FORMATS, lambda suffix: reverse("leaderboard:board-file", args=[slug, suffix]) + question
    )


def offered(suffixes: Iterable[str], address: Callable[[str], str]) -> list[Export]:
    """Return the kinds of file that this portal can write, each at its address."""
    return [
        Export(
            FORMATS[suffix].label,
            str(FORMATS[suffix].text),
            address(suffix),
            FORMATS[suffix].content_type.split(";")[0],
        )
        for suffix in suffixes
        if suffix != "parquet" or has_parquet()
    ]
