"""Pages of the log, below /en/log/ and /fr/log/."""

from django.urls import path

from transparency import views

app_name = "transparency"
urlpatterns = [
    path("", views.log, name="log"),
    path("<uuid:pk>/", views.entry, name="entry"),
]
