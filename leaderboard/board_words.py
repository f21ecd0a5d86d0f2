"""The facts, the key and the caveats of a board, in words that follow from its rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliance.i18n import whole
from leaderboard import figures, wording
from leaderboard.charts.marks import Mark, key_interval, key_mark
from leaderboard.charts.strips import rank_strip
from leaderboard.metrics import in_sentence
from leaderboard.models import BenchmarkVersion
from leaderboard.statistics.ranking import SEED
from leaderboard.summary import Summary

Stored = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Fact:
    """A name and its value; codes are set in mono."""

    name: str
    value: str
    is_code: bool = False
    url: str = ""


@dataclass(frozen=True, slots=True)
class KeyItem:
    """A mark and what it means."""

    picture: SafeString
    text: str


def facts_of(
    version: BenchmarkVersion, metric: Mapping[str, Any], said: Summary | None = None
) -> list[Fact]:
    """Return what is fixed about a board, and how it was ranked."""
    direction = (
        _("higher is better") if metric.get("higher_is_better", True) else _("lower is better")
    )
    facts = [
        Fact(_("Version"), version.version),
        Fact(_("Metric"), f"{in_sentence(metric)}, {direction}"),
    ]
    items = (said and said.n) or version.n_items
    if items:
        facts.append(
            Fact(_("Items"), _("n = %(n)s, errors count as failures") % {"n": whole(items)})
        )
    if version.dataset_digest:
        facts.append(Fact(_("Data set"), f"sha256:{version.dataset_digest[:12]}…", is_code=True))
    if said and said.ranked:
        facts.append(Fact(_("Ranking"), _drawing(said)))
        facts.append(Fact(_("Setting"), said.setting_label))
    return facts


def _drawing(said: Summary) -> str:
    values = {"draws": whole(said.draws), "seed": SEED}
    if "mcnemar" in said.tests and "fisher" in said.tests:
        return _("%(draws)s draws, paired where answers are known, seed %(seed)s") % values
    if "mcnemar" in said.tests:
        return _("%(draws)s paired draws, seed %(seed)s") % values
    return _("%(draws)s independent draws, seed %(seed)s") % values


def key_of(rows: Sequence[Stored]) -> list[KeyItem]:
    """Explain the marks that the table really has."""
    if not rows:
        return []
    reported = all(row["interval"] == "reported" for row in rows)
    items = [
        KeyItem(
            key_interval(),
            _("value and 95\u00a0% interval as reported")
            if reported
            else _("value and 95\u00a0% Wilson interval"),
        )
    ]
    if any(row["assurance"] == "self-attested" for row in rows):
        items.append(KeyItem(key_mark(Mark.HOLLOW), _("self-attested only")))
    if any(row["assurance"] == "disputed" for row in rows):
        items.append(KeyItem(key_mark(Mark.DIAMOND), _("disputed")))
    count = min(sum(1 for row in rows if row["ranked"]), 7)
    if count > 1:
        strip = rank_strip(1, max(1, count // 2), count)
        items.append(KeyItem(strip, _("places the system can hold, 95\u00a0% of draws")))
    found = {row["test"] for row in rows}
    tests = [wording.test_name(code) for code in ("mcnemar", "fisher", "normal") if code in found]
    if tests:
        text = _("p against the leader: %(tests)s, not corrected for the number of comparisons")
        items.append(KeyItem(SafeString(""), text % {"tests": _(" or ").join(tests)}))
    return items


def caveats(said: Summary) -> list[str]:
    """Say what the board shows and what it does not, in its own figures."""
    texts = []
    if leader := said.leader:
        texts.append(_what_it_shows(said))
        texts.append(
            _(
                "It does not show how they fare on your data. With so many items and no more, the leader's %(value)s "
                "could as well be anything from %(low)s to %(high)s."
            )
            % {
                "value": figures.score(leader["value"], is_share=leader["is_share"], n=leader["n"]),
                "low": figures.score(leader["low"], is_share=leader["is_share"]),
                "high": figures.score(leader["high"], is_share=leader["is_share"]),
            }
        )
        if "fisher" in said.tests:
            texts.append(
                _(
                    "Who answered what is not known for every system. Where it is not, the draws are independent and "
                    "the ranges wider than paired ones would be."
                )
            )
    texts.append(
        _(
            "The signature proves who reported the figure and that it has not changed since. It does not prove that "
            "the run was honest; replication by others is what speaks to that."
        )
    )
    texts.extend(_abstentions(said))
    return texts


def _what_it_shows(said: Summary) -> str:
    text = ngettext(
        "It shows how %(systems)s systems did on the same %(items)s items, measured by %(count)s organisation.",
        "It shows how %(systems)s systems did on the same %(items)s items, measured by %(count)s organisations.",
        said.organisations,
    )
    return text % {
        "systems": whole(said.ranked),
        "items": whole(said.n or 0),
        "count": whole(said.organisations),
    }


def _abstentions(said: Summary) -> list[str]:
    most = said.most_abstained
    if most is None:
        return []
    text = ngettext(
        "%(name)s declined to answer %(count)s time. Here that counts as not right; the outcome is kept apart in "
        "every export.",
        "%(name)s declined to answer %(count)s times. Here that counts as not right; the outcome is kept apart in "
        "every export.",
        most["abstained"],
    )
    return [text % {"name": most["name"], "count": whole(most["abstained"])}]
