"""Forms: shape and words; what may be is asked of the rules and the actions."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.clock import database_now
from governance import effects
from governance.actions import Draft
from governance.models import (
    Amendment,
    Appointment,
    Body,
    NoticeChoice,
    Proposal,
    Revision,
    Seat,
    Vote,
)
from governance.models.votes import POSITION_NAMES
from governance.rules import PRESETS, Rule
from governance.wording import rule_name
from members.models import Person

PARAMETER_LINES = 20
MOST_VETOES = 30
"""Beyond so many filled seats none is offered a veto."""


class BallotForm(forms.Form):
    """A ballot paper: nothing is chosen beforehand, so an untouched paper is not a vote."""

    position = forms.ChoiceField(
        choices=POSITION_NAMES, error_messages={"required": gettext_lazy("Choose a position.")}
    )
    reason = forms.CharField(max_length=500, required=False)
    key = forms.CharField(min_length=8, max_length=80)
    seat = forms.IntegerField(min_value=1)

    def __init__(self, vote: Vote, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in vote.amendment_numbers:
            self.fields[f"text-{number}"] = forms.ChoiceField(
                choices=POSITION_NAMES[:3], required=False
            )

    def more(self, vote: Vote) -> dict[str, str]:
        """Return the positions on the amendments, those that were chosen."""
        said = {str(n): self.cleaned_data[f"text-{n}"] for n in vote.amendment_numbers}
        return {number: position for number, position in said.items() if position}


class ProposalForm(forms.Form):
    """A proposal in one language or both."""

    title_en = forms.CharField(label=gettext_lazy("Title in English"), max_length=160)
    text_en = forms.CharField(label=gettext_lazy("Text in English"), max_length=20_000)
    title_fr = forms.CharField(
        label=gettext_lazy("Title in French"), max_length=160, required=False
    )
    text_fr = forms.CharField(
        label=gettext_lazy("Text in French"), max_length=20_000, required=False
    )
    effect_kind = forms.ChoiceField(label=gettext_lazy("If carried"), required=False)
    effect_params = forms.CharField(
        label=gettext_lazy("Parameters of the effect"), required=False, max_length=4000,
        help_text=gettext_lazy("One a line, as name: value. Free text needs none."),
    )  # fmt: skip
    supersedes = forms.CharField(
        label=gettext_lazy("Replaces the decision"), required=False, max_length=40,
        help_text=gettext_lazy("Its number, like BOARD-2026-014; empty if none."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(effect.kind, effect.label) for effect in effects.all_types()]
        kind = self.fields["effect_kind"]
        assert isinstance(kind, forms.ChoiceField)
        kind.choices = [("", _("Nothing happens by itself: free text")), *choices]
        for name in ("text_en", "text_fr", "effect_params"):
            rows = 3 if name == "effect_params" else 8
            self.fields[name].widget = forms.Textarea(attrs={"rows": rows})
        for field in self.fields.values():
            field.widget.attrs["class"] = "input"

    def clean_effect_params(self) -> dict[str, str]:
        """Read `name: value` lines; a line without a colon is an error that says which."""
        values: dict[str, str] = {}
        lines = [line.strip() for line in self.cleaned_data["effect_params"].splitlines()]
        for line in filter(None, lines[:PARAMETER_LINES]):
            name, colon, value = line.partition(":")
            if not colon or not name.strip() or not value.strip():
                raise forms.ValidationError(
                    _("“%(line)s” is not of the form name: value.") % {"line": line}
                )
            values[name.strip()] = value.strip()
        return values

    def clean(self) -> dict[str, Any]:
        """Ask the chosen effect whether it could be carried out today."""
        cleaned: dict[str, Any] = super().clean() or {}
        kind = cleaned.get("effect_kind")
        if kind and "effect_params" in cleaned:
            try:
                effects.get(kind).check(cleaned["effect_params"])
            except effects.EffectRefused as refusal:
                self.add_error("effect_params", refusal.message)
        return cleaned

    def draft(self) -> Draft:
        """Return what the actions take."""
        names = Draft.__dataclass_fields__
        return Draft(**{name: self.cleaned_data[name] for name in names})

    @staticmethod
    def initial_of(revision: Revision | Amendment) -> dict[str, str]:
        """Return a revision as the form shows it."""
        params = "\n".join(f"{name}: {value}" for name, value in revision.effect_params.items())
        names = ("title_en", "title_fr", "text_en", "text_fr", "effect_kind", "supersedes")
        return {name: getattr(revision, name) for name in names} | {"effect_params": params}


class NewProposalForm(ProposalForm):
    """A new proposal, which also says who reads the discussion."""

    audience = forms.ChoiceField(
        label=gettext_lazy("Who reads the discussion"), choices=Proposal.Audience, initial=Proposal.Audience.PUBLIC,
        required=False,
    )  # fmt: skip

    def clean_audience(self) -> str:
        """Take what was left out for public."""
        return self.cleaned_data["audience"] or Proposal.Audience.PUBLIC


class AmendmentForm(ProposalForm):
    """A competing text, with the reason for it."""

    why = forms.CharField(label=gettext_lazy("What is better so, published"), max_length=500)


class CommentForm(forms.Form):
    """A comment, an objection or a reply."""

    text = forms.CharField(
        label=gettext_lazy("Your comment"), max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4, "class": "input"}),
        help_text=gettext_lazy("Markdown: paragraphs, lists, emphasis, links."),
    )  # fmt: skip
    kind = forms.ChoiceField(
        label=gettext_lazy("What it is"), required=False, widget=forms.RadioSelect,
        choices=[
            ("comment", gettext_lazy("a comment")),
            ("objection", gettext_lazy("an objection, which the author has to answer before a vote")),
        ], initial="comment",
    )  # fmt: skip
    parent = forms.IntegerField(required=False, widget=forms.HiddenInput)


class HideForm(forms.Form):
    """Why a comment is hidden."""

    why = forms.CharField(label=gettext_lazy("Why it is hidden, published"), max_length=300)


class CallForm(forms.Form):
    """Rule and deadline of a vote."""

    rule = forms.ChoiceField(label=gettext_lazy("Rule"))
    days = forms.IntegerField(
        label=gettext_lazy("Open for how many days"), min_value=1, max_value=90, initial=7
    )
    veto = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Seats with a veto in this vote"), coerce=int, required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "A vote against by one of them fails the motion. The body’s own rule keeps its own vetoes beside these."
        ),
    )  # fmt: skip

    def __init__(self, body: Body, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.body = body
        own = _("The body’s own: %(name)s") % {"name": rule_name(body.rule.name)}
        rule = self.fields["rule"]
        assert isinstance(rule, forms.ChoiceField)
        rule.choices = [("own", own), *((name, rule_name(name)) for name in PRESETS)]
        self._offer_vetoes()
        for name in ("rule", "days"):
            self.fields[name].widget.attrs["class"] = "input"

    def chosen_rule(self) -> Rule:
        """Return the rule the officer chose, with the vetoes of this vote."""
        name = self.cleaned_data["rule"]
        rule = self.body.rule if name == "own" else PRESETS[name]
        return rule.with_vetoes(self.cleaned_data.get("veto", []))

    def _offer_vetoes(self) -> None:
        """Offer the filled seats; a body of many, an assembly, gives vetoes by its own rule alone."""
        today = database_now().date()
        seats = self.body.seats.filled_on(today).select_related("organisation").order_by("number")
        names = [(seat.number, _seat_name(seat)) for seat in seats[: MOST_VETOES + 1]]
        if not names or len(names) > MOST_VETOES:
            del self.fields["veto"]
            return
        field = self.fields["veto"]
        assert isinstance(field, forms.TypedMultipleChoiceField)
        field.choices = names

    def closes_at(self, now: datetime) -> datetime:
        """Return the deadline, to the minute."""
        later: datetime = now + timedelta(days=self.cleaned_data["days"])
        return later.replace(second=0, microsecond=0)


class ProxyForm(forms.Form):
    """Who casts for a seat of mine, in one vote or for some days."""

    seat = forms.ModelChoiceField(label=gettext_lazy("For the seat"), queryset=Seat.objects.none())
    to = forms.ModelChoiceField(label=gettext_lazy("Given to"), queryset=Person.objects.none())
    vote = forms.ModelChoiceField(
        label=gettext_lazy("For one vote"), queryset=Vote.objects.none(), required=False,
        empty_label=gettext_lazy("for the days below"),
    )  # fmt: skip
    since = forms.DateField(
        label=gettext_lazy("First day"), required=False, widget=forms.DateInput({"type": "date"})
    )
    until = forms.DateField(
        label=gettext_lazy("Last day"), required=False, widget=forms.DateInput({"type": "date"})
    )

    def __init__(self, seats: list[Seat], today: date, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bodies = {seat.body_id for seat in seats}
        holders = Appointment.objects.current(today).filter(seat__body__in=bodies)
        choices = {
            "seat": Seat.objects.filter(pk__in=[seat.pk for seat in seats]).select_related("body"),
            "to": Person.objects.filter(appointments__in=holders).distinct(),
            "vote": Vote.objects.open().filter(body__in=bodies).select_related("revision"),
        }
        for name, rows in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = rows
        for field in self.fields.values():
            field.widget.attrs["class"] = "input"

    def wanted(self) -> dict[str, Any]:
        """Return what the action takes; a vote goes before days."""
        wanted = dict(self.cleaned_data)
        if wanted["vote"]:
            wanted["since"] = wanted["until"] = None
        return wanted


class LettersForm(forms.Form):
    """How often letters come."""

    delivery = forms.ChoiceField(
        label=gettext_lazy("Letters about votes, decisions and terms"), widget=forms.RadioSelect,
        choices=NoticeChoice.Delivery.choices,
    )  # fmt: skip


class CancelForm(forms.Form):
    """Why a vote is cancelled."""

    reason = forms.CharField(
        label=gettext_lazy("Why it is cancelled, published"), max_length=300,
        widget=forms.TextInput(attrs={"class": "input"}),
    )  # fmt: skip


class RegisterForm(forms.Form):
    """What to look for in the register; anything unusable means no filter."""

    q = forms.CharField(required=False, max_length=100)
    body = forms.SlugField(required=False)
    outcome = forms.ChoiceField(required=False, choices=[("carried", ""), ("not_carried", "")])

    def chosen(self) -> dict[str, str]:
        """Return the usable values."""
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in ("q", "body", "outcome")}


def _seat_name(seat: Seat) -> str:
    words = {"number": seat.number, "organisation": seat.organisation}
    if seat.organisation is None:
        return _("Seat %(number)s") % words
    return _("Seat %(number)s, %(organisation)s") % words


def proposal_form(proposal: Proposal, data: Any = None) -> ProposalForm:
    """Return the form filled with the latest revision."""
    return ProposalForm(data, initial=ProposalForm.initial_of(proposal.revisions.latest("number")))
