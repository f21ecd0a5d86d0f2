"""What the pages of a vote, a decision and a ballot show of them."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliance.clock import database_now
from governance import charts, effects, wording
from governance.actions.ballots import positions_by_option
from governance.actions.votes import take_roll
from governance.models import Amendment, Body, Decision, DecisionEffect, Revision, Seat, Vote
from governance.rules import Position, Roll, Rule
from governance.rules.example import Example, worked_example


@dataclass(frozen=True, slots=True)
class ShownExample:
    """A worked example as a page shows it."""

    picture: SafeString
    verdict: str
    sentence: str


@dataclass(frozen=True, slots=True)
class ShownRule:
    """A rule as a page shows it."""

    name: str
    sentence: str
    notes: list[str]
    examples: list[ShownExample]
    is_preset: bool


@dataclass(frozen=True, slots=True)
class ShownEffect:
    """What a decision does or would do."""

    label: str
    sentence: str
    url: str | None
    state: str = ""
    state_name: str = ""
    reason: str = ""


def shown_rule(rule: Rule, roll: Roll) -> ShownRule:
    """Say a rule in a sentence and by two worked examples."""
    pair = worked_example(rule, roll)
    return ShownRule(
        name=wording.rule_name(rule.name),
        sentence=wording.rule_sentence(rule, roll),
        notes=wording.rule_notes(rule, roll),
        examples=[_shown(example, rule) for example in pair] if pair else [],
        is_preset=rule.is_preset,
    )


@dataclass(frozen=True, slots=True)
class ShownText:
    """A text on a ballot of several: its number, who put it, and after the close how it was counted."""

    number: int
    text: Revision | Amendment
    seat: Seat
    why: str
    count: dict[str, Any] | None
    chosen: bool


def texts_on(vote: Vote, decision: Decision | None = None) -> list[ShownText]:
    """Return the texts of a ballot, the proposal's own first; empty where there is one."""
    if not vote.options:
        return []
    decision = decision or getattr(vote, "decision", None)
    counts = decision.tally["options"] if decision else {}
    chosen = decision.tally["chosen"] if decision else None
    amendments = vote.proposal.amendments.for_list().filter(number__in=vote.amendment_numbers)
    own = ShownText(0, vote.revision, vote.proposal.seat, "", counts.get("0"), chosen == 0)
    return [own] + [
        ShownText(item.number, item, item.seat, item.why, counts.get(str(item.number)), chosen == item.number)
        for item in amendments
    ]  # fmt: skip


def chain(decision: Decision) -> list[Decision]:
    """Return the decisions of a supersession chain, the oldest first; empty where nothing was replaced."""
    found = [decision]
    while (older := Decision.objects.filter(superseded__new=found[0]).first()) is not None:
        found.insert(0, older)
    while (newer := Decision.objects.filter(supersession__old=found[-1]).first()) is not None:
        found.append(newer)
    return found if len(found) > 1 else []


def effect_of(revision: Revision | Amendment) -> ShownEffect | None:
    """Say what carrying a text would do; None for free text."""
    if not revision.effect_kind:
        return None
    return _effect(revision.effect_kind, revision.effect_params)


def effects_of(decision: Decision) -> list[ShownEffect]:
    """Say what a decision did."""
    return [_recorded(row) for row in decision.effects.all()]


def effect_examples() -> list[tuple[str, str]]:
    """Return the name of each effect with its parameters as a proposer would write them."""
    return [
        (str(effect.label), "\n".join(f"{name}: {value}" for name, value in effect.example.items()))
        for effect in effects.all_types()
    ]


def deciding_sentence(decision: Decision, vote: Vote) -> str:
    """Say the comparison that decided, with the quorum where the rule has one."""
    rule, count = vote.frozen_rule, decision.tally
    if not count["quorum_met"]:
        return _("The quorum was missed: %(heard)d took part.") % {"heard": count["participation"]}
    line = wording.comparison(rule, yes=count["yes"], base=count["base"], no=count["no"])
    if vetoes := vetoed_by(vote, count.get("chosen") or 0):
        line += " " + ngettext(
            "Seat %(seats)s voted against and has a veto.",
            "Seats %(seats)s voted against and have a veto.",
            len(vetoes),
        ) % {"seats": ", ".join(map(str, vetoes))}  # fmt: skip
    return line


def vetoed_by(vote: Vote, text: int) -> list[int]:
    """Return the seats with a veto that voted against a text, by its number."""
    veto = set(vote.frozen_rule.veto)
    if not veto:
        return []
    said = positions_by_option(vote)[text]
    return sorted(seat for seat in veto if said.get(seat) is Position.AGAINST)


def body_rule(body: Body) -> ShownRule:
    """Say the rule a body votes under, over the seats filled today."""
    return shown_rule(body.rule, take_roll(body, database_now()))


def _shown(example: Example, rule: Rule) -> ShownExample:
    counts = example.counts
    label = _("Worked example: %(yes)d for, %(no)d against, %(abstain)d abstain, %(absent)d missing") % {
        "yes": counts[Position.FOR], "no": counts[Position.AGAINST], "abstain": counts[Position.ABSTAIN],
        "absent": counts[None],
    }  # fmt: skip
    quorum = _("quorum, %(n)d") % {"n": ceil(Fraction(example.tally.quorum_needed))}
    return ShownExample(
        picture=charts.example_picture(example, label=label, quorum_label=quorum),
        verdict=_("Carried.") if example.tally.is_carried else _("Not carried."),
        sentence=wording.example_sentence(example, rule),
    )


def _effect(kind: str, params: dict[str, Any]) -> ShownEffect:
    try:
        found = effects.get(kind)
        return ShownEffect(str(found.label), found.describe(params), found.url(params))
    except effects.EffectRefused:
        shown = ", ".join(f"{name} {value}" for name, value in params.items())
        return ShownEffect(kind, f"{kind} ({shown})", None)


def _recorded(row: DecisionEffect) -> ShownEffect:
    shown = _effect(row.kind, row.params)
    done = row.state == DecisionEffect.State.DONE
    return ShownEffect(
        label=shown.label, sentence=shown.sentence, url=shown.url if done else None, state=row.state,
        state_name=str(row.get_state_display()), reason=row.reason or "",
    )  # fmt: skip
