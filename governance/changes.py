"""The page of changes: two texts of a proposal beside each other, or in one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from governance.models import Amendment, DocumentVersion, Minutes, Proposal, Revision
from governance.rules.diffs import Kind, Piece, Row, compare

Comparable = Revision | Amendment | DocumentVersion | Minutes
TAGS = {Kind.GONE: "del", Kind.NEW: "ins"}


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A line of a comparison as a page shows it."""

    before: SafeString | None
    after: SafeString | None
    inline: SafeString
    is_changed: bool


@dataclass(frozen=True, slots=True)
class Part:
    """One column of the texts: its name and its lines."""

    name: str
    rows: list[ShownRow]

    @property
    def is_changed(self) -> bool:
        return any(row.is_changed for row in self.rows)


def texts(proposal: Proposal) -> dict[str, Revision | Amendment]:
    """Return what can be compared, by its name in an address: r1, r2, …, a1, a2, …."""
    found: dict[str, Revision | Amendment] = {
        f"r{revision.number}": revision for revision in proposal.revisions.order_by("number")
    }
    return found | {f"a{item.number}": item for item in proposal.amendments.for_list()}


def text_name(key: str) -> str:
    """Say what a text is called."""
    number = {"number": key[1:]}
    return (
        _("Amendment %(number)s") % number if key[0] == "a" else _("Revision %(number)s") % number
    )


def parts(before: Comparable, after: Comparable) -> list[Part]:
    """Compare two texts, column by column; what is empty in both is left out."""
    columns = [
        (_("Title in English"), "title_en"), (_("Title in French"), "title_fr"), (_("Text in English"), "text_en"),
        (_("Text in French"), "text_fr"), (_("Effect"), "effect"), (_("Supersedes"), "supersedes"),
    ]  # fmt: skip
    found = [(name, _column(before, column), _column(after, column)) for name, column in columns]
    return [
        Part(name, [_shown(row) for row in compare(old, new)])
        for name, old, new in found
        if old or new
    ]


def _column(text: Comparable, name: str) -> str:
    if isinstance(text, (DocumentVersion, Minutes)) or name != "effect":
        return str(getattr(text, name, ""))
    params: dict[str, Any] = text.effect_params
    return "\n".join(
        [text.effect_kind, *(f"{key}: {value}" for key, value in params.items())]
    ).strip()


def _shown(row: Row) -> ShownRow:
    return ShownRow(
        before=None if row.before is None else _html(row.before),
        after=None if row.after is None else _html(row.after),
        inline=_html(row.inline),
        is_changed=row.is_changed,
    )


def _html(pieces: tuple[Piece, ...]) -> SafeString:
    return format_html_join("", "{}", ((_piece(piece),) for piece in pieces))


def _piece(piece: Piece) -> SafeString | str:
    tag = TAGS.get(piece.kind)
    if tag is None:
        return piece.text
    return format_html("<{0}>{1}</{0}>", SafeString(tag), piece.text)
