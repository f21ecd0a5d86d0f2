"""Addresses without a language: the register as a feed, deadlines as a calendar, the ballots of elections as files."""

from django.urls import path

from governance import election_views, feeds, ical

app_name = "governance-machine"
urlpatterns = [
    path("decisions.atom", feeds.decisions, name="decisions-feed"),
    path("deadlines.ics", ical.deadlines, name="deadlines"),
    path("meetings/<int:pk>.ics", ical.meeting, name="meeting-calendar"),
    path("elections/<int:pk>/ballots.<slug:kind>", election_views.ballots, name="election-ballots"),
    path(
        "elections/<int:pk>/organisations.json",
        election_views.organisations,
        name="election-organisations",
    ),
]
