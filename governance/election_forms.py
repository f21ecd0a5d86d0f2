"""Forms of elections: shape and words; what may be is asked of the rules and the actions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from governance.actions import ElectionSheet
from governance.models import Body, Election
from governance.models.elections import METHOD_NAMES, UNRANKED_NAMES
from governance.rules.elections import ElectionRule
from governance.tally import Method, Unranked
from members.forms import OrganisationChoiceField
from members.models import Organisation


class StyledForm(forms.Form):
    """A form whose fields look like the portal's."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if not isinstance(field.widget, forms.CheckboxInput):
                field.widget.attrs["class"] = "input"


class AnnounceForm(StyledForm):
    """Which seats are to be filled, and how it will be counted."""

    title_en = forms.CharField(label=gettext_lazy("Title in English"), max_length=160)
    title_fr = forms.CharField(
        label=gettext_lazy("Title in French"), max_length=160, required=False
    )
    text_en = forms.CharField(
        label=gettext_lazy("What the seats are for, in English"), max_length=8000, required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip
    text_fr = forms.CharField(
        label=gettext_lazy("What the seats are for, in French"), max_length=8000, required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip
    fills = forms.ModelChoiceField(
        Body.objects.none(), label=gettext_lazy("Body whose seats are filled"), empty_label=None
    )
    seats = forms.CharField(
        label=gettext_lazy("Numbers of the seats"), max_length=200,
        help_text=gettext_lazy("Vacant in that term, with commas between: 6, 7, 8."),
    )  # fmt: skip
    since = forms.DateField(
        label=gettext_lazy("First day of the term"), widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        label=gettext_lazy("Last day of the term"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )  # fmt: skip
    method = forms.ChoiceField(label=gettext_lazy("Counting method"), choices=METHOD_NAMES)
    cap = forms.IntegerField(
        label=gettext_lazy("At most so many elected of one organisation"), min_value=1, max_value=99, required=False,
        help_text=gettext_lazy("Empty means no limit."),
    )  # fmt: skip
    unranked = forms.ChoiceField(
        label=gettext_lazy("In Schulze’s method and ranked pairs"), choices=UNRANKED_NAMES,
        initial=Unranked.LAST.value,
    )  # fmt: skip
    early = forms.BooleanField(
        label=gettext_lazy("Close as soon as every filled seat has voted"), required=False
    )

    def __init__(self, body: Body, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fills = self.fields["fills"]
        assert isinstance(fills, forms.ModelChoiceField)
        fills.queryset = Body.objects.all()
        fills.initial = body.pk

    def clean_seats(self) -> list[int]:
        """Read the numbers; each once."""
        try:
            found = [int(part) for part in self.cleaned_data["seats"].split(",")]
        except ValueError:
            raise forms.ValidationError(
                _("Write the numbers with commas between: 6, 7, 8.")
            ) from None
        if len(found) != len(set(found)):
            raise forms.ValidationError(_("Each seat to be filled is named once."))
        return found

    def sheet(self) -> ElectionSheet:
        """Return what the action takes."""
        wanted = self.cleaned_data
        rule = ElectionRule(
            method=Method(wanted["method"]), seats=len(wanted["seats"]), unranked=Unranked(wanted["unranked"]),
            cap=wanted["cap"], early=wanted["early"],
        )  # fmt: skip
        return ElectionSheet(
            fills=wanted["fills"], seat_numbers=wanted["seats"], term_since=wanted["since"], term_until=wanted["until"],
            rule=rule, title_en=wanted["title_en"], title_fr=wanted["title_fr"], text_en=wanted["text_en"],
            text_fr=wanted["text_fr"],
        )  # fmt: skip


class OpenForm(StyledForm):
    """How long the ballot is open."""

    days = forms.IntegerField(
        label=gettext_lazy("Open for how many days"), min_value=1, max_value=90, initial=7
    )

    def closes_at(self, now: datetime) -> datetime:
        """Return the close, to the minute."""
        later: datetime = now + timedelta(days=self.cleaned_data["days"])
        return later.replace(second=0, microsecond=0)


class NominateForm(StyledForm):
    """Whom to nominate."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail address they sign in with"),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )


class AcceptForm(StyledForm):
    """For whom I stand and what I say."""

    organisation = OrganisationChoiceField(
        Organisation.objects.none(), label=gettext_lazy("You stand as a member of"), required=False,
        empty_label=gettext_lazy("no organisation"),
    )  # fmt: skip
    statement_en = forms.CharField(
        label=gettext_lazy("Statement in English"), max_length=4000, required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )  # fmt: skip
    statement_fr = forms.CharField(
        label=gettext_lazy("Statement in French"), max_length=4000, required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )  # fmt: skip

    def __init__(self, organisations: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["organisation"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = organisations


class TextForm(StyledForm):
    """A question, an answer or a reason."""

    text = forms.CharField(
        label=gettext_lazy("Your words, published"), max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip


class PaperForm(forms.Form):
    """What a ballot paper sends besides its fields."""

    key = forms.CharField(min_length=8, max_length=80)
    seat = forms.IntegerField(min_value=1)


def paper_content(election: Election, data: Mapping[str, Any]) -> dict[str, int | None]:
    """Read the fields of a ballot paper; raise ValueError where one is no whole number."""
    if election.counting_rule.method is Method.PLURALITY:
        chosen = str(data.get("choice", ""))
        return {chosen: 1} if chosen.isdigit() else {}
    content: dict[str, int | None] = {}
    for one in election.standing:
        raw = str(data.get(f"c-{one.number}", "")).strip()
        content[str(one.number)] = int(raw) if raw else None
    return content
