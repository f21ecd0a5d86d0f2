"""Every address of the portal. Pages carry their language; machines' addresses don't."""

from typing import Any

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView

from alliance import views

PAGES = {"governance": "governance/", "projects": "projects/", "leaderboard": "leaderboard/"}
ROOMS = settings.ROOMS

pages: list[Any] = [
    path("", views.home, name="home"),
    path("learn/", views.learn, name="learn"),
    path("learn/<slug:topic>/", views.learn_topic, name="learn-topic"),
    path("", include("search.urls")),
    path("api/", views.api_page, name="api-page"),
    path("accounts/", include("members.account_urls")),
    path("accounts/", include("allauth.urls")),
    path("members/", include("members.urls")),
    path("log/", include("transparency.urls")),
    path("events/", include("projects.event_urls")),
    path("", include("members.export_urls")),
    path("", include("projects.export_urls")),
    *[
        path(prefix, include(f"{room}.urls"))
        for room, prefix in PAGES.items()
        if room in settings.ROOMS
    ],
]

urlpatterns = [
    path("", views.choose_language, name="root"),
    path("healthz", views.healthz, name="healthz"),
    path("robots.txt", views.robots, name="robots"),
    path("api/problems/<slug:code>", views.problem_page, name="problem"),
    path("api/v1/", views.api_root, name="api-root"),
    path("api/v1/openapi.json", SpectacularAPIView.as_view(), name="openapi"),
    *[path("api/v1/", include(f"{room}.api.urls")) for room in ROOMS],
    *[path("", include(f"{room}.machine_urls")) for room in ROOMS],
    path("sign-in/", include("members.federation_urls")),
    path("staff/login/", views.staff_login, name="staff-login"),
    path("staff/", admin.site.urls),
    *i18n_patterns(*pages, prefix_default_language=True),
]

handler404 = "alliance.views.not_found"
handler500 = "alliance.views.server_error"
