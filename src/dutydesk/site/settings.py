"""Django's settings. Addresses and secrets only; how the team works is in the process file."""

import secrets
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from dutydesk.data_folder import database_url, home, secret_key
from dutydesk.pictures.rules.pictures import LARGEST, MOST
from dutydesk.settings import settings_in_force
from dutydesk.wiring import ROOMS

_given = settings_in_force()
HOME = home()
SECRET_KEY = secret_key() or secrets.token_urlsafe(50)
DEBUG = False
BASE_URL = _given.url
STATUS_HOST = _given.status_host
STATUS_URL = f"{urlsplit(BASE_URL).scheme or 'http'}://{STATUS_HOST}" if STATUS_HOST else BASE_URL
ALLOWED_HOSTS = [
    *_given.hosts,
    *(urlsplit(url).hostname or "" for url in dict.fromkeys((BASE_URL, STATUS_URL)) if url),
]
CSRF_TRUSTED_ORIGINS = [BASE_URL] if BASE_URL else []
TRUSTED_PROXIES = _given.trusted_proxies
if BASE_URL.startswith("https://"):
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

INSTALLED_APPS = [
    # First, so that their pages win over those that packages bring along.
    "dutydesk.web",
    "dutydesk.site",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "procrastinate.contrib.django",
    "allauth",
    "allauth.account",
    *(f"dutydesk.{room}" for room in ROOMS),
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "dutydesk.site.middleware.set_request",
    "dutydesk.site.middleware.Access",
]
ROOT_URLCONF = "dutydesk.site.urls"
ASGI_APPLICATION = "dutydesk.site.asgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": [
                "dutydesk.web.templatetags.components",
                "dutydesk.web.templatetags.desk",
                "dutydesk.web.templatetags.forms",
                "dutydesk.web.templatetags.prose",
                "dutydesk.web.templatetags.tables",
                "dutydesk.pictures.templatetags.pictures",
                "dutydesk.chat.templatetags.chat",
                "dutydesk.rota.templatetags.rota",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "dutydesk.site.context.desk",
            ],
        },
    }
]


_LOST_AFTER = {
    "keepalives_idle": "5",
    "keepalives_interval": "2",
    "keepalives_count": "3",
    "tcp_user_timeout": "10000",
}


def _database(url: str) -> dict[str, Any]:
    """Give Django's words for a PostgreSQL address, with a pool of connections."""
    parts = urlsplit(url)
    query = parse_qs(parts.query)
    host = query.get("host", [parts.hostname or ""])[0]
    options: dict[str, Any] = {key: values[0] for key, values in query.items() if key != "host"}
    # A process that is frozen in a transaction must not hold what others wait for.
    # No statement here is worth compiling: that takes longer than the longest of them.
    # What a page asks for is in memory, or on a disk without a head that must move: a few thousand
    # rows by their index are sooner there than all rows of ten years.
    # Whatever listens is silent for long, and so is an export whose reader is slow.
    limits = ("idle_in_transaction_session_timeout=8000", "idle_session_timeout=0")
    # Of two that say the same, PostgreSQL goes by the last: what the address says.
    ours = [f"-c {setting}" for setting in (*limits, "jit=off", "random_page_cost=1.1")]
    options["options"] = " ".join([*ours, *filter(None, [options.get("options")])])
    options.setdefault("connect_timeout", "5")
    # A server that no network leads to any more is given up in ten seconds, not in minutes.
    for key, value in _LOST_AFTER.items():
        options.setdefault(key, value)
    # The pool gives back one connection in each `max_idle` seconds in which not all were needed.
    options["pool"] = {"min_size": 1, "max_size": 8, "timeout": 10, "max_idle": 20}
    return {
        "ENGINE": "dutydesk.database.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "postgres",
        "USER": unquote(parts.username or "postgres"),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
        "TEST": {"NAME": _given.test.database},
    }


DATABASES = {"default": _database(database_url())}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "people.Account"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "dutydesk.site.signin.ClosedSignUp"
ACCOUNT_LOGOUT_ON_GET = False
# Tries are counted by the desk itself, in the database: dutydesk.people.flows.attempts.
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": None}
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-gb"
STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
# With as many pictures as one form takes, and what is sent around them.
LARGEST_BODY = DATA_UPLOAD_MAX_MEMORY_SIZE + MOST * LARGEST + 500_000
SESSION_ENGINE = "dutydesk.people.web.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_REFERRER_POLICY = "same-origin"
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "filters": {
        "short": {"()": "dutydesk.site.faults.Short"},
        "masked": {"()": "dutydesk.site.faults.Masked"},
    },
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["masked"]},
        "short": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["short", "masked"],
        },
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "dutydesk": {"level": "INFO"},
        "django.request": {"level": "ERROR"},
        # What strangers send that is none, such as a host that isn't ours: no fault of the desk.
        "django.security": {"handlers": ["short"], "propagate": False},
        "psycopg.pool": {"level": "ERROR"},
    },
}
