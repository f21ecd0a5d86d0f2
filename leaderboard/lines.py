"""From the stored rows of a snapshot to the lines of a table with its pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliance.i18n import active_language
from leaderboard import figures, wording
from leaderboard.charts.marks import Mark, dot_and_interval
from leaderboard.charts.scale import Scale, axis, scale_over
from leaderboard.charts.strips import rank_strip, rung_bars
from leaderboard.statistics.assurance import Rung
from leaderboard.summary import Summary

StoredRow = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Line:
    """One system on a board, ready to print."""

    key: str
    state: str
    name: str
    system_url: str
    revision: str
    licence: str
    remark: str
    place: str
    strip: SafeString | str
    plot: SafeString
    value: str
    interval: str
    interval_note: str
    p: str
    rung: str
    bars: SafeString
    dissent: str
    spread: str
    reason: str
    nodes: SafeString
    result_url: str
    cut_after: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Lines under one axis."""

    lines: list[Line]
    axis: SafeString
    caption: str = ""
    value_head: str = ""
    cut_text: str = ""

    @property
    def words(self) -> dict[str, str]:
        """The labels that every line repeats, translated once."""
        return {"p": _("p against the leader"), "nodes": _("Nodes"), "result": _("result")}


def make_table(
    rows: Sequence[StoredRow],
    *,
    count: int,
    caption: str,
    value_head: str,
    scale: Scale,
    cut_after: str = "",
    cut_text: str = "",
) -> Table:
    """Draw the rows on one scale; `count` is the number of ranked systems on the whole board.

    The dashed line runs below the row whose key is `cut_after`.
    """
    lines = [_line(row, scale, count, cut_after=row["key"] == cut_after) for row in rows]
    return Table(lines, axis(scale), caption, value_head, cut_text)


def scale_of(said: Summary) -> Scale:
    """Choose the axis that holds every value and interval end of a board."""
    return scale_over(said.ends, is_share=said.is_share)


def cut_text(said: Summary) -> str:
    """Say what the dashed line below the last system tied with the leader means."""
    if not said.last_tied:
        return ""
    if said.tied_without_gap:
        return _(
            "Above this line the test cannot tell the system from the leader at 5\u00a0%. Below it, it can."
        )
    return _("Below this line the test tells every system from the leader at 5\u00a0%.")


@lru_cache(maxsize=32_768)
def _url(language: str, name: str, key: str) -> str:
    """Return a page's address; the same few thousand are asked for again and again."""
    return reverse(f"leaderboard:{name}", args=[key])


@lru_cache(maxsize=8192)
def _nodes(language: str, slugs: tuple[str, ...]) -> SafeString:
    """Link the nodes of a row; most rows of a board share theirs."""
    link = '<a class="quiet" href="{}">{}</a>'
    return format_html_join(", ", link, ((_url(language, "node", slug), slug) for slug in slugs))


def _line(row: StoredRow, scale: Scale, count: int, *, cut_after: bool) -> Line:
    is_share, rung, language = row["is_share"], Rung(row["assurance"]), active_language()
    value = figures.score(row["value"], is_share=is_share, n=row["n"])
    interval = figures.span(row["low"], row["high"], is_share=is_share)
    return Line(
        key=row["key"],
        state="|".join(
            str(row[name])
            for name in ("value", "low", "high", "rank_low", "rank_high", "assurance", "agreeing")
        ),
        name=row.get("name") or row["system"],
        system_url=_url(language, "system", row["system"]),
        revision=row["revision"],
        licence=row.get("licence", ""),
        remark=_remark(row),
        place=figures.places_span(row["rank_low"], row["rank_high"]),
        strip=rank_strip(row["rank_low"], row["rank_high"], count) if row["ranked"] else "",
        plot=_plot(row, scale, value, interval),
        value=value,
        interval=interval,
        interval_note=_("reported") if row["interval"] == "reported" else "",
        p=_("anchor") if row["test"] == "anchor" else figures.probability(row["p"]),
        rung=wording.rung(rung, row["agreeing"]),
        bars=rung_bars(rung),
        dissent=wording.dissent(row["dissenting"]),
        spread=_spread(row),
        reason=_reason(row),
        nodes=_nodes(language, tuple(row["nodes"])),
        result_url=_url(language, "result", row["results"][0]) if row["results"] else "",
        cut_after=cut_after,
    )


def _plot(row: StoredRow, scale: Scale, value: str, interval: str) -> SafeString:
    if interval:
        label = _("%(value)s, 95 %% interval %(interval)s") % {"value": value, "interval": interval}
    else:
        label = _("%(value)s, no interval") % {"value": value}
    return dot_and_interval(
        scale,
        value=float(row["value"]),
        low=None if row["low"] is None else float(row["low"]),
        high=None if row["high"] is None else float(row["high"]),
        mark=mark_of(row["assurance"]),
        label=label,
    )


def mark_of(assurance: str) -> Mark:
    """Choose the mark by what stands behind the score."""
    if assurance in (Rung.DISPUTED, Rung.RETRACTED):
        return Mark.DIAMOND
    return Mark.HOLLOW if assurance == Rung.SELF_ATTESTED else Mark.FILLED


def _remark(row: StoredRow) -> str:
    parts = []
    if row["abstained"]:
        parts.append(
            ngettext("abstained on %(count)s", "abstained on %(count)s", row["abstained"])
            % {"count": row["abstained"]}
        )
    if row["first_party_only"]:
        parts.append(_("measured by its maker only"))
    return " · ".join(parts)


def _spread(row: StoredRow) -> str:
    if len(row["organisations"]) < 2 or row["spread"] == "0":
        return ""
    spread = figures.score(row["spread"], is_share=row["is_share"], n=None)
    return _("spread %(spread)s") % {"spread": spread}


def _reason(row: StoredRow) -> str:
    text = wording.reason(row["reason"])
    if row["reason"] == "other-setting" and row.get("setting_label"):
        return f"{text} ({row['setting_label']})"
    return text
