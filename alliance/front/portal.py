"""The front of this portal: Django's application, the database's notifications, limits from the environment."""

from __future__ import annotations

from alliance.wsgi import application as django  # first: it sets Django up

# isort: split
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import get_resolver

from alliance.front.listener import Listener, database_parameters
from alliance.front.rsgi import Served
from alliance.front.serving import Front, Limits
from alliance.settings import env

get_resolver().url_patterns  # noqa: B018 - import every view now: a broken one stops the start, not a reader

front = Front(
    django,
    origin=urlsplit(settings.SITE_ORIGIN),
    listener=Listener(database_parameters),
    limits=Limits(
        threads=env.number("FRONT_THREADS", 4),
        memory=env.number("FRONT_MEMORY_MB", 64) * 1024 * 1024,
        streams=env.number("FRONT_STREAMS", 2000),
        streams_per_address=env.number("FRONT_STREAMS_PER_ADDRESS", 20),
    ),
    behind_proxy=env.flag("BEHIND_PROXY"),
)
application = Served(front)
