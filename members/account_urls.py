"""Sign-in pages of our own, beside allauth's."""

from django.urls import path

from members import account_views

urlpatterns = [path("mail/", account_views.mail, name="local-mail")]
