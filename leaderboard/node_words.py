"""A node's states, pulls and refusals in words: what happened, and what its owner can do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from alliance.i18n import whole
from leaderboard.charts.nodes import Health
from leaderboard.measures import short_moment
from leaderboard.models import Node, NodeKey, PullAttempt, Quarantined
from leaderboard.reasons import explain, explain_item

HEALTH_KEY = {
    Health.FRESH: gettext_lazy("fresh"),
    Health.WAITING: gettext_lazy("not pulled yet, or paused"),
    Health.STALE: gettext_lazy("stale: three intervals missed"),
    Health.DOWN: gettext_lazy("down: five pulls failed"),
    Health.INCONSISTENT: gettext_lazy("inconsistent: its log contradicts itself"),
}

GOOD_OUTCOMES = ("ok", "unchanged")


def health_word(node: Node) -> str:
    """Name the state that matters: of the node if it is out of service, else of its pulls."""
    if node.state != Node.State.ACTIVE and not _is_forked_elsewhere(node):
        return str(node.get_state_display())
    return str(node.get_health_display())


def _is_forked_elsewhere(node: Node) -> bool:
    return node.state == Node.State.RELAYED and node.health == Node.Health.INCONSISTENT


def health_sentence(node: Node) -> str:
    """Say when the node was last heard and what follows."""
    if _is_forked_elsewhere(node):
        return _(
            "It showed a sister portal another log than this one. Later results wait for a decision."
        )
    if node.state == Node.State.RELAYED:
        return _("Its statements come through a sister portal; this portal does not ask it itself.")
    if node.last_success_at is None:
        return _("The portal has not heard from it yet.")
    words = {"when": short_moment(node.last_success_at)}
    texts = {
        Node.Health.FRESH: _("Last heard %(when)s UTC."),
        Node.Health.STALE: _("Last heard %(when)s UTC; three intervals have passed since."),
        Node.Health.DOWN: _("Last heard %(when)s UTC; the portal keeps trying, less often."),
        Node.Health.INCONSISTENT: _(
            "Its log contradicts what it signed before. Later results wait for a decision. Last heard %(when)s UTC."
        ),
        Node.Health.NEW: _("Last heard %(when)s UTC."),
    }
    return texts[Node.Health(node.health)] % words


def is_failure(pull: PullAttempt) -> bool:
    """Say whether a pull failed as a whole."""
    return pull.outcome not in GOOD_OUTCOMES


def pull_word(pull: PullAttempt) -> str:
    """Name the outcome of a pull in a word or two."""
    if is_failure(pull):
        return _("failed")
    return _("new") if pull.items_new else _("nothing new")


def pull_text(pull: PullAttempt) -> str:
    """Say what a pull brought."""
    if is_failure(pull):
        return f"{explain(pull.outcome).title} {pull.detail}".strip()
    parts = []
    if pull.items_new:
        text = ngettext(
            "%(count)s item verified and entered",
            "%(count)s items verified and entered",
            pull.items_new,
        )
        parts.append(text % {"count": whole(pull.items_new)})
    if pull.quarantined:
        text = ngettext("%(count)s in quarantine", "%(count)s in quarantine", pull.quarantined)
        parts.append(text % {"count": whole(pull.quarantined)})
    if not parts:
        parts.append(_("checkpoint unchanged"))
    if pull.repeats > 1:
        text = ngettext("%(count)s time in a row", "%(count)s times in a row", pull.repeats)
        parts.append(text % {"count": whole(pull.repeats)})
    return ", ".join(parts)


def quarantine_text(row: Quarantined) -> str:
    """Say what was found, and where."""
    found = ": ".join(part for part in (row.field, row.detail) if part)
    return f"{explain_item(row.reason_code).title} {found}".strip()


def key_state(key: NodeKey, now: datetime) -> str:
    """Say what a key may do."""
    if key.revoked_at is not None:
        return _("revoked")
    if key.confirmed_at is None:
        return _("shown, not confirmed")
    return _("in use") if key.is_valid_at(now) else _("outside its window")


def suspended_text(details: Mapping[str, str]) -> str:
    """Say by which decision and why a node is suspended."""
    return _("Suspended by decision %(decision)s: %(why)s Nothing more is taken from it.") % {
        "decision": details.get("decision", "–"),
        "why": details.get("reason", ""),
    }


def revoked_text(key: NodeKey) -> str:
    """Say since when nothing that a key signs is taken."""
    assert key.revoked_at is not None
    return _("The key %(kid)s was revoked on %(when)s UTC: %(why)s") % {
        "kid": key.kid,
        "when": short_moment(key.revoked_at),
        "why": key.revoked_reason,
    }


def equivocation_text(runs: int) -> str:
    """Say that a node signed two truths, and that neither counts."""
    text = ngettext(
        "It signed two different results for %(count)s run. Both are kept and shown, neither counts.",
        "It signed two different results for each of %(count)s runs. All are kept and shown, none counts.",
        runs,
    )
    return text % {"count": whole(runs)}
