"""Addresses without a language: feeds, files, machine endpoints."""

from django.urls import URLPattern, path

from members import directory_views, machine_views, oauth_views

app_name = "members-machine"
urlpatterns: list[URLPattern] = [
    path("oauth/token", oauth_views.TokenView.as_view(), name="token"),
    path("oauth/revoke", oauth_views.RevokeView.as_view(), name="revoke"),
    path(".well-known/oauth-authorization-server", oauth_views.metadata, name="oauth-metadata"),
    path("embed/members/<str:language>/", directory_views.wall, name="wall"),
    path("logos/<slug:slug>-<str:digest>.png", machine_views.logo, name="logo"),
]
