"""The desk's own settings, on a PostgreSQL that belongs to this run of the tests."""

import atexit
import os
import shutil
import tempfile

from testing.postgresql import start

_home = tempfile.mkdtemp(prefix="dutydesk-tests-")
atexit.register(shutil.rmtree, _home, ignore_errors=True)
os.environ["DUTYDESK_HOME"] = _home
os.environ["DUTYDESK_SECRET_KEY"] = "only for tests"
os.environ["DUTYDESK_WAY_HOSTS"] = "127.0.0.1"
# Processes that run tests beside this one inherit these variables, and share one server.
if "DUTYDESK_TEST_DATABASE_URL" not in os.environ:
    os.environ["DUTYDESK_TEST_DATABASE_URL"], os.environ["DUTYDESK_TEST_FOLDER"] = start()
os.environ["DATABASE_URL"] = os.environ["DUTYDESK_TEST_DATABASE_URL"]
if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):  # Nothing beside the sources; but read them once.
    os.environ["PYTHONPYCACHEPREFIX"] = f"{os.environ['DUTYDESK_TEST_FOLDER']}/bytecode"
os.environ["DUTYDESK_TEST_DATABASE"] = f"test_dutydesk_{os.getpid()}"

from dutydesk.site.settings import *  # noqa: E402, F403 -- they read what is set above

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
