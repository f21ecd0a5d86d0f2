"""Rules, counts and acts in words, in the active language."""

from __future__ import annotations

from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from governance.rules import Base, Comparison, Outcome, Roll, Rule, Tie
from governance.rules.example import Example


def rule_name(name: str) -> str:
    """Return what a preset is called; a rule of one's own keeps its name."""
    names = {
        "simple-majority": _("Simple majority"),
        "absolute-majority": _("Absolute majority of seats"),
        "two-thirds": _("Two thirds"),
        "three-quarters": _("Three quarters"),
        "unanimous": _("Unanimity"),
        "lazy-consensus": _("Lazy consensus"),
    }
    return names.get(name, name)


def rule_sentence(rule: Rule, roll: Roll | None = None) -> str:
    """Say what it takes to carry a motion, with numbers where the roll is known."""
    if rule.is_lazy:
        return ngettext(
            "Carried at the close unless %(n)d seat objects with a reason; that turns it into a vote.",
            "Carried at the close unless %(n)d seats object with a reason; that turns it into a vote.",
            rule.objections,
        ) % {"n": rule.objections}
    majority, quorum = _majority(rule, roll), _quorum(rule, roll)
    if not quorum:
        return _("Carried if %(majority)s.") % {"majority": majority}
    return _("Carried if %(majority)s, provided %(quorum)s.") % {
        "majority": majority,
        "quorum": quorum,
    }


def rule_notes(rule: Rule, roll: Roll | None = None) -> list[str]:
    """Say what else the rule holds, a sentence each."""
    notes = [] if rule.is_lazy else [_abstentions(rule)]
    if rule.veto:
        notes.append(
            _("A vote against by one of these seats fails the motion: %(seats)s.")
            % {"seats": ", ".join(map(str, rule.veto))}
        )
    notes.append(
        _("A recused seat leaves the count.")
        if rule.recused_leave
        else _("A recused seat stays in the base.")
    )
    if (rule.base, rule.fraction) == (Base.YES_NO, Fraction(1, 2)) and not rule.is_lazy:
        notes.append(
            _("A tie is decided by the chair’s position.")
            if rule.tie is Tie.CHAIR
            else _("A tie fails.")
        )
    if roll is not None and roll.is_weighted:
        notes.append(_("Seats count by their weight."))
    notes.append(
        _("The vote closes early once no missing position can change the outcome.")
        if rule.early
        else _("The vote stays open until its announced close.")
    )
    notes.append(
        _("Positions are public as they are cast; they may change until the close.")
        if rule.interim
        else _("Positions stay sealed until the close.")
    )
    return notes


def example_sentence(example: Example, rule: Rule) -> str:
    """Say a worked example: 12 take part. Of 10 for or against, 7 for: 7/10 ≥ 2/3."""
    count = example.tally
    took_part = ngettext(
        "%(n)d seat takes part.", "%(n)d seats take part.", count.participation
    ) % {"n": count.participation}
    if not count.quorum_met:
        return took_part + " " + _("The quorum is missed.")
    return f"{took_part} {comparison(rule, yes=count.yes, base=count.base, no=count.no)}"


def comparison(rule: Rule, *, yes: int, base: int, no: int) -> str:
    """Say the comparison that decides: Of 10, 7 for: 7/10 ≥ 2/3."""
    if rule.is_lazy:
        return ngettext("%(n)d seat objects.", "%(n)d seats object.", no) % {"n": no}
    if not base:
        return _("Nobody voted for or against.")
    share = Fraction(yes, base)
    if rule.comparison is Comparison.MORE:
        sign = ">" if share > rule.fraction else "≤"
    else:
        sign = "≥" if share >= rule.fraction else "<"
    line = "1" if rule.fraction == 1 else f"{rule.fraction.numerator}/{rule.fraction.denominator}"
    words = {"base": base, "yes": yes, "sign": sign, "line": line}
    return _("Of %(base)d, %(yes)d for: %(yes)d/%(base)d %(sign)s %(line)s.") % words


def outcome_line(outcome: str, count: dict[str, int]) -> str:
    """Say an outcome with its numbers: carried 8 to 2, 1 abstention."""
    numbers = {"yes": count["yes"], "no": count["no"], "abstain": count["abstain"]}
    if outcome == Outcome.CARRIED:
        line = _("carried %(yes)d to %(no)d") % numbers
    else:
        line = _("not carried, %(yes)d to %(no)d") % numbers
    if count["abstain"]:
        line += (
            ", "
            + ngettext("%(abstain)d abstention", "%(abstain)d abstentions", count["abstain"])
            % numbers
        )
    return line


def _share(fraction: Fraction, comparison: Comparison) -> str:
    if fraction == 1:
        return _("all")
    names = {
        Fraction(1, 2): _("half"),
        Fraction(1, 3): _("one third"),
        Fraction(2, 3): _("two thirds"),
        Fraction(3, 4): _("three quarters"),
    }
    share = names.get(fraction, f"{fraction.numerator}/{fraction.denominator}")
    if comparison is Comparison.MORE:
        return _("more than %(share)s") % {"share": share}
    return _("at least %(share)s") % {"share": share}


def _majority(rule: Rule, roll: Roll | None) -> str:
    bases = {
        Base.YES_NO: _("of the seats voting for or against"),
        Base.CAST: _("of the seats voting, abstentions included,"),
        Base.PRESENT: _("of the seats taking part"),
        Base.FILLED_SEATS: _("of the filled seats"),
        Base.ALL_SEATS: _("of all seats"),
    }
    values = {"share": _share(rule.fraction, rule.comparison), "base": bases[rule.base]}
    needed = _needed(rule, roll)
    if needed is None:
        return _("%(share)s %(base)s vote for") % values
    return _("%(share)s %(base)s vote for (%(needed)d of %(whole)d)") % {**values, **needed}


def _needed(rule: Rule, roll: Roll | None) -> dict[str, int] | None:
    """The smallest weight that carries, where the base does not depend on who votes."""
    if roll is None or rule.base not in (Base.FILLED_SEATS, Base.ALL_SEATS) or rule.recused_leave:
        return None
    whole = roll.all_weight if rule.base is Base.ALL_SEATS else roll.filled_weight
    line = rule.fraction * whole
    needed = int(line) + 1 if rule.comparison is Comparison.MORE else -int(-line // 1)
    return {"needed": needed, "whole": whole}


def _quorum(rule: Rule, roll: Roll | None) -> str:
    if not rule.quorum_fraction:
        return ""
    base = _("of the filled seats") if rule.quorum_base is Base.FILLED_SEATS else _("of all seats")
    if roll is None:
        share = _share(rule.quorum_fraction, Comparison.AT_LEAST)
        return _("%(share)s %(base)s take part") % {"share": share, "base": base}
    whole = roll.filled_weight if rule.quorum_base is Base.FILLED_SEATS else roll.all_weight
    needed = -int(-(rule.quorum_fraction * whole) // 1)
    return _("at least %(needed)d of the %(whole)d seats take part") % {
        "needed": needed,
        "whole": whole,
    }


def _abstentions(rule: Rule) -> str:
    in_base = rule.base is not Base.YES_NO
    if rule.quorum_fraction and rule.abstain_in_quorum:
        return (
            _("Abstentions count for the quorum and in the base.")
            if in_base
            else _("Abstentions count for the quorum, not for the majority.")
        )
    return (
        _("An abstention counts in the base, so it weighs like a vote against.")
        if in_base
        else _("Abstentions do not count.")
    )
