"""Pages, calendar and API of meetings."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
from django.test import Client

from alliance.clock import database_now
from governance import actions
from governance.actions import Item
from governance.models import Decision, Meeting
from tests.factories.governance import Chamber, in_session, make_chamber, make_meeting

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(chamber: Chamber, client: Client) -> Client:
    client.force_login(chamber.person(1))
    return client


def sheet(**more: str) -> dict[str, str]:
    day = (database_now() + timedelta(days=20)).date()
    return {
        "title_en": "Monthly meeting", "title_fr": "Réunion mensuelle", "day": day.isoformat(), "at": "09:30",
        "minutes": "90", "time_zone": "America/Montreal", "place": "Montréal",
        "join_url": "https://meet.example/secret",
    } | more  # fmt: skip


def test_an_officer_runs_a_whole_meeting_without_script(chamber: Chamber, officer: Client) -> None:
    proposal = chamber.seconded()
    call = f"/en/governance/bodies/{chamber.body.slug}/meet/"
    assert officer.get(call).status_code == 200
    officer.post(call, sheet())
    meeting = Meeting.objects.get()
    assert meeting.begins.strftime("%H:%M") == "09:30"
    assert meeting.begins.tzinfo == ZoneInfo("America/Montreal")
    desk = f"/en/governance/meetings/{meeting.pk}/desk/"
    assert "https://meet.example/secret" in officer.get(desk).content.decode()
    item = meeting.agenda.get()
    page = officer.get(f"{desk}agenda/").content.decode()
    assert "Publish figures" in page
    officer.post(f"{desk}agenda/", {f"item-{item.pk}": "2", "free-0": "1", "free-0-en": "Welcome"})
    assert [str(row) for row in meeting.agenda.in_order()] == ["1. Welcome", "2. Publish figures"]
    officer.post(f"{desk}act/open/")
    assert "can be opened from half an hour" in officer.get(desk).content.decode()
    Meeting.objects.filter(pk=meeting.pk).update(starts_at=database_now())
    officer.post(f"{desk}act/open/")
    words = ("present", "remote", "present", "excused", "absent")
    who = {f"presence-{number}": word for number, word in enumerate(words, start=1)}
    assert officer.get(f"{desk}attendance/").status_code == 200
    officer.post(f"{desk}attendance/", who)
    assert "3 of 5 attend. The quorum of 3 is there." in officer.get(desk).content.decode()
    roll = f"{desk}proposals/{proposal.pk}/"
    assert "Answer of seat 2" in officer.get(roll).content.decode()
    assert "Answer of seat 4" not in officer.get(roll).content.decode()
    officer.post(roll, {"rule": "own", "position-1": "for", "position-2": "for", "position-3": "abstain"})  # fmt: skip
    decision = Decision.objects.get()
    assert decision.is_carried
    officer.post(f"{desk}act/close/")
    page = officer.get(f"{desk}minutes/").content.decode()
    assert decision.number in page
    officer.post(f"{desk}minutes/", {"text_en": "We met.", "text_fr": "Nous nous sommes réunis."})
    officer.post(f"{desk}act/put/")
    assert meeting.body.proposals.filter(effect_kind="governance.approve_minutes").exists()
    for path in (meeting.get_absolute_url(), decision.get_absolute_url(), desk):
        assert "Monthly meeting" in officer.get(path).content.decode()
        assert "Réunion mensuelle" in officer.get("/fr" + path[3:]).content.decode()


def test_slips_are_said_in_the_form(chamber: Chamber, officer: Client) -> None:
    call = f"/en/governance/bodies/{chamber.body.slug}/meet/"
    for change, words in (
        ({"day": "2020-01-01"}, "would begin in the past"),
        ({"day": (database_now() + timedelta(days=1)).date().isoformat()}, "at least 7 days ahead"),
        ({"time_zone": "Europe/Atlantis"}, "not one of the available choices"),
        ({"day": "2030-03-31", "at": "02:30", "time_zone": "Europe/Paris"}, "clocks go forward"),
    ):
        answer = officer.post(call, sheet(**change))
        assert answer.status_code == 422
        assert words in answer.content.decode()
    assert not Meeting.objects.exists()


def test_strangers_and_members_without_office(chamber: Chamber, client: Client) -> None:
    meeting = make_meeting(chamber, join_url="https://meet.example/secret")
    desk = f"/en/governance/meetings/{meeting.pk}/desk/"
    for path in (desk, f"{desk}agenda/", f"/en/governance/bodies/{chamber.body.slug}/meet/"):
        assert client.get(path).status_code == 302
    assert "secret" not in client.get(meeting.get_absolute_url()).content.decode()
    assert "secret" not in client.get(f"/meetings/{meeting.pk}.ics").content.decode()
    client.force_login(chamber.person(2))
    assert "secret" in client.get(desk).content.decode()
    for name in ("agenda", "move", "attendance", "minutes"):
        assert client.get(f"{desk}{name}/").status_code == 404
    client.force_login(make_chamber(1).person(1))
    assert client.get(desk).status_code == 404
    assert client.post(f"{desk}act/open/").status_code == 404


def test_a_title_for_members_is_not_in_a_public_agenda(chamber: Chamber, client: Client) -> None:
    draft = chamber.propose(title_en="A secret matter")
    draft.audience = "members"
    draft.save()
    actions.open_discussion(viewer=chamber.viewer(2), proposal=draft)
    meeting = make_meeting(chamber)
    assert meeting.agenda.count() == 1
    machine = (f"/meetings/{meeting.pk}.ics", f"/api/v1/meetings/{meeting.pk}/")
    for path in (meeting.get_absolute_url(), *machine):
        assert "A secret matter" not in client.get(path).content.decode()
    client.force_login(chamber.person(3))
    desk = client.get(f"/en/governance/meetings/{meeting.pk}/desk/").content.decode()
    assert "A secret matter" in desk


def test_calendar_with_the_zone_of_the_place(chamber: Chamber, client: Client) -> None:
    meeting = make_meeting(chamber, time_zone="Africa/Casablanca", place="Rabat", title_fr="Séance")
    actions.set_agenda(viewer=chamber.chair, meeting=meeting, items=[Item(title_en="Welcome")])
    answer = client.get(f"/meetings/{meeting.pk}.ics")
    assert answer["Content-Type"].startswith("text/calendar")
    found = icalendar.Calendar.from_ical(answer.content)
    (zone,), (event,) = found.walk("VTIMEZONE"), found.walk("VEVENT")
    assert zone["tzid"] == event["dtstart"].params["TZID"] == "Africa/Casablanca"
    assert event.decoded("dtstart") == meeting.starts_at.replace(microsecond=0)
    assert (str(event["location"]), str(event["description"])) == ("Rabat", "1. Welcome")
    assert "Séance" in client.get(f"/meetings/{meeting.pk}.ics?lang=fr").content.decode()
    feed = f"/deadlines.ics?body={chamber.body.slug}"
    assert f"urn:alliance:meeting:{meeting.pk}" in client.get(feed).content.decode()
    actions.cancel_meeting(viewer=chamber.chair, meeting=meeting, reason="No hall.")
    (event,) = icalendar.Calendar.from_ical(client.get(feed).content).walk("VEVENT")
    assert (event["status"], event["sequence"]) == ("CANCELLED", 1)


def test_lists_and_home(chamber: Chamber, client: Client) -> None:
    make_meeting(chamber)
    held = in_session(chamber, "pp", title_en="The one before")
    actions.close_meeting(viewer=chamber.chair, meeting=held)
    other = make_chamber(1)
    for path in ("/en/governance/meetings/", chamber.body.get_absolute_url()):
        page = client.get(path).content.decode()
        assert "Monthly meeting" in page
        assert "The one before" in page
    for path in ("/en/", "/en/governance/"):
        page = client.get(path).content.decode()
        assert "Monthly meeting" in page
        assert "The one before" not in page
    narrowed = client.get(f"/en/governance/meetings/?body={other.body.slug}").content.decode()
    assert "Monthly meeting" not in narrowed


def test_through_the_api(chamber: Chamber, client: Client) -> None:
    client.force_login(chamber.person(1))
    starts = database_now() + timedelta(days=9)
    wanted = {
        "body": chamber.body.slug, "title_en": "By API", "starts_at": starts.isoformat(),
        "ends_at": (starts + timedelta(hours=1)).isoformat(),
    }  # fmt: skip

    def send(verb: str, path: str, data: object, code: int) -> dict[str, object]:
        answer = getattr(client, verb)(f"/api/v1/meetings/{path}", data, "application/json")
        assert answer.status_code == code, answer.content
        return answer.json()

    late = send("post", "", wanted | {"starts_at": "2020-01-01T00:00Z"}, 422)
    assert late["code"] == "meeting-length"
    pk = send("post", "", wanted, 201)["id"]
    send("put", f"{pk}/agenda/", [{"title_en": "Welcome"}], 200)
    early = send("put", f"{pk}/attendance/", [], 409)
    assert early["code"] == "wrong-state"
    proposal = chamber.seconded()
    meeting = in_session(chamber)
    twice = [{"seat": 1, "presence": "present"}] * 2
    assert send("put", f"{meeting.pk}/attendance/", twice, 422)["code"] == "seat-twice"
    there = [{"seat": n, "presence": "present"} for n in (1, 2, 3)]
    body = send("put", f"{meeting.pk}/attendance/", there, 200)
    assert body["quorum"] == {"attending": 3, "base": 5, "needed": "5/2", "met": True}
    answers = [{"seat": n, "position": "for"} for n in (1, 2, 3)]
    roll = {"proposal": proposal.pk, "answers": answers}
    doubled = send("post", f"{meeting.pk}/roll-calls/", roll | {"answers": answers * 2}, 422)
    assert doubled["code"] == "seat-twice"
    vote = send("post", f"{meeting.pk}/roll-calls/", roll, 201)
    assert (vote["kind"], vote["outcome"], vote["meeting"]) == ("in-meeting", "carried", meeting.pk)
    client.logout()
    seen = client.get(f"/api/v1/meetings/{meeting.pk}/").json()
    assert (seen["votes"], seen["attendance"][4]["presence"]) == ([vote["id"]], "absent")
    assert client.get(f"/api/v1/meetings/?body={chamber.body.slug}&state=open").json()["results"]
    assert client.post("/api/v1/meetings/", wanted, "application/json").status_code in (401, 403)
    client.force_login(chamber.person(2))
    assert send("post", "", wanted, 403)["code"] == "not-allowed"
