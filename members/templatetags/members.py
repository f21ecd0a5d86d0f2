"""Tags of this room's pages: sources as links, fields of sign-in forms."""

from __future__ import annotations

import re
from typing import Any

from django import template
from django.forms import BoundField
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from alliance import outbound

register = template.Library()

_PLACE = re.compile(
    r"(?P<url>https://[^\s()]+)|github:(?P<repository>[\w.-]+/[\w.-]+)(?: (?P<file>[\w./-]+\.[a-z]+)(?!\S))?"
)


@register.filter
def source(text: str) -> SafeString:
    """Write where a fact was read, with a link where the place has an address; sources are quoted in English.

    A file of a repository is named by the repository: its path is for the link, not for readers.
    """
    found = _PLACE.search(text)
    if found is None:
        return format_html('<span lang="en">{}</span>', text)
    inside = f"/blob/HEAD/{found['file']}" if found["file"] else ""
    address = found["url"] or f"https://github.com/{found['repository']}{inside}"
    label = found["url"] or found["repository"]
    before, after = text[: found.start()], text[found.end() :]
    return format_html(
        '<span lang="en">{}<a href="{}" rel="noopener">{}</a>{}</span>',
        before, address, label, after,
    )  # fmt: skip


LABELS = {
    "login": _("E-mail address"),
    "email": _("E-mail address"),
    "password": _("Password"),
    "oldpassword": _("Present password"),
    "password1": _("New password"),
    "password2": _("New password, once more"),
    "remember": _("Stay signed in on this device"),
    "code": _("Code"),
    "name": _("Name"),
    "passwordless": _("Let it sign me in alone, without a password"),
}


@register.inclusion_tag("account/_field.html")
def account_field(field: BoundField) -> dict[str, Any]:
    """A field of a sign-in form, with our own label instead of a placeholder."""
    attributes = field.field.widget.attrs
    attributes.pop("placeholder", None)
    kind = getattr(field.field.widget, "input_type", "")
    attributes["class"] = {"checkbox": ""}.get(
        kind, "input code-field" if field.name == "code" else "input"
    )
    return {"field": field, "label": LABELS.get(field.name, field.label), "kind": kind}


@register.simple_tag
def outbound_reason(code: str) -> str:
    """Say in words why a request of ours did not arrive."""
    return outbound.message(code) if code in outbound.CODES else code
