"""What codes of a board mean, in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from leaderboard.statistics.assurance import Rung

DIMENSIONS = {
    "capability": gettext_lazy("Capability"),
    "safety": gettext_lazy("Safety"),
    "fairness": gettext_lazy("Fairness"),
    "robustness": gettext_lazy("Robustness"),
    "calibration": gettext_lazy("Calibration"),
    "efficiency": gettext_lazy("Efficiency"),
}

DIMENSION_TEXTS = {
    "capability": gettext_lazy("What a system can do when nothing gets in its way."),
    "safety": gettext_lazy("What it refuses, and what harm it lets through."),
    "fairness": gettext_lazy("Whether it works as well for every language, script and group."),
    "robustness": gettext_lazy("What is left of it when the input is short, noisy or unusual."),
    "calibration": gettext_lazy("Whether it is as sure as it is right."),
    "efficiency": gettext_lazy("What an answer costs in time, memory and energy."),
}

ASSURANCE = {
    Rung.REPLICATED: gettext_lazy("Replicated elsewhere"),
    Rung.RECOMPUTED: gettext_lazy("Recomputed from counts"),
    Rung.SELF_ATTESTED: gettext_lazy("Self-attested only"),
    Rung.DISPUTED: gettext_lazy("Disputed"),
    Rung.RETRACTED: gettext_lazy("Retracted"),
}

REASONS = {
    "retracted": gettext_lazy("Retracted: its reason stands on the result's page."),
    "equivocation": gettext_lazy(
        "The node signed two different results for one run; neither counts."
    ),
    "limited": gettext_lazy("A limited run: it left items of the benchmark out."),
    "too-many-errors": gettext_lazy("More than one item in twenty ended in an error."),
    "incomplete": gettext_lazy("It covers fewer items than the benchmark has."),
    "other-setting": gettext_lazy(
        "Another setting than the ranked one; settings never share a column."
    ),
    "no-uncertainty": gettext_lazy("No uncertainty was published, so no place can be given."),
}


def dimension(code: str) -> str:
    """Name one of the six dimensions."""
    return str(DIMENSIONS.get(code, code))


def reason(code: str | None) -> str:
    """Say why a row has no rank."""
    return str(REASONS.get(code or "", code or ""))


_RUNGS = {
    "self-attested": gettext_lazy("self-attested"),
    "recomputed": gettext_lazy("recomputed"),
    "disputed": gettext_lazy("disputed"),
    "retracted": gettext_lazy("retracted"),
}


def rung(code: str, agreeing: int | None = None) -> str:
    """Name a step of the ladder, with the organisations that agree where their number is known."""
    if code == "replicated":
        return _("replicated ×%(count)s") % {"count": agreeing} if agreeing else _("replicated")
    return str(_RUNGS.get(code, code))


def dissent(count: int) -> str:
    """Say how many organisations are outside the tolerance."""
    if not count:
        return ""
    return ngettext("%(count)s disagrees", "%(count)s disagree", count) % {"count": count}


def test_name(code: str) -> str:
    """Name the test behind a p."""
    names = {
        "mcnemar": _("McNemar's exact test on the same items"),
        "fisher": _("Fisher's exact test on the counts"),
        "normal": _("a test on the reported errors"),
    }
    return names.get(code, "")
