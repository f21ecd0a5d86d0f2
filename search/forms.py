"""The form of a saved search."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class SaveForm(forms.Form):
    """A name for the search whose parameters stand in `query`."""

    name = forms.CharField(
        label=_("Name"), max_length=80, widget=forms.TextInput(attrs={"class": "input"})
    )
    query = forms.CharField(max_length=600, required=False, widget=forms.HiddenInput)
