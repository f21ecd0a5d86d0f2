"""What the lists of this room can be narrowed by; parameters without sense are left out."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict

from projects.models import ArtefactKind, Event, FocusArea, LearningResource, Project, Stage

NO_STAGE = "none"
WHEN = ("upcoming", "past")


class _Kept(forms.Form):
    """A form of which every part that makes sense is kept, whatever the rest."""

    def kept(self) -> dict[str, Any]:
        """Return the choices that make sense."""
        self.is_valid()
        data = self.data
        assert isinstance(data, QueryDict)
        kept: dict[str, Any] = {}
        for name, field in self.fields.items():
            if isinstance(field, forms.MultipleChoiceField):
                kept[name] = [value for value in data.getlist(name) if field.valid_value(value)]
            else:
                kept[name] = self.cleaned_data.get(name, "")
        return kept


class ProjectListForm(_Kept):
    """Words, focus areas, tiers, stages, activity, kinds of artefacts, licences."""

    q = forms.CharField(max_length=100, required=False)
    area = forms.MultipleChoiceField(required=False)
    tier = forms.MultipleChoiceField(choices=Project.Tier.choices, required=False)
    stage = forms.MultipleChoiceField(required=False)
    activity = forms.MultipleChoiceField(choices=Project.Activity.choices, required=False)
    makes = forms.MultipleChoiceField(choices=ArtefactKind.choices, required=False)
    licence = forms.MultipleChoiceField(required=False)

    def __init__(self, data: QueryDict, licences: set[str]) -> None:
        super().__init__(data)
        slugs = [*FocusArea.objects.values_list("slug", flat=True)]
        stages = [*Stage.objects.values_list("slug", flat=True), NO_STAGE]
        for name, values in (("area", slugs), ("stage", stages), ("licence", sorted(licences))):
            field = self.fields[name]
            assert isinstance(field, forms.MultipleChoiceField)
            field.choices = [(value, value) for value in values]


class EventListForm(_Kept):
    """Words, kinds, modes, countries, project, body, series, and whether they are over."""

    q = forms.CharField(max_length=100, required=False)
    when = forms.ChoiceField(choices=[(word, word) for word in WHEN], required=False)
    kind = forms.MultipleChoiceField(choices=Event.Kind.choices, required=False)
    mode = forms.MultipleChoiceField(choices=Event.Mode.choices, required=False)
    country = forms.MultipleChoiceField(required=False)
    project = forms.SlugField(max_length=80, required=False)
    body = forms.SlugField(max_length=60, required=False)
    series = forms.SlugField(max_length=60, required=False)

    def __init__(self, data: QueryDict, countries: set[str]) -> None:
        super().__init__(data)
        field = self.fields["country"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(code, code) for code in sorted(countries)]


class LearningListForm(_Kept):
    """Words, kinds, levels, languages, focus areas."""

    q = forms.CharField(max_length=100, required=False)
    kind = forms.MultipleChoiceField(choices=LearningResource.Kind.choices, required=False)
    level = forms.MultipleChoiceField(choices=LearningResource.Level.choices, required=False)
    language = forms.MultipleChoiceField(required=False)
    area = forms.MultipleChoiceField(required=False)

    def __init__(self, data: QueryDict, languages: set[str]) -> None:
        super().__init__(data)
        slugs = [*FocusArea.objects.values_list("slug", flat=True)]
        for name, values in (("language", sorted(languages)), ("area", slugs)):
            field = self.fields[name]
            assert isinstance(field, forms.MultipleChoiceField)
            field.choices = [(value, value) for value in values]
