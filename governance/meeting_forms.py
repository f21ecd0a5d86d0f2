"""Forms of meetings: shape and words; what may be is asked of the rules and the actions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.utils.translation import pgettext_lazy as _c

from governance.actions import Answer, Item, MeetingSheet
from governance.election_forms import StyledForm
from governance.models import AgendaItem, Meeting, Proposal, Seat
from governance.models.meetings import PRESENCE_NAMES
from governance.models.votes import POSITION_NAMES
from governance.rules import PRESETS, Rule
from governance.rules.meetings import Attendance, Presence
from governance.wording import rule_name

FREE_ITEMS = 3
"""Empty lines for items of one's own; after saving there are as many again."""


class MeetingForm(StyledForm):
    """When and where a body meets, on the clock of a place."""

    title_en = forms.CharField(label=gettext_lazy("Title in English"), max_length=160)
    title_fr = forms.CharField(
        label=gettext_lazy("Title in French"), max_length=160, required=False
    )
    day = forms.DateField(label=gettext_lazy("Day"), widget=forms.DateInput({"type": "date"}))
    at = forms.TimeField(label=gettext_lazy("Begins at"), widget=forms.TimeInput({"type": "time"}))
    minutes = forms.IntegerField(
        label=gettext_lazy("Lasts so many minutes"), min_value=5, max_value=1440, initial=60
    )
    time_zone = forms.ChoiceField(
        label=gettext_lazy("On the clock of"), initial="UTC",
        help_text=gettext_lazy("Everybody is told the time in their own zone as well."),
    )  # fmt: skip
    place = forms.CharField(label=gettext_lazy("Place, published"), max_length=200, required=False)
    join_url = forms.URLField(
        label=gettext_lazy("Address to join, for the body’s people alone"), max_length=300,
        required=False, assume_scheme="https",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zone = self.fields["time_zone"]
        assert isinstance(zone, forms.ChoiceField)
        zone.choices = [(name, name) for name in sorted(available_timezones())]

    def clean(self) -> dict[str, Any]:
        """Refuse an hour that the clocks skip that day."""
        cleaned: dict[str, Any] = super().clean() or {}
        if {"day", "at", "time_zone"} <= set(cleaned):
            local = datetime.combine(cleaned["day"], cleaned["at"], ZoneInfo(cleaned["time_zone"]))
            cleaned["starts_at"] = datetime.fromtimestamp(local.timestamp(), ZoneInfo("UTC"))
            if cleaned["starts_at"].astimezone(local.tzinfo).time() != cleaned["at"]:
                self.add_error("at", _("The clocks go forward over this hour that day. Choose another."))  # fmt: skip
        return cleaned

    def sheet(self) -> MeetingSheet:
        """Return what the actions take."""
        found = self.cleaned_data
        return MeetingSheet(
            starts_at=found["starts_at"], ends_at=found["starts_at"] + timedelta(minutes=found["minutes"]),
            **{name: found[name] for name in ("title_en", "title_fr", "time_zone", "place", "join_url")},
        )  # fmt: skip

    @staticmethod
    def initial_of(meeting: Meeting) -> dict[str, Any]:
        """Return a meeting as the form shows it."""
        names = ("title_en", "title_fr", "time_zone", "place", "join_url")
        return {name: getattr(meeting, name) for name in names} | {
            "day": meeting.begins.date(), "at": meeting.begins.time(),
            "minutes": int((meeting.ends_at - meeting.starts_at).total_seconds() // 60),
        }  # fmt: skip


class AgendaForm(forms.Form):
    """The points of an agenda, each with its place; an empty place takes a point off."""

    def __init__(
        self, items: list[AgendaItem], proposals: list[Proposal], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.items, self.proposals = items, proposals
        for item in items:
            self._place(f"item-{item.pk}", item.position)
        for proposal in proposals:
            self._place(f"proposal-{proposal.pk}", None)
        for number in range(FREE_ITEMS):
            self._place(f"free-{number}", None)
            for language, label in (("en", _("Title in English")), ("fr", _("Title in French"))):
                self.fields[f"free-{number}-{language}"] = forms.CharField(
                    max_length=160, required=False, label=label,
                    widget=forms.TextInput(attrs={"class": "input"}),
                )  # fmt: skip

    def rows(self) -> Iterator[tuple[str, forms.BoundField]]:
        """Yield what stands or could stand there, each with the field of its place."""
        for item in self.items:
            yield str(item.proposal or item.title), self[f"item-{item.pk}"]
        for proposal in self.proposals:
            yield str(proposal), self[f"proposal-{proposal.pk}"]

    def free(self) -> Iterator[tuple[forms.BoundField, forms.BoundField, forms.BoundField]]:
        """Yield the fields of items of one's own."""
        for number in range(FREE_ITEMS):
            yield self[f"free-{number}"], self[f"free-{number}-en"], self[f"free-{number}-fr"]

    def wanted(self) -> list[Item]:
        """Return the points in their order; equal places keep the order in which they stood."""
        found = []
        for item in self.items:
            made = Item(proposal=item.proposal_id, title_en=item.title_en, title_fr=item.title_fr)
            found.append((self.cleaned_data[f"item-{item.pk}"], made))
        found += [
            (self.cleaned_data[f"proposal-{proposal.pk}"], Item(proposal=proposal.pk))
            for proposal in self.proposals
        ]
        for number in range(FREE_ITEMS):
            words = {
                f"title_{language}": self.cleaned_data[f"free-{number}-{language}"].strip()
                for language in ("en", "fr")
            }
            place = self.cleaned_data[f"free-{number}"]
            if any(words.values()):
                found.append((place or 999, Item(**words)))
        return [made for place, made in sorted((row for row in found if row[0]), key=lambda row: row[0])]  # fmt: skip

    def _place(self, name: str, initial: int | None) -> None:
        self.fields[name] = forms.IntegerField(
            min_value=1, max_value=999, required=False, initial=initial, label=_("Place"),
            widget=forms.NumberInput(attrs={"class": "input input--short"}),
        )  # fmt: skip


class AttendanceForm(forms.Form):
    """How each filled seat attends, and through whom."""

    def __init__(self, meeting: Meeting, seats: list[Seat], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.seats = seats
        rows = meeting.attendance.select_related("seat", "through")
        known = {row.seat.number: row for row in rows}
        named = _("seat %(number)d")
        through = [(str(seat.number), named % {"number": seat.number}) for seat in seats]
        for seat in seats:
            row = known.get(seat.number)
            self.fields[f"presence-{seat.number}"] = forms.ChoiceField(
                choices=PRESENCE_NAMES, initial=row.presence if row else Presence.PRESENT.value,
                widget=forms.Select(attrs={"class": "input"}),
                label=_("How seat %(number)d attends") % {"number": seat.number},
            )  # fmt: skip
            self.fields[f"through-{seat.number}"] = forms.ChoiceField(
                choices=[("", "–"), *through], required=False, widget=forms.Select(attrs={"class": "input"}),
                initial=str(row.through.number) if row and row.through else "",
                label=_("Who acts for seat %(number)d") % {"number": seat.number},
            )  # fmt: skip

    def rows(self) -> Iterator[tuple[Seat, forms.BoundField, forms.BoundField]]:
        """Yield the seats with their two fields."""
        for seat in self.seats:
            yield seat, self[f"presence-{seat.number}"], self[f"through-{seat.number}"]

    def wanted(self) -> list[Attendance]:
        """Return what the action takes."""
        return [
            Attendance(
                seat.number, Presence(self.cleaned_data[f"presence-{seat.number}"]),
                int(self.cleaned_data[f"through-{seat.number}"] or 0) or None,
            )
            for seat in self.seats
        ]  # fmt: skip


class RollCallForm(forms.Form):
    """What each attending seat said when it was called; nothing is chosen beforehand."""

    rule = forms.ChoiceField(
        label=gettext_lazy("Rule"), widget=forms.Select(attrs={"class": "input"})
    )

    def __init__(self, meeting: Meeting, seats: list[Seat], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.body, self.seats = meeting.body, seats
        own = _("The body’s own: %(name)s") % {"name": rule_name(self.body.rule.name)}
        rule = self.fields["rule"]
        assert isinstance(rule, forms.ChoiceField)
        presets = [(name, rule_name(name)) for name, known in PRESETS.items() if not known.is_lazy]
        rule.choices = [("own", own), *presets]
        for seat in seats:
            self.fields[f"position-{seat.number}"] = forms.ChoiceField(
                choices=[("", _c("roll call", "No answer")), *POSITION_NAMES], required=False,
                widget=forms.Select(attrs={"class": "input"}),
                label=_("Answer of seat %(number)d") % {"number": seat.number},
            )  # fmt: skip
            self.fields[f"reason-{seat.number}"] = forms.CharField(
                max_length=500, required=False, widget=forms.TextInput(attrs={"class": "input"}),
                label=_("Reason of seat %(number)d") % {"number": seat.number},
            )  # fmt: skip

    def rows(self) -> Iterator[tuple[Seat, forms.BoundField, forms.BoundField]]:
        """Yield the seats with their two fields."""
        for seat in self.seats:
            yield seat, self[f"position-{seat.number}"], self[f"reason-{seat.number}"]

    def chosen_rule(self) -> Rule:
        """Return the rule the officer chose."""
        name = self.cleaned_data["rule"]
        return self.body.rule if name == "own" else PRESETS[name]

    def answers(self) -> list[Answer]:
        """Return what the action takes: the seats that answered."""
        return [
            Answer(
                seat=seat.number, position=self.cleaned_data[f"position-{seat.number}"],
                reason=self.cleaned_data[f"reason-{seat.number}"],
            )
            for seat in self.seats
            if self.cleaned_data[f"position-{seat.number}"]
        ]  # fmt: skip


class MinutesForm(StyledForm):
    """The minutes, in one language or both."""

    text_en = forms.CharField(
        label=gettext_lazy("Minutes in English"), max_length=18_000, required=False,
        widget=forms.Textarea(attrs={"rows": 16}),
        help_text=gettext_lazy("Markdown: paragraphs, lists, emphasis, links."),
    )  # fmt: skip
    text_fr = forms.CharField(
        label=gettext_lazy("Minutes in French"), max_length=18_000, required=False,
        widget=forms.Textarea(attrs={"rows": 16}),
    )  # fmt: skip


class CancelMeetingForm(StyledForm):
    """Why a meeting is cancelled."""

    reason = forms.CharField(label=gettext_lazy("Why it is cancelled, published"), max_length=300)
