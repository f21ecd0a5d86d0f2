"""Answers that are files."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _

from alliance.problems import problem, problem_response
from leaderboard.exports import FORMATS, has_parquet


def lacks_parquet(suffix: str) -> bool:
    """Say whether a reader asks for Parquet where this portal can't write it."""
    return suffix == "parquet" and not has_parquet()


def no_parquet() -> HttpResponse:
    """Say that Parquet isn't offered, and what holds the same."""
    detail = _(
        "This portal runs without pyarrow, which writes Parquet. The CSV file holds the same columns: "
        "end the address in .csv instead."
    )
    return problem_response(
        problem(
            status=501,
            code="parquet-not-installed",
            title=_("Parquet is not offered here"),
            detail=detail,
        )
    )


def file_response(content: bytes, name: str, suffix: str) -> HttpResponse:
    """Answer with a file; what a browser doesn't show is offered to be kept."""
    form = FORMATS[suffix]
    response = HttpResponse(content, content_type=form.content_type)
    if form.is_attachment:
        response["Content-Disposition"] = f'attachment; filename="{name}.{suffix}"'
    return response
