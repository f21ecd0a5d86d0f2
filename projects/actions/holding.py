"""Announcing events as an officer or editor: single ones and series, changed, cancelled and put on again.

Each date of a series is an event of its own: what is done to one date stays, whatever becomes of the series.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.clock import database_now
from alliance.pages import purge
from alliance.viewer import Viewer
from governance.models import Body
from projects import policies
from projects.actions.events import EventSheet, instants, projects_named, record_event
from projects.errors import EntryRefused, NotAllowed
from projects.models import Event, EventSeries, Project
from projects.rules import recurrence
from projects.rules.recurrence import RuleRefused

State = Event.State
RULES = {
    "rule-unreadable": gettext_lazy(
        "This is no recurrence rule over days. Write one such as FREQ=MONTHLY;BYDAY=2TU;COUNT=12."
    ),
    "rule-frequency": gettext_lazy("Events repeat by day, week, month or year: begin with FREQ=."),
    "rule-without-end": gettext_lazy(
        "Say when the series ends: with a last day (UNTIL) or a number of dates (COUNT)."
    ),
    "rule-too-many": gettext_lazy(
        "A series has at most 200 dates within twenty years. Let it end sooner; it can be prolonged later."
    ),
    "rule-one-day": gettext_lazy(
        "With this rule there would be fewer than two dates. Let it end later, or announce a single event."
    ),
    "rule-misses-first-day": gettext_lazy(
        "The first day is none of those that the rule names. Change the one or the other."
    ),
}


@transaction.atomic
def announce_event(*, viewer: Viewer, facts: dict[str, Any], projects: Collection[str]) -> Event:
    """Announce a single event."""
    now = database_now()
    _check_may_hold(viewer, facts.get("body"), projects_named(list(projects)), now)
    _check_not_over(facts, now)
    slug = _free_slug(Event, f"{slugify(facts['title_en'])[:60]}-{facts['starts_on']}")
    return record_event(
        sheet=EventSheet(slug=slug, facts=_with_source(facts), projects=list(projects))
    )


@transaction.atomic
def announce_series(
    *, viewer: Viewer, rule: str, facts: dict[str, Any], projects: Collection[str]
) -> EventSeries:
    """Announce a series: an event for each day that the rule names, with the hours at the venue on each."""
    now = database_now()
    _check_may_hold(viewer, facts.get("body"), projects_named(list(projects)), now)
    _check_not_over(facts, now)
    rule, days = read_rule(rule, facts["starts_on"])
    series = EventSeries.objects.create(
        slug=_free_slug(EventSeries, slugify(facts["title_en"])[:45]), rule=rule, first_on=facts["starts_on"],
        title_en=facts["title_en"], title_fr=facts["title_fr"] or facts["title_en"],
    )  # fmt: skip
    for day in days:
        _record_date(series, day, _with_source(facts), projects)
    return series


@transaction.atomic
def change_event(
    *, viewer: Viewer, event: Event, facts: dict[str, Any], projects: Collection[str]
) -> Event:
    """Change one event; a date of a series is moved or changed alone and stays so."""
    event, now = _locked(viewer, event)
    if event.state == State.CANCELLED:
        raise EntryRefused(
            _("The event is cancelled. Put it on again before you change it."),
            code="event-cancelled",
        )
    _check_new_holders(viewer, [event], facts, projects, now)
    facts = facts | ({"is_apart": True} if event.occurs_on else {})
    return record_event(sheet=EventSheet(slug=event.slug, facts=facts, projects=list(projects)))


@transaction.atomic
def change_series(
    *,
    viewer: Viewer,
    series: EventSeries,
    rule: str,
    facts: dict[str, Any],
    projects: Collection[str],
) -> EventSeries:
    """Change the dates to come that nobody changed by themselves; days that the rule no longer names are cancelled."""
    series, events, now = _locked_series(viewer, series)
    coming = list(series.events.still_as_their_series(now))
    _check_new_holders(viewer, events, facts, projects, now)
    rule, days = read_rule(rule, facts["starts_on"])
    series.rule, series.first_on = rule, facts["starts_on"]
    series.title_en, series.title_fr = facts["title_en"], facts["title_fr"] or facts["title_en"]
    series.save()
    kept = {event.occurs_on for event in events} - {event.occurs_on for event in coming}
    for event in coming:
        if event.occurs_on not in days and event.state != State.CANCELLED:
            _cancel(event, "")
    known = {event.occurs_on: event for event in coming}
    for day in days:
        if day in kept or (day not in known and _begin(facts, day) <= now):
            continue
        _record_date(series, day, facts, projects, known.get(day))
    purge("events")
    return series


@transaction.atomic
def cancel_event(*, viewer: Viewer, event: Event, reason: str = "") -> Event:
    """Cancel an event that is not over; calendars are told, its page stays."""
    event, now = _locked(viewer, event)
    if event.ends_at <= now:
        raise EntryRefused(
            _("The event is over. It can’t be cancelled any more."), code="event-over"
        )
    if event.state == State.CANCELLED:
        raise EntryRefused(_("The event is cancelled already."), code="event-cancelled")
    return _cancel(event, reason, is_apart=event.occurs_on is not None)


@transaction.atomic
def reinstate_event(*, viewer: Viewer, event: Event) -> Event:
    """Put a cancelled event on again."""
    event, now = _locked(viewer, event)
    if event.state != State.CANCELLED or event.ends_at <= now:
        raise EntryRefused(
            _("Only a cancelled event that is not over can be put on again."),
            code="event-not-cancelled",
        )
    facts = {"state": State.PLANNED.value, "cancel_reason": ""}
    return record_event(sheet=EventSheet(slug=event.slug, facts=facts))


@transaction.atomic
def cancel_series(*, viewer: Viewer, series: EventSeries, reason: str = "") -> int:
    """Cancel every date that is to come; return how many these were. They stay so until put on again by hand."""
    series, events, now = _locked_series(viewer, series)
    coming = [row for row in events if row.starts_at > now and row.state != State.CANCELLED]
    if not coming:
        raise EntryRefused(_("The series has no date to come."), code="event-over")
    for event in coming:
        _cancel(event, reason, is_apart=True)
    return len(coming)


def read_rule(rule: str, first: date) -> tuple[str, list[date]]:
    """Return a rule in its one spelling and the days it names, or refuse it in the reader's words."""
    try:
        rule = recurrence.normalised(rule)
        return rule, recurrence.days_of(rule, first)
    except RuleRefused as refusal:
        code = str(refusal)
        raise EntryRefused(str(RULES[code]), code=code) from None


