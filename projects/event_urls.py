"""Pages below /en/events/."""

from django.urls import path

from projects import event_views

app_name = "events"
urlpatterns = [
    path("", event_views.event_list, name="list"),
    path("<slug:slug>/", event_views.event, name="event"),
]
