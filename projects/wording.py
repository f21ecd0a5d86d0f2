"""Facts in words: days and hours of an event, partial dates, names of fields."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from projects.models import Event
from projects.rules.dates import first_day

FIELD_NAMES: dict[str, Any] = {
    "name": gettext_lazy("Name"),
    "tier": pgettext_lazy("facet", "Tier"),
    "stage": pgettext_lazy("facet", "Stage"),
    "activity": pgettext_lazy("facet", "Activity"),
    "activity_on": gettext_lazy("Day of the activity"),
    "activity_source": gettext_lazy("Source of the activity"),
    "summary_en": gettext_lazy("Summary in English"),
    "summary_fr": gettext_lazy("Summary in French"),
    "text_en": gettext_lazy("Text in English"),
    "text_fr": gettext_lazy("Text in French"),
    "stated_en": gettext_lazy("Maturity as stated, English"),
    "stated_fr": gettext_lazy("Maturity as stated, French"),
    "homepage": gettext_lazy("Home page"),
    "started": gettext_lazy("Since"),
    "source": gettext_lazy("Source"),
    "is_listed": gettext_lazy("Listed"),
    "last_commit_seen_on": gettext_lazy("Last commit seen"),
    "working_group": gettext_lazy("Working group"),
    "artefact_kinds": gettext_lazy("Makes"),
    "areas": gettext_lazy("Focus areas"),
    "licences": gettext_lazy("Licences"),
    "repositories": gettext_lazy("Repositories"),
    "participants": gettext_lazy("Who takes part"),
    "deliverables": gettext_lazy("Deliverables"),
    "adopters": gettext_lazy("Adopters"),
    "audits": gettext_lazy("Audits"),
    "leads": gettext_lazy("People who lead"),
    "aliases": gettext_lazy("Former addresses of repositories"),
    "exemptions": gettext_lazy("Figures that do not apply"),
}


def field_name(name: str) -> str:
    """Return a field's name for readers."""
    return str(FIELD_NAMES.get(name, name))


def partial_date(text: str) -> str:
    """Write a year, month or day in the active language, as exactly as it is known."""
    if not text:
        return ""
    formats = {4: "Y", 7: "YEAR_MONTH_FORMAT", 10: "DATE_FORMAT"}
    return date_format(first_day(text), formats[len(text)])


def days(event: Event) -> str:
    """Write the days of an event: one, or from–to."""
    begin, end = event.starts_on, event.ends_on
    if end is None or end == begin:
        return date_format(begin, "DATE_FORMAT")
    is_one_month = (begin.year, begin.month) == (end.year, end.month)
    return _("%(first)s to %(last)s") % {
        "first": str(begin.day) if is_one_month else date_format(begin, "DATE_FORMAT"),
        "last": date_format(end, "DATE_FORMAT"),
    }


def hours(event: Event) -> str:
    """Write the hours at the venue with their zone, or say that it fills the day; empty where they aren't known."""
    if event.starts_time is None:
        return _("all day") if event.is_all_day else ""
    zone = _zone(event)
    begin = time_format(event.starts_time, "TIME_FORMAT")
    if event.ends_time is None:
        return f"{begin} {zone}"
    return f"{begin}–{time_format(event.ends_time, 'TIME_FORMAT')} {zone}"


def when(event: Event) -> str:
    """Write days and hours."""
    return ", ".join(part for part in (days(event), hours(event)) if part)


def _zone(event: Event) -> str:
    if event.time_zone == "UTC":
        return "UTC"
    local = event.starts_at.astimezone(ZoneInfo(event.time_zone))
    offset = local.strftime("%z")
    return f"{event.time_zone} (UTC{offset[:3]}:{offset[3:]})"