def _record_date(
    series: EventSeries, day: date, facts: dict[str, Any], projects: Collection[str], event: Event | None = None
) -> Event:  # fmt: skip
    """Make or change one date: the length in days stays, the day is the rule's."""
    first, last = facts["starts_on"], facts.get("ends_on")
    moved = {
        "starts_on": day, "ends_on": day + (last - first) if last else None, "series": series, "occurs_on": day,
        "state": State.PLANNED.value, "cancel_reason": "",
    }  # fmt: skip
    slug = event.slug if event else _free_slug(Event, f"{series.slug}-{day}")
    return record_event(sheet=EventSheet(slug=slug, facts=facts | moved, projects=list(projects)))


def _cancel(event: Event, reason: str, **more: Any) -> Event:
    facts = {"state": State.CANCELLED.value, "cancel_reason": reason[:200], **more}
    return record_event(sheet=EventSheet(slug=event.slug, facts=facts))


def _locked(viewer: Viewer, event: Event) -> tuple[Event, datetime]:
    event = Event.objects.select_for_update(of=("self",)).select_related("body").get(pk=event.pk)
    now = database_now()
    if not policies.may_change_event(viewer, event, now.date()):
        raise NotAllowed(not_theirs())
    return event, now


def _locked_series(
    viewer: Viewer, series: EventSeries
) -> tuple[EventSeries, list[Event], datetime]:
    series = EventSeries.objects.select_for_update().get(pk=series.pk)
    events = list(series.events.select_for_update(of=("self",)).select_related("body"))
    now = database_now()
    if not policies.may_change_series(viewer, events, now.date()):
        raise NotAllowed(not_theirs())
    if not series.rule:
        raise EntryRefused(
            _("This series has no rule: its events are changed one by one."),
            code="series-without-rule",
        )
    return series, events, now


def _check_may_hold(
    viewer: Viewer, body: Body | None, projects: Collection[Project], now: datetime
) -> None:
    if not policies.may_hold(viewer, body, projects, now.date()):
        raise NotAllowed(not_theirs())


def _check_new_holders(
    viewer: Viewer, events: list[Event], facts: dict[str, Any], projects: Collection[str], now: datetime
) -> None:  # fmt: skip
    """Who may change an event may leave it with whom it belongs to; new holders have to be theirs."""
    named = projects_named(list(projects))
    held = Project.objects.filter(events__in=events)
    new = [row for row in named if row not in set(held)]
    body = facts.get("body")
    if body in {event.body for event in events} and body is not None and not new:
        return
    _check_may_hold(viewer, body, named if body is None else new, now)


def _check_not_over(facts: dict[str, Any], now: datetime) -> None:
    if _end(facts) <= now:
        raise EntryRefused(
            _("That would be over already. Announce events that are to come."), code="event-over"
        )


def _end(facts: dict[str, Any]) -> datetime:
    moment: datetime = instants(_sketch(facts))[1]
    return moment


def _begin(facts: dict[str, Any], day: date) -> datetime:
    moment: datetime = instants(_sketch(facts | {"starts_on": day, "ends_on": None}))[0]
    return moment


def _sketch(facts: dict[str, Any]) -> Event:
    names = ("starts_on", "ends_on", "starts_time", "ends_time", "time_zone")
    return Event(**{name: facts[name] for name in names if name in facts})


def _with_source(facts: dict[str, Any]) -> dict[str, Any]:
    return {"source": f"announced by {facts.get('body') or 'its project'}"} | facts


def _free_slug(model: type[Event] | type[EventSeries], wanted: str) -> str:
    wanted = wanted.strip("-") or "event"
    taken = set(
        model._default_manager.filter(slug__startswith=wanted).values_list("slug", flat=True)
    )
    numbered = (f"{wanted}-{number}" for number in range(2, len(taken) + 3))
    return next(slug for slug in (wanted, *numbered) if slug not in taken)


def not_theirs() -> str:
    """Say whose events are: for a page, the API or an action that refuses."""
    return _(
        "Events are announced by officers of the body that holds them, and by those who look after their projects."
    )
