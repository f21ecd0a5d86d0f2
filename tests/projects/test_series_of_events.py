"""Events as officers and editors hold them: single ones and series, wall-clock hours, one date moved or cancelled."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import icalendar
import pytest
from django.test import Client

from alliance.clock import database_now
from alliance.viewer import Viewer
from governance.models import Body, Office
from members.viewers import viewer_of_person
from projects import actions
from projects.errors import EntryRefused, NotAllowed
from projects.models import Event, EventSeries, Project
from projects.rules.recurrence import RuleRefused, days_of, normalised, simple
from tests.cast import Cast
from tests.factories.projects import EventFactory, ParticipationFactory, ProjectFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def group(cast: Cast) -> Body:
    body = Body.objects.create(
        slug="wg",
        code="WG",
        name_en="Group",
        name_fr="Groupe",
        kind="working-group",
        default_rule="simple-majority-one-third",
    )
    Office.objects.create(body=body, person=cast.outsider, role="lead", since=date(2026, 1, 1))
    return body


@pytest.fixture
def officer(cast: Cast, group: Body) -> Viewer:
    return viewer_of_person(cast.outsider)


@pytest.fixture(autouse=True)
def no_cache_left(client: Client) -> Iterator[None]:
    from django.core.cache import cache

    cache.clear()
    yield
    cache.clear()


def _soon() -> date:
    """The first Monday of March after next new year: the clocks of Paris change within the series."""
    first = date(database_now().year + 1, 3, 1)
    return first + timedelta(days=-first.weekday() % 7)


def _form(**more: Any) -> dict[str, Any]:
    return {
        "title_en": "Open hour", "title_fr": "Heure ouverte", "kind": "office-hours", "mode": "online",
        "starts_on": _soon().isoformat(), "starts_time": "09:00", "ends_time": "10:00", "time_zone": "Europe/Paris",
        "online_url": "https://meet.example/x",
    } | more  # fmt: skip


def _facts(body: Body | None, **more: Any) -> dict[str, Any]:
    from datetime import time

    return {
        "title_en": "Open hour", "title_fr": "", "kind": "office-hours", "mode": "online", "starts_on": _soon(),
        "ends_on": None, "starts_time": time(9), "ends_time": time(10), "time_zone": "Europe/Paris", "body": body,
    } | more  # fmt: skip


def _series(officer: Viewer, group: Body, rule: str = "FREQ=WEEKLY;COUNT=6") -> EventSeries:
    return actions.announce_series(viewer=officer, rule=rule, facts=_facts(group), projects=[])


@pytest.mark.parametrize(
    ("repeats", "days"),
    [
        ("daily", ["2026-03-30", "2026-03-31", "2026-04-01"]),
        ("weekly", ["2026-03-30", "2026-04-06", "2026-04-13"]),
        ("fortnightly", ["2026-03-30", "2026-04-13", "2026-04-27"]),
        ("monthly-weekday", ["2026-03-30", "2026-04-27", "2026-05-25"]),
        ("monthly-day", ["2026-03-30", "2026-04-30", "2026-05-30"]),
        ("yearly", ["2026-03-30", "2027-03-30", "2028-03-30"]),
    ],
)
def test_the_usual_ways_to_repeat(repeats: str, days: list[str]) -> None:
    first, last = date(2026, 3, 30), date.fromisoformat(days[-1])
    assert [day.isoformat() for day in days_of(simple(repeats, first, last), first)][:3] == days


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ("every week", "rule-unreadable"),
        ("FREQ=WEEKLY;COUNT=x", "rule-unreadable"),
        ("FREQ=WEEKLY;COUNT=3;COUNT=4", "rule-unreadable"),
        ("FREQ=WEEKLY;BYHOUR=3;COUNT=3", "rule-unreadable"),
        ("FREQ=DAILY;INTERVAL=0;BYDAY=TU;UNTIL=20270101", "rule-unreadable"),
        ("FREQ=SECONDLY;COUNT=3", "rule-frequency"),
        ("FREQ=WEEKLY", "rule-without-end"),
        ("FREQ=WEEKLY;COUNT=3;UNTIL=20270101", "rule-without-end"),
        ("FREQ=DAILY;COUNT=201", "rule-too-many"),
        ("FREQ=DAILY;COUNT=999999999999", "rule-too-many"),
        ("FREQ=YEARLY;COUNT=30", "rule-too-many"),
        ("FREQ=YEARLY;UNTIL=29990101", "rule-too-many"),
        ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=3", "rule-one-day"),
        ("FREQ=WEEKLY;COUNT=1", "rule-one-day"),
        ("FREQ=MONTHLY;BYMONTHDAY=30;BYMONTH=2;COUNT=2", "rule-one-day"),
        ("FREQ=WEEKLY;BYDAY=TU;COUNT=3", "rule-misses-first-day"),
    ],
)
def test_a_rule_that_names_no_series_is_refused(rule: str, code: str) -> None:
    with pytest.raises(RuleRefused, match=code):
        days_of(normalised(rule), date(2026, 3, 30))


def test_a_rule_has_one_spelling() -> None:
    text = normalised(" rrule:until=20270101T100000Z;byday=mo;freq=weekly;")
    assert text == "FREQ=WEEKLY;BYDAY=MO;UNTIL=20270101"


def test_the_hour_at_the_venue_stays_when_the_clocks_change(
    officer: Viewer, group: Body, client: Client
) -> None:
    series = _series(officer, group)
    rows = list(series.events.order_by("starts_at"))
    assert len(rows) == 6
    assert {row.starts_at.hour for row in rows} == {
        8,
        7,
    }  # UTC, before and after the last Sunday of March
    raw = client.get(f"/events.ics?series={series.slug}").content
    found = icalendar.Calendar.from_ical(raw).walk("VEVENT")
    assert {row["DTSTART"].dt.hour for row in found} == {9}
    assert len({str(row["UID"]) for row in found}) == 6
    assert not any("RRULE" in row for row in found)  # each date is an entry, none is said twice


def test_one_date_is_moved_and_another_cancelled(
    officer: Viewer, group: Body, client: Client
) -> None:
    series = _series(officer, group)
    first, second, third, *_rest = series.events.order_by("starts_at")
    moved = first.starts_on + timedelta(days=1)
    actions.change_event(
        viewer=officer, event=first, facts=_facts(group, starts_on=moved), projects=[]
    )
    actions.cancel_event(viewer=officer, event=second, reason="The host is away")
    actions.change_series(
        viewer=officer, series=series, rule="FREQ=WEEKLY;COUNT=6",
        facts=_facts(group, title_en="Renamed"), projects=[],
    )  # fmt: skip
    for row in (first, second, third):
        row.refresh_from_db()
    assert (first.starts_on, first.title_en, first.is_moved) == (moved, "Open hour", True)
    assert (second.state, second.title_en) == ("cancelled", "Open hour")
    assert (third.title_en, third.sequence) == ("Renamed", 1)
    assert series.events.count() == 6
    html = client.get(f"/en/events/{first.slug}/").content.decode()
    assert "moved from" in html
    assert "The host is away" in client.get(f"/en/events/{second.slug}/").content.decode()
    (row,) = icalendar.Calendar.from_ical(client.get(f"/events/{second.slug}.ics").content).walk(
        "VEVENT"
    )
    assert (row["STATUS"], row["SEQUENCE"]) == ("CANCELLED", 1)
    data = client.get(f"/events/{first.slug}.jsonld").json()
    assert data["eventStatus"].endswith("EventRescheduled")
    assert data["superEvent"]["name"] == "Renamed"
    assert client.get(f"/api/v1/events/{first.slug}/").json()["occurs_on"] == _soon().isoformat()
    assert "Renamed" in client.get("/events.atom").content.decode()


def test_a_shorter_and_a_longer_rule(officer: Viewer, group: Body) -> None:
    series = _series(officer, group)
    asked: dict[str, Any] = {"viewer": officer, "facts": _facts(group), "projects": []}
    actions.change_series(series=series, rule="FREQ=WEEKLY;COUNT=4", **asked)
    states = [row.state for row in series.events.order_by("occurs_on")]
    assert states == ["planned"] * 4 + ["cancelled"] * 2
    actions.change_series(series=series, rule="FREQ=WEEKLY;COUNT=7", **asked)
    assert [row.state for row in series.events.order_by("occurs_on")] == ["planned"] * 7
    assert actions.cancel_series(viewer=officer, series=series, reason="Enough") == 7
    with pytest.raises(EntryRefused):
        actions.cancel_series(viewer=officer, series=series)


def test_what_is_over_stays_as_it_was(officer: Viewer, group: Body) -> None:
    series = _series(officer, group)
    row = series.events.order_by("starts_at")[0]
    Event.objects.filter(pk=row.pk).update(
        starts_at="2020-01-01T09:00Z", ends_at="2020-01-01T10:00Z"
    )
    facts = _facts(group, title_en="Renamed")
    actions.change_series(
        viewer=officer, series=series, rule="FREQ=WEEKLY;COUNT=6", facts=facts, projects=[]
    )
    row.refresh_from_db()
    assert row.title_en == "Open hour"
    with pytest.raises(EntryRefused):
        actions.cancel_event(viewer=officer, event=row)


def test_a_cancelled_event_is_put_on_again(officer: Viewer, group: Body) -> None:
    event = actions.announce_event(viewer=officer, facts=_facts(group), projects=[])
    actions.cancel_event(viewer=officer, event=event, reason="Ill")
    with pytest.raises(EntryRefused):
        actions.change_event(viewer=officer, event=event, facts=_facts(group), projects=[])
    event = actions.reinstate_event(viewer=officer, event=event)
    assert (event.state, event.cancel_reason, event.sequence) == ("planned", "", 2)


@pytest.mark.parametrize("who", ["rep_b", "engineer_a", "rep_a"])
def test_others_hold_no_events(cast: Cast, officer: Viewer, group: Body, who: str) -> None:
    event = actions.announce_event(viewer=officer, facts=_facts(group), projects=[])
    series = _series(officer, group)
    viewer = viewer_of_person(getattr(cast, who))
    with pytest.raises(NotAllowed):
        actions.announce_event(viewer=viewer, facts=_facts(group), projects=[])
    with pytest.raises(NotAllowed):
        actions.announce_event(viewer=viewer, facts=_facts(None), projects=[])
    with pytest.raises(NotAllowed):
        actions.change_event(viewer=viewer, event=event, facts=_facts(group), projects=[])
    with pytest.raises(NotAllowed):
        actions.cancel_series(viewer=viewer, series=series)
    client = Client()
    client.force_login(getattr(cast, who))
    for path in ("new/", f"{event.slug}/edit/", f"series/{series.slug}/edit/"):
        assert client.get(f"/en/events/{path}").status_code == 403


def test_an_officer_names_projects_of_the_group_only(officer: Viewer, group: Body) -> None:
    ProjectFactory(slug="ours", working_group=group)
    ProjectFactory(slug="theirs")
    event = actions.announce_event(viewer=officer, facts=_facts(group), projects=["ours"])
    assert [row.slug for row in event.projects.all()] == ["ours"]
    with pytest.raises(NotAllowed):
        actions.change_event(viewer=officer, event=event, facts=_facts(group), projects=["theirs"])


def test_an_event_changes_hands_only_to_ones_own(cast: Cast, officer: Viewer, group: Body) -> None:
    other = Body.objects.create(
        slug="o",
        code="O",
        name_en="O",
        name_fr="O",
        kind="working-group",
        default_rule="simple-majority-one-third",
    )
    event = actions.announce_event(viewer=officer, facts=_facts(group), projects=[])
    for body in (other, None):
        with pytest.raises(NotAllowed):
            actions.change_event(viewer=officer, event=event, facts=_facts(body), projects=[])


@pytest.fixture
def project(cast: Cast) -> Project:
    made = ProjectFactory(slug="suite", name="Suite")
    ParticipationFactory(project=made, organisation=cast.org_a, role="lead")
    return made


@pytest.mark.parametrize("language", ["en", "fr"])
def test_an_editor_announces_a_series_on_the_page(
    client: Client, cast: Cast, project: Project, language: str
) -> None:
    client.force_login(cast.rep_a)
    assert client.get(f"/{language}/events/new/").status_code == 200
    until = (_soon() + timedelta(weeks=3)).isoformat()
    wanted = _form(projects=["suite"], repeats="weekly", until=until)
    answer = client.post(f"/{language}/events/new/", wanted)
    assert answer.status_code == 302, answer.context["form"].errors
    series = EventSeries.objects.get()
    assert [row.starts_on.isoformat() for row in series.events.all()][-1] == until
    page = f"/{language}/events/series/{series.slug}/edit/"
    html = client.get(page).content.decode()
    assert f'value="{series.rule}"' in html
    assert (
        client.post(page, _form(projects=["suite"], rule="FREQ=WEEKLY;COUNT=2")).status_code == 302
    )
    assert series.events.exclude(state="cancelled").count() == 2
    one = series.events.all()[0]
    page = f"/{language}/events/{one.slug}/edit/"
    assert client.post(page, {"verb": "cancel", "cancel-reason": "Rain"}).status_code == 302
    assert "Rain" in client.get(page).content.decode()
    assert client.post(page, {"verb": "reinstate"}).status_code == 302
    one.refresh_from_db()
    assert one.state == "planned"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"starts_time": ""}, "starts_time"),
        ({"is_all_day": "on"}, "is_all_day"),
        ({"mode": "in-person"}, "place"),
        ({"time_zone": "Europe/Nowhere"}, "time_zone"),
        ({"ends_time": "08:00"}, "__all__"),
        ({"starts_on": "2020-01-01"}, "__all__"),
        ({"projects": ["else"]}, "projects"),
        ({"projects": []}, "__all__"),
        ({"repeats": "weekly"}, "until"),
        ({"repeats": "daily", "until": "2999-01-01"}, "__all__"),
    ],
)
def test_bad_input_is_named(
    client: Client, cast: Cast, project: Project, wrong: dict[str, Any], field: str
) -> None:
    ProjectFactory(slug="else")
    client.force_login(cast.rep_a)
    answer = client.post("/en/events/new/", _form(projects=["suite"]) | wrong)
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [field]
    assert not Event.objects.exists()


def test_a_clash_is_a_hint(client: Client, cast: Cast, project: Project) -> None:
    client.force_login(cast.rep_a)
    client.post("/en/events/new/", _form(projects=["suite"], title_en="First"))
    answer = client.post("/en/events/new/", _form(projects=["suite"]), follow=True)
    assert "At the same time: First" in answer.content.decode()
    assert Event.objects.count() == 2


def test_events_through_the_api(client: Client, cast: Cast, project: Project) -> None:
    client.force_login(cast.rep_a)
    wanted = _form(projects=["suite"])
    answer = client.post("/api/v1/events/", wanted, content_type="application/json")
    assert answer.status_code == 201, answer.content
    path = f"/api/v1/events/{answer.json()['slug']}/"
    answer = client.put(path, wanted | {"title_en": "Changed"}, content_type="application/json")
    assert answer.json()["title_en"] == "Changed"
    assert (
        client.post(f"{path}cancel/", {"reason": "Ill"}, "application/json").json()["cancel_reason"]
        == "Ill"
    )
    assert client.post(f"{path}reinstate/").json()["state"] == "planned"
    wanted |= {"rule": "FREQ=WEEKLY;COUNT=3"}
    answer = client.post("/api/v1/event-series/", wanted, content_type="application/json")
    assert answer.status_code == 201, answer.content
    slug = answer.json()["slug"]
    assert len(client.get(f"/api/v1/events/?series={slug}").json()["results"]) == 3
    refused = client.put(
        f"/api/v1/event-series/{slug}/",
        wanted | {"rule": "FREQ=HOURLY"},
        content_type="application/json",
    )
    assert (refused.status_code, refused.json()["code"]) == (422, "rule-frequency")
    assert (
        client.post(f"/api/v1/event-series/{slug}/cancel/", {}, "application/json").status_code
        == 200
    )
    assert not Event.objects.filter(series__slug=slug).exclude(state="cancelled").exists()
    ProjectFactory(slug="secret", is_listed=False)
    for name in ("secret", "nothing"):
        answer = client.post(
            "/api/v1/events/", _form(projects=[name]), content_type="application/json"
        )
        assert answer.status_code == 400
        assert "that you may announce events of" in answer.content.decode()


def test_an_officer_names_the_body_through_the_api(
    client: Client, cast: Cast, officer: Viewer, group: Body
) -> None:
    client.force_login(cast.outsider)
    for slug, status in (("wg", 201), ("nothing", 400)):
        answer = client.post("/api/v1/events/", _form(body=slug), content_type="application/json")
        assert answer.status_code == status, answer.content


def test_a_series_of_hidden_events_is_not_shown(client: Client, cast: Cast) -> None:
    series = EventSeries.objects.create(slug="s", title_en="S", title_fr="S")
    EventFactory(series=series, is_listed=False)
    assert client.get("/api/v1/event-series/s/").status_code == 404
    client.force_login(cast.staff)
    assert client.get("/api/v1/event-series/s/").status_code == 200
