"""The portal's settings for tests: demonstration on, fast password hashes, letters in memory."""

import os
import tempfile

os.environ.setdefault("DEMO", "1")
os.environ.setdefault("SECRET_KEY", "test-" + "x" * 60)
os.environ.setdefault("PLAIN_STATIC", "1")

from alliance.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
CELERY_TASK_ALWAYS_EAGER = False
LOG_CHECKPOINT_FILE = None  # every test has a log of its own
WHITENOISE_AUTOREFRESH = (
    True  # look for a static file when asked; else every test client lists them all
)
STATIC_ROOT = tempfile.mkdtemp(prefix="portal-static-")  # finders serve; this only has to exist
ALLOWED_HOSTS = ["*"]
SECOND_FACTOR_REQUIRED = False  # tests of the gate switch it on
