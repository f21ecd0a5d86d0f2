"""Forms of this room: shape and wording only."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from members.models import Membership, Organisation, Person

FACETS = ("kind", "country", "membership")


class OrganisationChoiceField(forms.ModelChoiceField):
    """One of the organisations that whoever fills in the form may name: by its name, listed or not."""

    def label_from_instance(self, obj: Organisation) -> str:
        return obj.short_name


class DirectoryForm(forms.Form):
    """What the directory shows, as parameters in the address; each facet may be chosen several times."""

    q = forms.CharField(max_length=100, required=False)
    kind = forms.MultipleChoiceField(choices=Organisation.Kind.choices, required=False)
    membership = forms.MultipleChoiceField(choices=Membership.Kind.choices, required=False)
    country = forms.MultipleChoiceField(required=False)

    def __init__(self, countries: set[str], data: QueryDict) -> None:
        super().__init__(data)
        self.query = data
        field = self.fields["country"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(code, code) for code in countries]

    @property
    def chosen(self) -> dict[str, Any]:
        """Return the parameters that make sense; an old or mistyped address shows more, never an error."""
        self.is_valid()
        kept: dict[str, Any] = {"q": self.cleaned_data.get("q", "")}
        for name in FACETS:
            field = self.fields[name]
            assert isinstance(field, forms.MultipleChoiceField)
            given = self.query.getlist(name)
            if name == "country":
                given = [code.upper() for code in given]
            kept[name] = [value for value in given if field.valid_value(value)]
        return kept


class DetailsForm(forms.ModelForm):
    """What a person says about themself."""

    class Meta:
        model = Person
        fields = ["full_name", "preferred_language", "is_public"]
        labels = {"full_name": _("Name"), "preferred_language": _("Language of letters")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("full_name", "preferred_language"):
            self.fields[name].widget.attrs["class"] = "input"


class DiscoveryForm(forms.Form):
    """The address whose organisation is looked for."""

    email = forms.EmailField(
        label=_("Your address at your organisation"),
        widget=forms.EmailInput(attrs={"class": "input", "autocomplete": "email"}),
    )
