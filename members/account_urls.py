"""Sign-in pages of our own, beside allauth's."""

from django.urls import path

from members import account_views, federation_views, session_views

urlpatterns = [
    path("mail/", account_views.mail, name="local-mail"),
    path("organisation/", federation_views.discover, name="organisation-discover"),
    path("again/", session_views.again, name="step-up"),
    path("sessions/", session_views.sessions, name="usersessions_list"),
    path("sessions/end/", session_views.end_others, name="end-sessions"),
    path("sessions/<int:pk>/end/", session_views.end, name="end-session"),
]
