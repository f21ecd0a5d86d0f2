"""Addresses without a language: feeds and calendars. `?lang=fr` chooses French."""

from django.urls import path

from projects import feeds, ical

app_name = "projects-machine"
urlpatterns = [
    path("projects.atom", feeds.projects, name="projects-feed"),
    path("events.atom", feeds.events, name="events-feed"),
    path("events.ics", ical.events, name="events-calendar"),
    path("events/<slug:slug>.ics", ical.event, name="event-calendar"),
    path("projects/<slug:slug>.atom", feeds.project, name="project-feed"),
    path("projects/<slug:slug>.ics", ical.project_events, name="project-calendar"),
]
