"""Django itself: applications, database, templates, languages, static files."""

from pathlib import Path

from django.utils.translation import gettext_lazy as _

from alliance.settings import env

BASE_DIR = Path(__file__).resolve().parent.parent.parent
DATA_DIR = env.folder("DATA_DIR", BASE_DIR / ".data")

DEBUG = env.flag("DEBUG")
DEMO = env.flag("DEMO")
SECRET_KEY = env.text("SECRET_KEY", "insecure-" + "0" * 60 if DEBUG or DEMO else None)
SITE_ORIGIN = env.text("SITE_ORIGIN", "http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "127.0.0.1,localhost")

ROOMS = [
    "search",
    "transparency",
    "members",
    "governance",
    "projects",
    "leaderboard",
]  # ground first
INSTALLED_APPS = [
    "alliance",
    *ROOMS,
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "pgtrigger",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.idp.oidc",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_filters",
    "django_htmx",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "alliance.middleware.SecurityHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "alliance.middleware.PublicPages",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "members.middleware.SecondFactorGate",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "alliance.urls"
WSGI_APPLICATION = "alliance.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "alliance.context.site",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "alliance.templatetags.alliance",
            ],
        },
    }
]

DATABASES = {
    "default": {
        **env.database(env.text("DATABASE_URL", "postgres://portal@127.0.0.1:5432/portal")),
        "CONN_MAX_AGE": 0 if env.flag("DATABASE_POOL") else env.number("DATABASE_KEEP_SECONDS", 0),
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
    }
}
if env.flag("DATABASE_POOL"):
    DATABASES["default"]["OPTIONS"]["pool"] = {  # type: ignore[index]
        "min_size": 1,
        "max_size": env.number("DATABASE_POOL_SIZE", 8),
        "timeout": 10,
    }

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("fr", _("French"))]
LOCALE_PATHS = [BASE_DIR / "locale" / room for room in ["alliance", *ROOMS]]
USE_I18N = True
TIME_ZONE = "UTC"
USE_TZ = True
FORMAT_MODULE_PATH = ["alliance.formats"]

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = env.folder("STATIC_ROOT", BASE_DIR / ".data" / "static")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or env.flag("PLAIN_STATIC")
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG or env.flag("PLAIN_STATIC")

# The public log. In production the key comes from a secret store; the launcher makes one for `make run`.
LOG_ORIGIN = env.text("LOG_ORIGIN", "portal.demo.example/log")
LOG_SIGNING_KEY = env.text("LOG_SIGNING_KEY", "A" * 43 + "=" if DEBUG or DEMO else None)

# The newest checkpoint is also kept outside the database, so that a restored backup is noticed before it signs.
LOG_CHECKPOINT_FILE: Path | None = DATA_DIR / "log" / "checkpoint"

# host:port pairs that may be reached over plain HTTP on private addresses: tests and `make run` only.
OUTBOUND_ALLOWED_HOSTS = env.words("OUTBOUND_ALLOWED_HOSTS")

# Where a domain shows its value, and who is asked for its DNS record (host:port; the system's resolver where empty).
DOMAIN_PROOF_URL = "https://{domain}/.well-known/alliance-portal.txt"
DNS_SERVERS = env.words("DNS_SERVERS")

# Where figures about repositories are asked. A demonstration asks nobody unless it is told to.
HEALTH_COLLECT = env.flag("HEALTH_COLLECT", not DEMO)
HEALTH_GITHUB_API = "https://api.github.com"
HEALTH_GITHUB_TOKEN = env.text("HEALTH_GITHUB_TOKEN", "")
HEALTH_GITLAB_HOSTS = env.words("HEALTH_GITLAB_HOSTS", "gitlab.com")
HEALTH_GITLAB_API = "https://{host}/api/v4"
HEALTH_BADGE_API = "https://www.bestpractices.dev"
HEALTH_SCORECARD_API = "https://api.securityscorecards.dev"
