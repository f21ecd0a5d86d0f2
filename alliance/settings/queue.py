"""Celery and Redis: a doorbell. PostgreSQL holds every piece of work (docs/adr)."""

from importlib import import_module, util

from alliance.settings import env
from alliance.settings.base import ROOMS

REDIS_URL = env.text("REDIS_URL", "redis://127.0.0.1:6379/0")

CELERY_BROKER_URL = env.text("CELERY_BROKER_URL", REDIS_URL)
CELERY_RESULT_BACKEND = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SOFT_TIME_LIMIT = 50
CELERY_TASK_TIME_LIMIT = 58  # below every lease (60 s)
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 120, "socket_timeout": 10}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"

# What beat rings for; each room says so in `<room>/schedule.py`.
CELERY_BEAT_SCHEDULE = {
    name: entry
    for room in ROOMS
    if util.find_spec(f"{room}.schedule")
    for name, entry in import_module(f"{room}.schedule").SCHEDULE.items()
}

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "portal",
    }
}
