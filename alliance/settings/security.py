"""Headers, cookies and transport. The policy itself is sent by `alliance.middleware`."""

from urllib.parse import urlsplit

from alliance.settings import env
from alliance.settings.base import DEBUG, SITE_ORIGIN

SECURE_ORIGIN = urlsplit(SITE_ORIGIN).scheme == "https"

SESSION_COOKIE_NAME = "__Host-session" if SECURE_ORIGIN else "session"
SESSION_COOKIE_SECURE = SECURE_ORIGIN
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 24 * 3600
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE_ORIGIN else "csrf"
CSRF_COOKIE_SECURE = SECURE_ORIGIN
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_TRUSTED_ORIGINS = [SITE_ORIGIN]
CSRF_FAILURE_VIEW = "alliance.views.csrf_failure"
LANGUAGE_COOKIE_HTTPONLY = True

SECURE_SSL_REDIRECT = SECURE_ORIGIN and env.flag("SSL_REDIRECT", True)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.flag("BEHIND_PROXY") else None
# How many proxies stand before the portal and add to X-Forwarded-For; rate limits and keys bound to networks need it.
ALLAUTH_TRUSTED_PROXY_COUNT = env.number("TRUSTED_PROXIES", 1 if env.flag("BEHIND_PROXY") else 0)

SECURE_HSTS_SECONDS = 365 * 24 * 3600 if SECURE_ORIGIN else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_ORIGIN
SECURE_HSTS_PRELOAD = SECURE_ORIGIN
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

SILENCED_SYSTEM_CHECKS: list[str] = []
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
if DEBUG:
    INTERNAL_IPS = ["127.0.0.1"]
