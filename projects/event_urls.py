"""Pages below /en/events/."""

from django.urls import path

from projects import event_desk, event_views

app_name = "events"
urlpatterns = [
    path("", event_views.event_list, name="list"),
    path("new/", event_desk.announce, name="new"),
    path("series/<slug:slug>/edit/", event_desk.series, name="edit-series"),
    path("<slug:slug>/edit/", event_desk.edit, name="edit"),
    path("<slug:slug>/", event_views.event, name="event"),
]
