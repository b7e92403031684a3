"""The desk's own settings, on a PostgreSQL that belongs to this run of the tests."""

import os
import tempfile
from pathlib import Path

from testing.postgresql import start

_home = Path(tempfile.gettempdir()) / f"dutydesk-tests-{os.getuid()}"
_home.mkdir(mode=0o700, exist_ok=True)
_own = _home / os.environ.get("PYTEST_XDIST_WORKER", "")  # each process that runs tests has one
_own.mkdir(mode=0o700, exist_ok=True)
os.environ["DUTYDESK_HOME"] = str(_own)
os.environ["DUTYDESK_SECRET_KEY"] = "only for tests"
os.environ["DUTYDESK_WAY_HOSTS"] = "127.0.0.1"
os.environ["DATABASE_URL"] = os.environ.get("DUTYDESK_TEST_DATABASE_URL") or start(_home)
os.environ["DUTYDESK_TEST_DATABASE"] = f"test_dutydesk_{os.getpid()}"

from dutydesk.site.settings import *  # noqa: E402, F403 -- they read what is set above

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
