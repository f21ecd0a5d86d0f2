"""Addresses that identity providers are told: without a language, and for ever."""

from django.urls import path

from members import federation_views

urlpatterns = [
    path("<slug:key>/", federation_views.start, name="federation-start"),
    path("<slug:key>/callback/", federation_views.callback, name="federation-callback"),
    path("<slug:key>/acs/", federation_views.acs, name="federation-acs"),
    path("<slug:key>/acs/finish/", federation_views.finish, name="federation-finish"),
    path("<slug:key>/metadata/", federation_views.metadata, name="federation-metadata"),
]
