"""Addresses without a language: feeds and calendars. `?lang=fr` chooses French."""

from django.urls import path

from projects import exports, feeds, ical, landscape, manifest_views

app_name = "projects-machine"
urlpatterns = [
    path("embed/landscape", landscape.frame, name="landscape-frame"),
    path("projects.atom", feeds.projects, name="projects-feed"),
    path("events.atom", feeds.events, name="events-feed"),
    path("events.ics", ical.events, name="events-calendar"),
    path("events/<slug:slug>.ics", ical.event, name="event-calendar"),
    path("events/<slug:slug>.jsonld", exports.event, name="event-jsonld"),
    path("projects/<slug:slug>.atom", feeds.project, name="project-feed"),
    path("projects/<slug:slug>.ics", ical.project_events, name="project-calendar"),
    path(".well-known/alliance-catalogue.json", manifest_views.index, name="index"),
    path("federation/v1/projects/<uuid:uid>.json", manifest_views.entry, name="entry"),
    path("projects.dcat.jsonld", manifest_views.dcat_catalogue, name="dcat-catalogue"),
    path("projects/<slug:slug>/publiccode.yml", manifest_views.publiccode, name="publiccode"),
    path("projects/<slug:slug>/codemeta.json", manifest_views.codemeta_file, name="codemeta"),
    path("projects/<slug:slug>.schema.jsonld", manifest_views.schema_org, name="schema-org"),
    path("projects/<slug:slug>.dcat.jsonld", manifest_views.dcat, name="dcat"),
]
