"""What the portal holds about me, as a page and as a file; and being forgotten."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from alliance import clock
from members.account_views import signed_in
from members.actions import erase_person
from members.errors import RoleRefused
from members.models import Person
from members.personal_data import export
from members.retention import RULES
from members.step_up import step_up


class EraseForm(forms.Form):
    """A slip of the hand must not end an account."""

    email = forms.EmailField(label=_("Your e-mail address, to confirm"))

    def __init__(self, person: Person, *args: Any) -> None:
        super().__init__(*args)
        self.person = person
        self.fields["email"].widget.attrs["class"] = "input"

    def clean_email(self) -> str:
        given: str = self.cleaned_data["email"]
        if given.lower() != self.person.email.lower():
            raise forms.ValidationError(_("This is not the address of this account."))
        return given


@require_safe
@never_cache
@signed_in
def privacy(request: HttpRequest) -> HttpResponse:
    """What is held about me, how long, and how to have it deleted."""
    assert isinstance(request.user, Person)  # by signed_in
    return _page(request, request.user, EraseForm(request.user))


@require_safe
@never_cache
@signed_in
def export_file(request: HttpRequest) -> HttpResponse:
    """Everything held about me, as JSON."""
    assert isinstance(request.user, Person)  # by signed_in
    answer = JsonResponse(export(request.user), json_dumps_params={"indent": 2, "default": str})
    answer["Content-Disposition"] = 'attachment; filename="personal-data.json"'
    return answer


@require_POST
@never_cache
@signed_in
@step_up
def erase(request: HttpRequest) -> HttpResponse:
    """Forget me, at once and for good."""
    assert isinstance(request.user, Person)  # by signed_in
    form = EraseForm(request.user, request.POST)
    if form.is_valid():
        try:
            erase_person(person=request.user, now=clock.database_now())
        except RoleRefused as refusal:
            form.add_error(None, refusal.message)
        else:
            logout(request)
            return redirect("home")
    return _page(request, request.user, form)


def _page(request: HttpRequest, person: Person, form: EraseForm) -> HttpResponse:
    held = export(person)
    records = [(name, rows) for name, rows in held["records"].items()]
    context = {"held": held["person"], "records": records, "rules": RULES, "form": form}
    return render(request, "members/privacy.html", context, status=400 if form.errors else 200)
