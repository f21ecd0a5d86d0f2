"""The AI Alliance portal: settings, addresses and the ground the rooms stand on."""

from alliance.celery import app as celery_app

__all__ = ["celery_app"]
