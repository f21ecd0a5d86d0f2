"""Addresses of the log for programs."""

from django.urls import path

from transparency import machine_views

app_name = "transparency-machine"
urlpatterns = [
    path("log/checkpoint", machine_views.checkpoint, name="checkpoint"),
    path("log/tile/<path:path>", machine_views.tile, name="tile"),
]
