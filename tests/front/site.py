"""A tiny Django site for the process test: one public page per key, one private page, and a way to change them."""

from __future__ import annotations

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.front.site_settings")

from alliance.front.portal import application

__all__ = ["application"]
